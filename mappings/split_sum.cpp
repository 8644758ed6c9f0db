#include "mappings/split_sum.h"

#include <cstddef>

#include "base/error.h"
#include "mappings/plan_leaf.h"

namespace attnsim::mappings {

std::optional<SplitSum> split_sum(const Problem& problem, const Plan& plan, const PlanOp& maker,
                                  const std::vector<LoopId>& path, const std::string& tensor) {
  std::optional<int> sum;
  std::optional<SplitSum> split;
  for (std::size_t depth = 0; depth < path.size(); ++depth) {
    const auto& loop = plan.loops[path[depth]].loop;
    const auto at = static_cast<int>(depth);
    if (loop.trip <= 1 || find_edge(maker.op.when, at) != nullptr) continue;
    if (!has_rank(problem.cascade, tensor, loop.rank)) {
      if (!sum) sum = at;
    } else if (sum) {
      if (!split) split = SplitSum{*sum, at};
      split->tiles *= loop.trip;
    }
  }
  return split;
}

namespace {

/// Where what the edge carries waits: the loops around that.
const std::vector<LoopId>& loops_around(const Plan& plan, const PlanEdge& edge) {
  return edge.keep ? plan.keeps[*edge.keep].path : plan.ops[edge.from].path;
}

[[noreturn]] void complain(const Plan& plan, const PlanEdge& edge, const SplitSum& split) {
  const auto& path = loops_around(plan, edge);
  const auto text_of = [&](int depth) {
    const auto& loop = plan.loops[path[static_cast<std::size_t>(depth)]];
    return loop.loop.rank + " (" + to_string(loop.place) + ")";
  };
  const auto rank_of = [&](int depth) {
    return plan.loops[path[static_cast<std::size_t>(depth)]].loop.rank;
  };
  const auto order =
      "put the loop over " + rank_of(split.sum) + " inside of that over " + rank_of(split.other);
  const auto begun = edge.tensor + " is summed over " + text_of(split.sum) +
                     ", and the loop over " + text_of(split.other) +
                     " inside of that goes on to other sums before they are complete: ";
  if (!edge.keep) {
    throw InfeasibleError(plan.ops[edge.from].place,
                          begun + order + ", or <keep> " + edge.tensor + " around both");
  }
  const auto& keep = plan.keeps[*edge.keep];
  throw InfeasibleError(keep.spec.place, begun + std::to_string(split.tiles) +
                                             " tiles would have to stay at '" + keep.spec.memory +
                                             "', which has buffers for " +
                                             std::to_string(keep.buffers) + "; " + order +
                                             ", or move this <keep> around both");
}

}  // namespace

void check_sums(const Problem& problem, const Plan& plan) {
  for (const auto& edge : plan.edges) {
    const auto& from = plan.ops[edge.from];
    if (!edge.credit || from.move || !from.op.where.empty()) continue;
    const auto split = split_sum(problem, plan, from, loops_around(plan, edge), edge.tensor);
    if (split && split->tiles * edge.pieces > edge.slots) complain(plan, edge, *split);
  }
}

}  // namespace attnsim::mappings
