#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "direct/definition.h"
#include "einsum/cascade.h"
#include "einsum/interpreter.h"

/// Every shipped cascade's algorithm written down a second time, from its definition, as plain
/// loops over the elements; what `attnsim run --check` and the tests compare cascades with.
namespace attnsim::direct {

/// All definitions, by name of the cascade.
[[nodiscard]] Definitions all_direct();

/// The definition that a cascade of this name is held against; nullptr if there is none.
[[nodiscard]] const Definition* find_direct(const Definitions& all, const std::string& cascade);

/// Values of the cascade's inputs, drawn as the definition says: the same for the same seed.
/// @param shapes  complete
[[nodiscard]] einsum::Values draw_inputs(const Definition& definition,
                                         const einsum::Cascade& cascade,
                                         const einsum::Shapes& shapes, std::uint64_t seed);

/// How far an output of a cascade is from its definition.
struct Comparison {
  std::string output;
  double max_abs_error = 0;  ///< NaN if any element is
  [[nodiscard]] bool holds() const { return max_abs_error <= tolerance; }
  static constexpr double tolerance = 1e-9;
};

/// Compares every output of the cascade with its definition.
/// @param values  what the cascade made of `inputs`
/// @throws InputError if the cascade's inputs, outputs or shapes are not those of the algorithm
[[nodiscard]] std::vector<Comparison> compare(const Definition& definition,
                                              const einsum::Cascade& cascade,
                                              const einsum::Shapes& shapes,
                                              const einsum::Values& inputs,
                                              const einsum::Values& values);

}  // namespace attnsim::direct
