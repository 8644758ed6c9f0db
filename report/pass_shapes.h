#pragma once

#include <cstdint>
#include <string>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

namespace attnsim::report {

/// Where a cascade's sizes come from, the strongest first.
struct ShapeSources {
  einsum::Shapes given;     ///< by the user, of any ranks and parameters
  std::int64_t length = 0;  ///< of P and M; 0: none
  einsum::Shapes model;     ///< behind the cascade's typical sizes; of ranks, not of parameters
};

/// The sizes that a cascade's ranks and parameters have: as given, the sequence length, its typical
/// ones, the model's. Parts are left open where none is said.
/// @throws InputError at a typical size that cannot be worked out
[[nodiscard]] einsum::Shapes shapes_from(const einsum::Cascade& cascade,
                                         const ShapeSources& sources);

/// The rank that the keys stand along: M; where there is none P, if its positions have to do with
/// one another; else the last one of those with the most passes, if more than one (splits of a
/// cache). "" if there is none: linear layers.
[[nodiscard]] std::string sequence_rank(const einsum::Cascade& cascade);

}  // namespace attnsim::report
