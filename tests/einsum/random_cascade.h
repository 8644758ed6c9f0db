#pragma once

#include <random>

#include "einsum/cascade.h"

namespace attnsim::einsum {

/// What may occur in a random cascade beyond affine indices and conditions, the language's own
/// operators and ranks with parts.
struct RandomParts {
  bool nested_parts = true;      ///< M1 = R * S
  bool types = true;             ///< `Z : fp16`
  bool operators = true;         ///< declared ones, as maps and as reductions
  bool selections = true;        ///< `topk[m](S, k)`
  bool coordinates = true;       ///< m as a value
  bool divisions = true;         ///< `T[a/2]`, `where a % 2 < b`
  bool gathers = true;           ///< `T[I[a]]`
  bool negations = true;         ///< `where not a < b`
  bool value_conditions = true;  ///< `where X[a] < 0.75`
  bool computed_inits = true;    ///< `init T[0] = X[0,1]`

  /// None of these.
  [[nodiscard]] static RandomParts plain() {
    return {false, false, false, false, false, false, false, false, false, false};
  }
};

/// A valid (checked) cascade built at random as a value, not as text: ranks with parts of parts,
/// operators, typed inputs, views, generative tensors, nested expressions of every operator and
/// selection, gathers and divisions in indices, conditions on indices and on values.
[[nodiscard]] Cascade random_cascade(std::mt19937& random, const RandomParts& may = {});

}  // namespace attnsim::einsum
