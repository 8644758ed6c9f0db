#pragma once

#include "einsum/cascade.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// The least number of traversals of a rank at small shapes, by its definition and by nothing else:
/// traversals go through the rank's chunks in order; what is evaluated at a point of the whole rank
/// is evaluated while its chunk is visited, as soon as all that it reads is there; everything else
/// as soon as all that it reads is there. Every point of every iteration space is an event of its
/// own. Knows cascades without conditions whose indices are variables, `m1+1` and `M1`.
[[nodiscard]] int brute_force_passes(const Cascade& cascade, const std::string& rank,
                                     const Shapes& shapes);

}  // namespace attnsim::einsum
