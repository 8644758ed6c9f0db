#pragma once

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// Checks what a parsed cascade means and completes it: fills `tensors`, and wraps the right-hand
/// side of an Einsum in `sum[...]` over the rank variables that only stand there.
///
/// What is rejected, in this order: ranks, parameters, operators and tensors declared twice or
/// badly; accesses with the wrong number or kind of indices; unknown names; reductions, operators
/// and conditions that make no sense; an order in which an Einsum cannot be computed; what is
/// declared but unused. Checking a checked cascade changes nothing.
/// @throws InputError at the first fault, naming what would have been right
[[nodiscard]] Cascade check(Cascade cascade);

}  // namespace attnsim::einsum
