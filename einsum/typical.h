#pragma once

#include "einsum/cascade.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// The shapes with the cascade's typical sizes for the ranks and parameters that have none, in the
/// order of the text: one may be made of those above it. A value is rounded down. One that is made
/// of shapes which are not known is left out.
///
/// @param given  of any ranks and parameters, such as P and M
/// @throws InputError at a typical size that is not a number below 2^53
[[nodiscard]] Shapes with_typical(const Cascade& cascade, Shapes given);

}  // namespace attnsim::einsum
