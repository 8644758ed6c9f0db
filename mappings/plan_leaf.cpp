#include "mappings/plan_leaf.h"

#include <algorithm>
#include <bit>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "mappings/extent.h"

namespace attnsim::mappings {
namespace {

/// The PEs or lanes of a unit in one direction, 0 if the unit has no such direction.
std::int64_t size_along(const arch::Architecture& architecture, const std::string& unit,
                        Along along) {
  if (const auto* array = architecture.find_array(unit)) {
    if (along == Along::rows) return static_cast<std::int64_t>(array->rows);
    if (along == Along::columns) return static_cast<std::int64_t>(array->columns);
    return 0;
  }
  const auto* vector = architecture.find_vector(unit);
  return along == Along::lanes && vector != nullptr ? static_cast<std::int64_t>(vector->lanes) : 0;
}

std::int64_t reduction_latency(const arch::Architecture& architecture, const std::string& unit,
                               std::int64_t extent) {
  if (extent <= 1) return 0;
  const auto* array = architecture.find_array(unit);
  const auto* vector = architecture.find_vector(unit);
  const auto kind = array != nullptr ? array->reduction : vector->reduction;
  const auto hop = static_cast<std::int64_t>((array != nullptr ? array->hop : vector->hop).count());
  if (kind == arch::Reduction::chain) return hop * extent;
  return hop * static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(extent - 1)));
}

const char* name_of(Along along) {
  switch (along) {
    case Along::rows:
      return "rows";
    case Along::columns:
      return "columns";
    case Along::lanes:
      return "lanes";
  }
  return "";
}

void spread(const Problem& problem, const SpatialScope& scope, const std::string& unit,
            PlanLeaf& leaf, std::map<Along, std::int64_t>& used) {
  const auto& rank = scope.spec->rank;
  const auto tile = leaf.tile.find(rank);
  if (tile == leaf.tile.end()) return;
  for (const auto along : scope.spec->along) {
    const auto size = size_along(problem.architecture, unit, along);
    if (size == 0) continue;
    auto& taken = used.emplace(along, 1).first->second;
    const auto extent = scope.spec->fold
                            ? std::min(tile->second.full, std::max(size / taken, std::int64_t{1}))
                            : tile->second.full;
    taken *= extent;
    if (taken > size) {
      throw InputError(scope.place,
                       "Einsum '" + leaf.einsum->name() + "' spreads " + std::to_string(taken) +
                           " coordinates over the " + std::to_string(size) + " " + name_of(along) +
                           " of '" + unit + "': put a <for rank=\"" + rank + "\" tile=\"" +
                           std::to_string(size) + "\"> around it, or say fold=\"yes\"");
    }
    leaf.spatial[rank] = extent;
    const auto reduced = einsum::reduced_variables(*leaf.einsum);
    const auto variable = problem.cascade.find_rank(rank)->variable();
    if (std::find(reduced.begin(), reduced.end(), variable) != reduced.end()) {
      leaf.latency += reduction_latency(problem.architecture, unit, extent);
    }
  }
}

}  // namespace

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

namespace {

/// True if an Einsum reads `tensor` through a window that a loop over `rank` slides.
bool slides(const einsum::Cascade& cascade, const std::string& tensor, const std::string& rank) {
  return std::any_of(
      cascade.einsums.begin(), cascade.einsums.end(), [&](const einsum::Einsum& einsum) {
        const auto reads = einsum::reads(einsum);
        return std::any_of(reads.begin(), reads.end(), [&](const einsum::Access& access) {
          return access.tensor == tensor && walk_of(cascade, access, rank) == Walk::window;
        });
      });
}

/// Tiles of the keep's tensors that there ever are, as far as `wanted`: a buffer more would stay
/// empty.
std::int64_t distinct_tiles(const Problem& problem, const Plan& plan, const PlanKeep& keep,
                            std::int64_t wanted) {
  std::int64_t most = 1;
  for (const auto& tensor : keep.spec.tensors) {
    std::int64_t tiles = 1;
    for (const auto id : keep.path) {
      const auto& loop = plan.loops[id].loop;
      if (tiles >= wanted) break;
      const bool other = has_rank(problem.cascade, tensor, loop.rank) ||
                         slides(problem.cascade, tensor, loop.rank);
      if (other) tiles *= loop.trip;
    }
    most = std::max(most, tiles);
  }
  return std::min(most, wanted);
}

}  // namespace

