#include "mappings/plan_moves.h"

#include <algorithm>
#include <set>

#include "einsum/expression_ops.h"
#include "mappings/extent.h"
#include "mappings/refill.h"

namespace attnsim::mappings {
namespace {

bool holds(const PlanKeep& keep, const std::string& tensor) {
  const auto& tensors = keep.spec.tensors;
  return std::find(tensors.begin(), tensors.end(), tensor) != tensors.end();
}

bool is_off_chip(const PlanKeep& keep) {
  return !keep.memory->capacity && keep.memory->unit.empty();
}

bool kept_off_chip(const Plan& plan, const PlanOp& op, const std::string& tensor) {
  return std::any_of(op.keeps.begin(), op.keeps.end(), [&](KeepId id) {
    return is_off_chip(plan.keeps[id]) && holds(plan.keeps[id], tensor);
  });
}

/// An on-chip keep of `tensor` that is around both.
bool shares_keep(const Plan& plan, const PlanOp& a, const PlanOp& b, const std::string& tensor) {
  return std::any_of(a.keeps.begin(), a.keeps.end(), [&](KeepId id) {
    return !is_off_chip(plan.keeps[id]) && holds(plan.keeps[id], tensor) &&
           std::find(b.keeps.begin(), b.keeps.end(), id) != b.keeps.end();
  });
}

/// True if an earlier operation has already brought the tile of this keep.
bool already_loaded(const Plan& plan, const PlanKeep* keep, const std::string& tensor) {
  if (keep == nullptr) return false;
  return std::any_of(plan.ops.begin(), plan.ops.end(), [&](const PlanOp& op) {
    return op.move && op.move->kind == Move::Kind::load && op.move->tensor == tensor &&
           !op.move->refill && find_keep(plan, op, tensor, /*shared=*/true) == keep;
  });
}

/// Loops in whose later iterations the tile is still there. Below the keep: all that do not walk
/// the tensor, or slide a window over it (all of which is brought at once). Above it: the innermost
/// run of loops that leave the tile as it is (one of a single iteration ends no run).
Guard reuse_guard(const Problem& problem, const Plan& plan, const PlanOp& op, const PlanKeep* keep,
                  const einsum::Access& access) {
  Guard guard = op.op.when;
  const auto depth_of_keep = keep == nullptr ? op.path.size() : keep->path.size();
  const auto walk = [&](std::size_t depth) {
    return walk_of(problem.cascade, access, plan.loops[op.path[depth]].loop.rank);
  };
  const auto add = [&](std::size_t depth) {
    const auto at = static_cast<int>(depth);
    if (find_edge(guard, at) == nullptr) guard.push_back({at, Edge::Kind::first});
  };
  if (keep == nullptr || keep->spec.stream) return guard;
  for (auto depth = depth_of_keep; depth < op.path.size(); ++depth) {
    if (walk(depth) != Walk::own) add(depth);
  }
  for (auto depth = depth_of_keep; depth > 0; --depth) {
    if (walk(depth - 1) == Walk::none) {
      add(depth - 1);
    } else if (plan.loops[op.path[depth - 1]].loop.trip > 1) {
      break;
    }
  }
  return guard;
}

}  // namespace

PlanOp move_beside(const Problem& problem, const PlanOp& op, const einsum::Access& access,
                   Move::Kind kind) {
  PlanOp move;
  move.name = (kind == Move::Kind::store ? "store " : "load ") + access.tensor;
  move.unit = backing_memory(problem.architecture).name;
  move.place = op.place;
  move.path = op.path;
  move.keeps = op.keeps;
  move.move = Move{access.tensor, kind, access, false};
  return move;
}

bool goes_off_chip(const Problem& problem, const Plan& plan, const PlanOp& op,
                   const std::string& tensor) {
  return problem.cascade.find_tensor(tensor)->kind == einsum::Tensor::Kind::output ||
         kept_off_chip(plan, op, tensor);
}

const PlanKeep* find_keep(const Plan& plan, const PlanOp& op, const std::string& tensor,
                          bool shared) {
  for (auto id = op.keeps.rbegin(); id != op.keeps.rend(); ++id) {
    const auto& keep = plan.keeps[*id];
    if (is_off_chip(keep) || keep.memory->unit.empty() != shared) continue;
    if (holds(keep, tensor)) return &keep;
  }
  return nullptr;
}

bool comes_from_off_chip(const Problem& problem, const Plan& plan, const Producers& producers,
                         const PlanOp& op, const std::string& tensor) {
  const auto producer = producers.find(tensor);
  if (producer == producers.end()) {
    const auto kind = problem.cascade.find_tensor(tensor)->kind;
    return kind == einsum::Tensor::Kind::input || kind == einsum::Tensor::Kind::view;
  }
  return kept_off_chip(plan, op, tensor) &&
         !shares_keep(plan, plan.ops[producer->second], op, tensor);
}

std::vector<PlanOp> loads_of(const Problem& problem, const Plan& plan, const Producers& producers,
                             const PlanOp& op) {
  std::vector<PlanOp> loads;
  std::set<std::string> seen;
  for (const auto& leaf : op.leaves) {
    for (const auto& access : einsum::reads(*leaf.einsum)) {
      const auto& tensor = access.tensor;
      if (!seen.insert(tensor).second) continue;
      if (!comes_from_off_chip(problem, plan, producers, op, tensor)) continue;
      const auto* keep = find_keep(plan, op, tensor, /*shared=*/true);
      if (already_loaded(plan, keep, tensor)) continue;
      auto load = move_beside(problem, op, access, Move::Kind::load);
      load.op.when = reuse_guard(problem, plan, op, keep, access);
      load.op.where = op.op.where;
      loads.push_back(std::move(load));
    }
  }
  return loads;
}

std::vector<PlanOp> stores_of(const Problem& problem, const Plan& plan, const PlanOp& op) {
  std::vector<PlanOp> stores;
  for (const auto& leaf : op.leaves) {
    const auto& tensor = leaf.einsum->name();
    if (!goes_off_chip(problem, plan, op, tensor)) continue;
    const auto refill = refill_of(problem, plan, op, tensor);
    auto store = move_beside(problem, op, leaf.einsum->output, Move::Kind::store);
    store.op.when = op.op.when;
    store.op.where = op.op.where;
    for (std::size_t depth = 0; depth < op.path.size(); ++depth) {
      const auto at = static_cast<int>(depth);
      if (has_rank(problem.cascade, tensor, plan.loops[op.path[depth]].loop.rank)) continue;
      if (refill && std::find(refill->sums.begin(), refill->sums.end(), at) != refill->sums.end()) {
        continue;  // unfinished sums go, too
      }
      if (find_edge(store.op.when, at) == nullptr) {
        store.op.when.push_back({at, Edge::Kind::last});
      }
    }
    stores.push_back(std::move(store));
  }
  return stores;
}

}  // namespace attnsim::mappings
