#include "mappings/split_sum.h"

#include <cstddef>

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

}  // namespace attnsim::mappings
