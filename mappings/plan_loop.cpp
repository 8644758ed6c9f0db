#include "mappings/plan_loop.h"

#include <algorithm>

#include "base/error.h"
#include "mappings/extent.h"

namespace attnsim::mappings {
namespace {

std::string iterations_text(const PlanLoop& loop, bool in_tail) {
  return std::to_string(in_tail ? loop.loop.tail_trip : loop.loop.trip) + " over " + loop.loop.rank;
}

}  // namespace

PlanLoop make_loop(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path,
                   const For& spec, std::int64_t tile, const Place& place) {
  const auto above = extent_of(problem, plan, path, spec.rank);
  PlanLoop loop;
  loop.place = place;
  loop.tile = std::min(tile, above.full);
  const auto depth = static_cast<int>(path.size());
  loop.loop = {spec.rank, ceil_div(above.full, loop.tile), ceil_div(above.tail, loop.tile),
               above.depths};
  if (loop.loop.tail_trip == loop.loop.trip) loop.loop.ragged_under.clear();
  // The last of them would be shorter by another amount where the tile above is the last one.
  if (above.full % loop.tile != 0 && above.ragged()) {
    throw InputError(spec.tile.place, "tile " + std::to_string(loop.tile) + " of rank " +
                                          spec.rank + " does not divide the tile " +
                                          std::to_string(above.full) +
                                          " of the loop over it further out, the last of which "
                                          "is shorter");
  }
  loop.rest = {loop.tile, (above.tail - 1) % loop.tile + 1, above.depths};
  loop.rest.depths.push_back(depth);
  if (!loop.rest.ragged()) loop.rest.depths.clear();
  return loop;
}

std::int64_t inner_tile(const Problem& problem, const TreeNode& node, const std::string& rank) {
  for (const auto& child : node.children) {
    const auto* loop = std::get_if<For>(&child.kind);
    if (loop != nullptr && loop->rank == rank) {
      return loop->tile.kind == Size::Kind::fit ? 1 : resolve(loop->tile, problem.architecture);
    }
    const auto deeper = inner_tile(problem, child, rank);
    if (deeper != 1) return deeper;
  }
  return 1;
}

std::int64_t zipped_iterations(const Problem& problem, const Plan& plan,
                               const std::vector<LoopId>& path, const TreeNode& pipeline) {
  for (const auto& stage : pipeline.children) {
    const auto& node = stage.children.front();
    const auto& loop = std::get<For>(node.kind);
    if (loop.tile.kind == Size::Kind::fit) continue;
    if (problem.cascade.find_rank(loop.rank) == nullptr) return 1;  // reported with the loop
    const auto tile = resolve(loop.tile, problem.architecture);
    return ceil_div(extent_of(problem, plan, path, loop.rank).full, tile);
  }
  throw InputError(pipeline.place,
                   "every loop of this zipped <pipeline> has tile=\"fit\", which is as many tiles "
                   "as the others have: give one of them a number");
}

void require_in_step(const Plan& plan, const std::vector<PlanStage>& stages) {
  const auto& first = plan.loops[*stages.front().zipped];
  for (const auto& stage : stages) {
    const auto& other = plan.loops[*stage.zipped];
    const bool in_tail = other.loop.trip == first.loop.trip;
    if (in_tail && other.loop.tail_trip == first.loop.tail_trip &&
        other.loop.ragged_under == first.loop.ragged_under) {
      continue;
    }
    throw InputError(
        other.place,
        "the loops of a zipped <pipeline> go through as many iterations as each "
        "other: here it is " +
            iterations_text(other, in_tail) + ", there (" + to_string(first.place) + ") " +
            iterations_text(first, in_tail) +
            (in_tail ? ", where the tile around them is the last and shorter one" : "") +
            ": choose tiles of which there are as many");
  }
}

}  // namespace attnsim::mappings
