#pragma once

#include <cstdint>

#include "einsum/cascade.h"
#include "einsum/interpreter.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// Completes the shapes of a cascade with small ones, so that it can be evaluated at once: B and H
/// 2, E and F 4, P 6, any other whole rank 8; of a split rank the last part takes the largest
/// divisor up to the square root.
/// @param given  rank or parameter -> value; wins
/// @throws InputError as `resolve_shapes`
[[nodiscard]] Shapes small_shapes(const Cascade& cascade, Shapes given);

/// @throws InputError if an input would have more elements than an interpreter can hold
void require_few_elements(const Cascade& cascade, const Shapes& shapes);

/// Values of every input: coordinates where an index gathers through it, whole numbers (of 8 bits
/// at most) where its element type is one, else uniform in [-1, 1). The same for the same seed on
/// every machine.
/// @param shapes  complete
[[nodiscard]] Values random_inputs(const Cascade& cascade, const Shapes& shapes,
                                   std::uint64_t seed);

}  // namespace attnsim::einsum
