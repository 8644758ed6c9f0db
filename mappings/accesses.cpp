#include "mappings/accesses.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "einsum/expression_ops.h"
#include "mappings/extent.h"
#include "mappings/plan_leaf.h"
#include "mappings/plan_moves.h"

namespace attnsim::mappings {
namespace {

class AccessCounter {
 public:
  AccessCounter(const Problem& problem, const Plan& plan) : problem_(problem), plan_(plan) {}

  std::vector<std::vector<TileAccess>> count() {
    std::vector<std::vector<TileAccess>> all(plan_.ops.size());
    add_waiting_tiles(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      const auto id = static_cast<PlanOpId>(i);
      std::set<std::string> own;
      for (const auto& leaf : plan_.ops[id].leaves) {
        add_reads(id, leaf, own, all[i]);
        own.insert(leaf.einsum->name());
        add_write(id, leaf, all[i]);
      }
    }
    return all;
  }

 private:
  /// Tiles that pass from one operation to another through a unit's memory beside its registers.
  void add_waiting_tiles(std::vector<std::vector<TileAccess>>& all) const {
    std::set<std::tuple<PlanOpId, std::string, KeepId>> written;
    for (const auto& edge : plan_.edges) {
      if (!edge.keep || !edge.data) continue;
      const auto* memory = plan_.keeps[*edge.keep].memory;
      const auto& from = plan_.ops[edge.from];
      const auto& to = plan_.ops[edge.to];
      if (memory->unit.empty() || from.move || to.move) continue;
      if (memory == registers_of(problem_.architecture, memory->unit)) continue;
      const auto& output = problem_.cascade.find_einsum(edge.tensor)->output;
      all[to_index(edge.to)].push_back(
          {memory->name, edge.tensor, false, touched(problem_, plan_, to.path, output), false, {}});
      if (!written.emplace(edge.from, edge.tensor, *edge.keep).second) continue;
      all[to_index(edge.from)].push_back({memory->name,
                                          edge.tensor,
                                          true,
                                          touched(problem_, plan_, from.path, output),
                                          false,
                                          {}});
    }
  }

  void add_reads(PlanOpId id, const PlanLeaf& leaf, const std::set<std::string>& own,
                 std::vector<TileAccess>& accesses) {
    const auto& op = plan_.ops[id];
    std::set<std::pair<std::string, bool>> seen;
    for (const auto& access : einsum::reads(*leaf.einsum)) {
      const bool carried = reads_previous(access);
      if (own.count(access.tensor) != 0 && !carried) continue;
      if (!seen.emplace(access.tensor, carried).second) continue;
      const auto* shared = find_keep(plan_, op, access.tensor, /*shared=*/true);
      if (shared == nullptr) continue;
      if (const auto* local = find_keep(plan_, op, access.tensor, /*shared=*/false)) {
        if (local->memory->unit == op.unit && local->path.size() >= shared->path.size()) {
          if (stays_local(*local, id, access.tensor, carried)) continue;
          if (!fetched_.emplace(local, access.tensor, carried).second) continue;
        }
      }
      accesses.push_back({shared->spec.memory,
                          access.tensor,
                          false,
                          touched(problem_, plan_, op.path, access),
                          shared->spec.stream,
                          {}});
    }
  }

  void add_write(PlanOpId id, const PlanLeaf& leaf, std::vector<TileAccess>& accesses) const {
    const auto& op = plan_.ops[id];
    const auto* shared = find_keep(plan_, op, leaf.einsum->name(), /*shared=*/true);
    if (shared == nullptr) return;
    TileAccess access{shared->spec.memory,
                      leaf.einsum->name(),
                      true,
                      touched(problem_, plan_, op.path, leaf.einsum->output),
                      shared->spec.stream,
                      {}};
    for (std::size_t depth = 0; depth < op.path.size(); ++depth) {
      const auto at = static_cast<int>(depth);
      const auto& rank = plan_.loops[op.path[depth]].loop.rank;
      if (has_rank(problem_.cascade, leaf.einsum->name(), rank)) continue;
      if (find_edge(op.op.when, at) == nullptr) access.completes.push_back(at);
    }
    accesses.push_back(std::move(access));
  }

  /// True if the access reads what an earlier iteration of a generative rank made.
  [[nodiscard]] bool reads_previous(const einsum::Access& access) const {
    const auto* tensor = problem_.cascade.find_tensor(access.tensor);
    for (std::size_t i = 0; i < tensor->ranks.size(); ++i) {
      if (tensor->ranks[i] != tensor->generative_rank) continue;
      const auto& terms = access.indices[i].terms;
      return terms.size() == 1 && !terms.front().variable.empty();
    }
    return false;
  }

  /// True if the value is made under the keep in the unit, so that it never leaves it.
  [[nodiscard]] bool stays_local(const PlanKeep& local, PlanOpId id, const std::string& tensor,
                                 bool carried) const {
    const auto* info = problem_.cascade.find_tensor(tensor);
    if (carried) {
      const auto under_loop = [&](LoopId loop) {
        return plan_.loops[loop].loop.rank == info->generative_rank;
      };
      if (std::any_of(local.path.begin(), local.path.end(), under_loop)) return false;
    }
    return std::any_of(plan_.edges.begin(), plan_.edges.end(), [&](const PlanEdge& edge) {
      if (edge.to != id || edge.tensor != tensor || plan_.ops[edge.from].move) return false;
      const auto& keeps = plan_.ops[edge.from].keeps;
      return std::any_of(keeps.begin(), keeps.end(),
                         [&](KeepId keep) { return &plan_.keeps[keep] == &local; });
    });
  }

  const Problem& problem_;
  const Plan& plan_;
  std::set<std::tuple<const PlanKeep*, std::string, bool>> fetched_;
};

}  // namespace

const arch::MemorySpec* registers_of(const arch::Architecture& architecture,
                                     const std::string& unit) {
  for (const auto& component : architecture.components) {
    const auto* memory = std::get_if<arch::MemorySpec>(&component);
    if (memory != nullptr && memory->unit == unit) return memory;
  }
  return nullptr;
}

std::vector<std::vector<TileAccess>> tile_accesses(const Problem& problem, const Plan& plan) {
  return AccessCounter(problem, plan).count();
}

}  // namespace attnsim::mappings
