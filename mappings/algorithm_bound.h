#pragma once

#include "mappings/bounds.h"
#include "mappings/problem.h"

namespace attnsim::mappings {

/// A lower bound on the cycles of every mapping of a cascade on a machine, from the cascade's
/// counts (einsum/count_operations.h) and the machine's rates alone. The larger of
///   - compulsory traffic over the bandwidth of the off-chip memory, and
///   - for every set of units, the lane-cycles of the operations that no other unit has, over the
///     lanes of the set.
/// What a unit may merge costs nothing twice: a product and its sum are one "mac", and an operation
/// that chains into another is free. `by` names the memory or the units ("array1d + array2d").
///
/// @param shapes  complete (`complete_shapes`); where a rank is no whole number of its parts, the
///                part that would be left over is not counted
/// @throws InputError where the counts are beyond 63 bits
[[nodiscard]] Bound algorithm_bound(const einsum::Cascade& cascade,
                                    const arch::Architecture& architecture, Shapes shapes);

}  // namespace attnsim::mappings
