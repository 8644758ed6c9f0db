#pragma once

#include "base/units.h"
#include "einsum/cascade.h"

namespace attnsim::mappings {

/// What a mapping cannot yet count: it would be wrong about tiles, traffic or order, so it is
/// refused.
/// @throws InputError at the place in the cascade of an index that is not affine (a division, a
///         remainder, a gather), a selection, a condition on values or with `not`, an initial value
///         from a tensor, a recurrence inside another, a rank whose parts have parts, or an element
///         type that is not as wide as the machine's word
void check_mappable(const einsum::Cascade& cascade, Bits word);

}  // namespace attnsim::mappings
