#pragma once

#include <string>
#include <vector>

#include "einsum/cascade.h"

namespace attnsim::exchange {

/// A tensor and its ranks, as the formats declare them.
struct DeclaredTensor {
  std::string name;
  std::vector<std::string> ranks;
  Place place;
};

/// What the formats say of a cascade; inputs, outputs, views and first values follow from it.
struct CascadeParts {
  std::string name;
  std::vector<std::string> header;
  std::vector<einsum::Param> params;
  std::vector<einsum::Typical> typicals;
  std::vector<DeclaredTensor> tensors;
  std::vector<einsum::Einsum> einsums;
  Place place;
};

/// The cascade of the parts, checked.
///
/// - Inputs are the tensors that no Einsum computes, outputs those that no other Einsum reads.
/// - An Einsum that writes at the constant 0 of a rank gives a first value (`init`).
/// - One that only reads an input at `m1*M0+m0` splits a rank: a view, and M = M1 * M0.
/// @throws InputError at what is wrong
[[nodiscard]] einsum::Cascade build_cascade(const CascadeParts& parts);

}  // namespace attnsim::exchange
