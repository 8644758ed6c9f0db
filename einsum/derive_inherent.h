#pragma once

#include <optional>
#include <string>

#include "einsum/cascade.h"
#include "einsum/rewrite_passes.h"

namespace attnsim::einsum {

/// Why no rewrite makes what this Einsum gets from a whole fiber known any earlier: a selection
/// along the axis, or a reduction by an operator of the cascade's own. nullopt if it does neither.
[[nodiscard]] std::optional<std::string> inherent_wait(const Cascade& cascade, const Axis& axis,
                                                       const Einsum& einsum);

}  // namespace attnsim::einsum
