#pragma once

#include <random>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// A valid (checked) cascade built at random as a value, not as text: ranks with parts of parts,
/// operators, typed inputs, views, generative tensors, nested expressions of every operator and
/// selection, gathers and divisions in indices, conditions on indices and on values.
[[nodiscard]] Cascade random_cascade(std::mt19937& random);

}  // namespace attnsim::einsum
