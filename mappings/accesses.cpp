#include "mappings/accesses.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
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
      all[to_index(edge.to)].push_back({memory->name,
                                        edge.tensor,
                                        false,
                                        touched(problem_, plan_, to.path, output),
                                        false,
                                        {},
                                        {},
                                        copies_of(to, edge.tensor)});
      if (!written.emplace(edge.from, edge.tensor, *edge.keep).second) continue;
      all[to_index(edge.from)].push_back({memory->name,
                                          edge.tensor,
                                          true,
                                          touched(problem_, plan_, from.path, output),
                                          false,
                                          {},
                                          {},
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
                          {},
                          {},
                          copies_of(leaf, access)});
    }
  }

  /// The ranks that `leaf` spreads over its unit and `access` does not depend on.
  [[nodiscard]] std::vector<Copies> copies_of(const PlanLeaf& leaf,
                                              const einsum::Access& access) const {
    std::set<std::string> variables;
    for (const auto& index : access.indices) {
      for (const auto& variable : einsum::variables_of(index)) variables.insert(variable);
    }
    std::vector<Copies> copies;
    for (const auto& [rank, places] : leaf.spatial) {
      const auto variable = problem_.cascade.find_rank(rank)->variable();
      if (!variables.contains(variable)) copies.push_back({leaf.tile.at(rank), places});
    }
    return copies;
  }

  [[nodiscard]] std::vector<Copies> copies_of(const PlanOp& op, const std::string& tensor) const {
    for (const auto& leaf : op.leaves) {
      for (const auto& access : einsum::reads(*leaf.einsum)) {
        if (access.tensor == tensor) return copies_of(leaf, access);
      }
    }
    return {};
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
                      {},
                      {},
                      {}};
    const auto in_unit = depth_kept(op, leaf.einsum->name());
    std::vector<int> left;
    for (std::size_t depth = 0; depth < op.path.size(); ++depth) {
      const auto at = static_cast<int>(depth);
      if (makes(leaf, op.path[depth]) || find_edge(op.op.when, at) != nullptr) continue;
      const bool stays = depth >= in_unit || !turns_to_others(op, leaf, depth);
      (stays ? access.completes : left).push_back(at);
    }
    accesses.push_back(access);
    if (left.empty()) return;
    access.write = false;
    access.resumes = std::move(left);
    access.copies = copies_of(leaf, leaf.einsum->output);
    accesses.push_back(std::move(access));
  }

  /// True if the loop goes from one result of `leaf` to others, and not over terms of the same.
  [[nodiscard]] bool makes(const PlanLeaf& leaf, LoopId loop) const {
    return has_rank(problem_.cascade, leaf.einsum->name(), plan_.loops[loop].loop.rank);
  }

  /// Loops around the place in the unit where the tensor is held; all of them if there is none.
  [[nodiscard]] std::size_t depth_kept(const PlanOp& op, const std::string& tensor) const {
    const auto* local = find_keep(plan_, op, tensor, /*shared=*/false);
    const bool here = local != nullptr && local->memory->unit == op.unit;
    return here ? local->path.size() : op.path.size();
  }

  /// True if the unit makes other results within one iteration of the loop at `depth`: what it has
  /// summed up until then has to leave.
  [[nodiscard]] bool turns_to_others(const PlanOp& op, const PlanLeaf& leaf,
                                     std::size_t depth) const {
    const auto inside = op.path.begin() + static_cast<std::ptrdiff_t>(depth) + 1;
    const bool in_loops = std::any_of(inside, op.path.end(), [&](LoopId loop) {
      return plan_.loops[loop].loop.trip > 1 && makes(leaf, loop);
    });
    return in_loops || std::any_of(leaf.tile.begin(), leaf.tile.end(), [&](const auto& tile) {
             const auto& [rank, extent] = tile;
             const auto spread = leaf.spatial.find(rank);
             const auto at_once = spread == leaf.spatial.end() ? 1 : spread->second;
             return extent.full > at_once && has_rank(problem_.cascade, leaf.einsum->name(), rank);
           });
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