PlanKeep make_keep(const Problem& problem, const Plan& plan_so_far, const Keep& keep,
                   const std::vector<LoopId>& path) {
  PlanKeep plan;
  plan.spec = keep;
  plan.path = path;
  plan.memory = problem.architecture.find_memory(keep.memory);
  if (plan.memory == nullptr) {
    throw InputError(keep.place, "architecture '" + problem.architecture.name +
                                     "' has no memory '" + keep.memory + "' (known: " +
                                     joined(problem.architecture.memory_names()) + ")");
  }
  for (const auto& tensor : keep.tensors) {
    if (problem.cascade.find_tensor(tensor) == nullptr) {
      std::vector<std::string> known;
      for (const auto& each : problem.cascade.tensors) known.push_back(each.name);
      throw InputError(keep.place, "cascade '" + problem.cascade.name + "' has no tensor '" +
                                       tensor + "' (known: " + joined(known) + ")");
    }
    plan.tensor_list += (plan.tensor_list.empty() ? "" : " ") + tensor;
  }
  if (keep.buffers.kind != Size::Kind::fit) {
    plan.buffers =
        distinct_tiles(problem, plan_so_far, plan, resolve(keep.buffers, problem.architecture));
  }
  return plan;
}

PlanLeaf make_leaf(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path,
                   const std::vector<SpatialScope>& spatials, const Leaf& spec,
                   const Place& place) {
  PlanLeaf leaf;
  leaf.place = place;
  leaf.einsum = problem.cascade.find_einsum(spec.einsum);
  if (leaf.einsum == nullptr) {
    std::vector<std::string> known;
    for (const auto& each : problem.cascade.einsums) known.push_back(each.name());
    throw InputError(place, "cascade '" + problem.cascade.name + "' has no Einsum '" + spec.einsum +
                                "' (known: " + joined(known) + ")");
  }
  const auto units = problem.architecture.unit_names();
  if (std::find(units.begin(), units.end(), spec.unit) == units.end()) {
    throw InputError(place, "architecture '" + problem.architecture.name + "' has no unit '" +
                                spec.unit + "' (known: " + joined(units) + ")");
  }
  for (const auto& variable : einsum::iteration_variables(*leaf.einsum)) {
    const auto& rank = problem.cascade.find_rank_of_variable(variable)->name;
    leaf.tile[rank] = extent_of(problem, plan, path, rank);
  }
  std::map<Along, std::int64_t> used;
  for (const auto& spatial : spatials) spread(problem, spatial, spec.unit, leaf, used);
  return leaf;
}

const Edge* find_edge(const Guard& guard, int depth) {
  const auto found = std::find_if(guard.begin(), guard.end(),
                                  [&](const Edge& edge) { return edge.depth == depth; });
  return found == guard.end() ? nullptr : &*found;
}

std::int64_t tiles_below(const Plan& plan, const PlanOp& op, std::size_t depth) {
  std::int64_t tiles = 1;
  for (auto at = depth; at < op.path.size(); ++at) {
    if (find_edge(op.op.when, static_cast<int>(at)) != nullptr) continue;
    tiles *= plan.loops[op.path[at]].loop.trip;
  }
  return tiles;
}

bool has_rank(const einsum::Cascade& cascade, const std::string& tensor, const std::string& rank) {
  const auto& ranks = cascade.find_tensor(tensor)->ranks;
  return std::find(ranks.begin(), ranks.end(), rank) != ranks.end();
}

bool iterates_over(const Problem& problem, const PlanOp& op, const std::string& rank) {
  if (op.move) return has_rank(problem.cascade, op.move->tensor, rank);
  return std::any_of(op.leaves.begin(), op.leaves.end(),
                     [&](const PlanLeaf& leaf) { return leaf.tile.count(rank) != 0; });
}

namespace {

/// True if something that `op` reads is only complete after the last iteration of the loop at
/// `depth`, which is around its producer too.
bool reads_what_completes_last(const Problem& problem, const Plan& plan, const Producers& producers,
                               const PlanOp& op, std::size_t depth) {
  for (const auto& leaf : op.leaves) {
    for (const auto& access : einsum::reads(*leaf.einsum)) {
      const auto producer = producers.find(access.tensor);
      if (producer == producers.end()) continue;
      const auto& made_by = plan.ops[producer->second];
      if (made_by.path.size() <= depth || made_by.path[depth] != op.path[depth]) continue;
      const auto* edge = find_edge(made_by.op.when, static_cast<int>(depth));
      if (edge != nullptr && edge->kind == Edge::Kind::last) return true;
      const auto& rank = plan.loops[op.path[depth]].loop.rank;
      if (edge == nullptr && iterates_over(problem, made_by, rank)) return true;
    }
  }
  return false;
}

}  // namespace

Guard guard_of(const Problem& problem, const Plan& plan, const Producers& producers,
               const PlanOp& op) {
  Guard guard;
  for (std::size_t depth = 0; depth < op.path.size(); ++depth) {
    const auto& loop = plan.loops[op.path[depth]].loop;
    if (iterates_over(problem, op, loop.rank)) continue;
    const bool last = reads_what_completes_last(problem, plan, producers, op, depth);
    guard.push_back({static_cast<int>(depth), last ? Edge::Kind::last : Edge::Kind::first});
  }
  return guard;
}

}  // namespace attnsim::mappings
