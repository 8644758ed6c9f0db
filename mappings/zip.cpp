#include "mappings/zip.h"

#include <algorithm>

#include "mappings/edge_loops.h"

namespace attnsim::mappings {

std::optional<LoopId> zipped_loop(const PlanNest& nest) {
  return nest.stages.empty() ? std::nullopt : nest.stages.front().zipped;
}

std::int64_t zipped_trip(const Plan& plan, const PlanNest& nest) {
  const auto loop = zipped_loop(nest);
  return loop ? plan.loops[*loop].loop.trip : 1;
}

std::optional<LoopId> beat_loop(const PlanNest& nest) {
  if (const auto loop = zipped_loop(nest)) return loop;
  return nest.loops.empty() ? std::nullopt : std::optional(nest.loops.back());
}

std::size_t depth_of_beats(const Plan& plan, const PlanNest& nest) {
  const auto loop = beat_loop(nest);
  if (!loop) return 0;
  for (const auto& op : plan.ops) {
    const auto found = std::find(op.path.begin(), op.path.end(), *loop);
    if (found != op.path.end()) return static_cast<std::size_t>(found - op.path.begin()) + 1;
  }
  return 0;
}

Passing passing_of(const Problem& problem, const Plan& plan, const PlanNest& nest,
                   const PlanEdge& edge) {
  const auto around = static_cast<int>(depth_of_beats(plan, nest)) - 1;
  if (!zipped_loop(nest) || edge.shared != around) return {1, edge.inner};
  const auto trip = zipped_trip(plan, nest);
  const auto matched = matched_loops(problem, plan, edge);
  const bool alike =
      std::find(matched.begin(), matched.end(), std::pair(around, around)) != matched.end();
  return alike ? Passing{1, edge.inner / trip} : Passing{trip, edge.inner};
}

Passing passing_of(const Problem& problem, const Plan& plan, const PlanNest& nest,
                   const RoundTrip& trip) {
  PlanEdge edge;
  edge.from = trip.store;
  edge.to = trip.load;
  edge.tensor = plan.ops[trip.store].move->tensor;
  measure(problem, plan, edge);
  return passing_of(problem, plan, nest, edge);
}

}  // namespace attnsim::mappings
