#pragma once

#include <random>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// A valid (checked) cascade built at random as a value, not as text: ranks with and without parts,
/// inputs, views, generative tensors, nested expressions of every operator, conditions.
[[nodiscard]] Cascade random_cascade(std::mt19937& random);

}  // namespace attnsim::einsum
