#pragma once

#include <utility>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// How many loops, from the outermost, stand around both.
[[nodiscard]] int shared_loops(const PlanOp& a, const PlanOp& b);

/// Pairs of loop depths (producer's, consumer's) below the shared loops that walk the tensor's
/// tiles alike, so that the consumer can follow the producer tile by tile.
[[nodiscard]] std::vector<std::pair<int, int>> matched_loops(const Problem& problem,
                                                             const Plan& plan,
                                                             const PlanEdge& edge);

/// Sets `shared`, `inner`, `pieces`, `fit` and, from an explicit keep, `slots` of an edge.
void measure(const Problem& problem, const Plan& plan, PlanEdge& edge);

}  // namespace attnsim::mappings
