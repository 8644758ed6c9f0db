#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "einsum/count_formula.h"

namespace attnsim::einsum {

/// How many points the region has. Two coordinates are counted in closed form; `m1*M0+m0` and the
/// like count as one; what remains is enumerated.
/// @throws InputError at the condition if more than `most_enumerated` values would have to be, or
///         the number is beyond 63 bits
[[nodiscard]] std::int64_t count_points(Region region);

/// How many points of the other coordinates have a point of the region at some value of these: the
/// outputs that a masked reduction over them reaches.
/// @throws InputError as `count_points`
[[nodiscard]] std::int64_t count_reached(Region region, std::vector<std::string> reduced);

inline constexpr std::int64_t most_enumerated = std::int64_t{1} << 20;

}  // namespace attnsim::einsum
