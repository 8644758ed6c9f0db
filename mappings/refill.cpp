#include "mappings/refill.h"

#include <algorithm>
#include <cstddef>

#include "mappings/plan_leaf.h"
#include "mappings/plan_moves.h"
#include "mappings/split_sum.h"

namespace attnsim::mappings {
namespace {

bool makes(const PlanOp& op, const std::string& tensor) {
  return std::any_of(op.leaves.begin(), op.leaves.end(),
                     [&](const PlanLeaf& leaf) { return leaf.einsum->name() == tensor; });
}

const einsum::Access& output_of(const PlanOp& op, const std::string& tensor) {
  return std::find_if(op.leaves.begin(), op.leaves.end(),
                      [&](const PlanLeaf& leaf) { return leaf.einsum->name() == tensor; })
      ->einsum->output;
}

}  // namespace

std::optional<Refill> refill_of(const Problem& problem, const Plan& plan, const PlanOp& maker,
                                const std::string& tensor) {
  if (maker.move || !maker.op.where.empty() || !goes_off_chip(problem, plan, maker, tensor)) {
    return std::nullopt;
  }
  const auto* keep = find_keep(plan, maker, tensor, /*shared=*/true);
  const auto* local = find_keep(plan, maker, tensor, /*shared=*/false);
  if (keep != nullptr && keep->spec.in_place) return std::nullopt;
  const auto* place = keep != nullptr ? keep : local;
  const auto& path = place != nullptr ? place->path : maker.path;
  const auto split = split_sum(problem, plan, maker, path, tensor);
  if (!split || (keep != nullptr && split->tiles <= keep->buffers)) return std::nullopt;
  Refill refill;
  bool others = false;
  for (auto depth = path.size(); depth-- > 0;) {
    const auto& loop = plan.loops[path[depth]].loop;
    const auto at = static_cast<int>(depth);
    if (loop.trip <= 1 || find_edge(maker.op.when, at) != nullptr) continue;
    if (has_rank(problem.cascade, tensor, loop.rank)) {
      others = true;
    } else if (others) {
      refill.sums.insert(refill.sums.begin(), at);
    }
  }
  return refill;
}

bool splits_stored_sums(const Problem& problem, const Plan& plan, const PlanEdge& edge, int depth) {
  const auto& to = plan.ops[edge.to];
  const auto& from = plan.ops[edge.from];
  if (from.move || !to.move || to.move->kind != Move::Kind::store) return false;
  const auto refill = refill_of(problem, plan, from, edge.tensor);
  return refill && std::find(refill->sums.begin(), refill->sums.end(), depth) != refill->sums.end();
}

std::vector<PlanOp> refills_of(const Problem& problem, const Plan& plan, const PlanOp& op) {
  std::vector<PlanOp> loads;
  for (const auto& leaf : op.leaves) {
    const auto& tensor = leaf.einsum->name();
    const auto refill = refill_of(problem, plan, op, tensor);
    if (!refill) continue;
    Guard once;  // a tile is brought before the first of its terms
    for (std::size_t depth = 0; depth < op.path.size(); ++depth) {
      const auto at = static_cast<int>(depth);
      const auto& sums = refill->sums;
      if (std::find(sums.begin(), sums.end(), at) != sums.end()) continue;
      if (has_rank(problem.cascade, tensor, plan.loops[op.path[depth]].loop.rank)) continue;
      once.push_back({at, Edge::Kind::first});
    }
    Guard outside;
    for (const auto depth : refill->sums) {
      auto load = move_beside(problem, op, output_of(op, tensor), Move::Kind::load);
      load.move->refill = true;
      load.op.when = op.op.when;
      for (const auto* guard : {&once, &outside}) {
        load.op.when.insert(load.op.when.end(), guard->begin(), guard->end());
      }
      load.op.when.push_back({depth, Edge::Kind::not_first});
      outside.push_back({depth, Edge::Kind::first});
      loads.push_back(std::move(load));
    }
  }
  return loads;
}

std::optional<std::int64_t> iterations_away(const Problem& problem, const Plan& plan,
                                            const PlanOp& maker, const std::string& tensor,
                                            std::size_t depth) {
  const auto refill = refill_of(problem, plan, maker, tensor);
  if (!refill) return std::nullopt;
  std::int64_t iterations = 1;
  for (auto at = static_cast<std::size_t>(refill->sums.back()) + 1; at < depth; ++at) {
    iterations *= plan.loops[maker.path[at]].loop.trip;
  }
  return iterations;
}

bool is_refill(const PlanOp& load, const PlanOp& maker) {
  return load.move && load.move->refill && makes(maker, load.move->tensor);
}

}  // namespace attnsim::mappings
