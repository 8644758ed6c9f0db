#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// The shape (extent) of every rank and the value of every parameter, by name.
using Shapes = std::map<std::string, std::int64_t>;

/// Completes the shapes of a cascade: parameters take their defaults, and of `M = M1 * M0` any one
/// follows from the others.
///
/// @param given  rank or parameter -> value; ranks are at least 1
/// @return every rank and every parameter of the cascade
/// @throws InputError for an unknown name, a shape below 1, a missing shape, or parts whose product
///         is not the whole
[[nodiscard]] Shapes resolve_shapes(const Cascade& cascade, const Shapes& given);

}  // namespace attnsim::einsum
