#pragma once

#include <cstdint>
#include <optional>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// The innermost loop of a zipped nest, as its first stage has it; none for other nests. All its
/// stages' loops have the same iterations: those of the nest's beats.
[[nodiscard]] std::optional<LoopId> zipped_loop(const PlanNest& nest);

/// Iterations of the zipped loops; 1 for other nests.
[[nodiscard]] std::int64_t zipped_trip(const Plan& plan, const PlanNest& nest);

/// The loop that a beat of the nest is an iteration of: the zipped one, or the innermost of the
/// nest. None for a nest without loops.
[[nodiscard]] std::optional<LoopId> beat_loop(const PlanNest& nest);

/// Number of loops from the root down to the innermost of the nest, the zipped one included.
[[nodiscard]] std::size_t depth_of_beats(const Plan& plan, const PlanNest& nest);

/// How a tensor passes from one stage of a nest to another.
struct Passing {
  /// Beats that belong together: the reader starts with the first of them when the writer has
  /// finished the last. 1, but all iterations of a zipped loop where the two stages' loops do not
  /// walk the tensor alike.
  std::int64_t beats = 1;
  std::int64_t tiles = 1;  ///< that pass in these beats
};
[[nodiscard]] Passing passing_of(const Problem& problem, const Plan& plan, const PlanNest& nest,
                                 const PlanEdge& edge);
[[nodiscard]] Passing passing_of(const Problem& problem, const Plan& plan, const PlanNest& nest,
                                 const RoundTrip& trip);

}  // namespace attnsim::mappings
