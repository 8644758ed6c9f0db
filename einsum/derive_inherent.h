#pragma once

#include <optional>
#include <string>

#include "einsum/cascade.h"
#include "einsum/rewrite_passes.h"

namespace attnsim::einsum {

/// Why no rewrite makes what this Einsum gets from a whole fiber known any earlier: it selects
/// along the axis. nullopt if it does not.
[[nodiscard]] std::optional<std::string> inherent_wait(const Axis& axis, const Einsum& einsum);

}  // namespace attnsim::einsum
