#pragma once

#include <vector>

#include "arch/components.h"
#include "base/xml.h"

namespace attnsim::arch {

/// The operations of one unit from its `<op>` elements, compositions resolved: `as="6 mac + 1
/// add"` sums the cycles and energies of its parts (which may stand further down) and merges
/// their primitives; it has no area of its own.
/// @throws InputError for a duplicate or unknown name, an operation made of itself, or one with
///         neither `as` nor both `cycles` and `energy`, or with `as` and any of the figures
[[nodiscard]] OperationTable read_operations(const std::vector<XmlElement>& elements);

}  // namespace attnsim::arch
