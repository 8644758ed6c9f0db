#include "mappings/edge_loops.h"

#include <algorithm>
#include <cstddef>

#include "base/error.h"
#include "mappings/extent.h"
#include "mappings/plan_edges.h"
#include "mappings/plan_leaf.h"
#include "mappings/refill.h"

namespace attnsim::mappings {
namespace {

/// True if the tensor has a coordinate of its own for each iteration of a loop over `rank`.
/// The window of a load is brought whole.
bool indexed_by(const Problem& problem, const Plan& plan, const PlanEdge& edge,
                const std::string& rank) {
  const auto* tensor = problem.cascade.find_tensor(edge.tensor);
  if (edge.reading == Reading::final && rank == tensor->generative_rank) return false;
  const auto& move = plan.ops[edge.from].move;
  if (move) return walk_of(problem.cascade, move->access, rank) == Walk::own;
  return has_rank(problem.cascade, edge.tensor, rank);
}

const PlanLoop& loop_at(const Plan& plan, const PlanOp& op, int depth) {
  return plan.loops[op.path[static_cast<std::size_t>(depth)]];
}

int depth_of(const PlanOp& op) { return static_cast<int>(op.path.size()); }

[[noreturn]] void complain_of_order(const Plan& plan, const PlanEdge& edge, const PlanLoop& loop) {
  const auto& from = plan.ops[edge.from];
  const auto& to = plan.ops[edge.to];
  throw InfeasibleError(
      to.place, to.name + " needs " + edge.tensor + ", which " + from.name + " (" +
                    to_string(from.place) +
                    ") completes only after the last iteration of the loop over " + loop.loop.rank +
                    " (" + to_string(loop.place) + ") that is around both: give " + to.name +
                    " a loop over " + loop.loop.rank + " of its own behind that one");
}

/// True if the loop at `depth` splits the sums that the edge brings back.
bool brings_back(const Problem& problem, const Plan& plan, const PlanEdge& edge, int depth) {
  const auto refill = refill_of(problem, plan, plan.ops[edge.to], edge.tensor);
  return refill && std::find(refill->sums.begin(), refill->sums.end(), depth) != refill->sums.end();
}

void guard_shared(const Problem& problem, const Plan& plan, const PlanEdge& edge, int depth,
                  EdgeGuards& guards) {
  const auto& from = plan.ops[edge.from];
  const auto& to = plan.ops[edge.to];
  const auto& loop = loop_at(plan, from, depth);
  if (indexed_by(problem, plan, edge, loop.loop.rank)) {
    const auto& generative = problem.cascade.find_tensor(edge.tensor)->generative_rank;
    if (edge.reading == Reading::carried && loop.loop.rank == generative) {
      guards.signal.push_back({depth, Edge::Kind::not_last});
      guards.wait.push_back({depth, Edge::Kind::not_first});
    }
    return;
  }
  if (splits_stored_sums(problem, plan, edge, depth)) return;  // they go in every iteration
  const auto* made = find_edge(from.op.when, depth);
  const auto* read = find_edge(to.op.when, depth);
  if (is_refill(from, to) && read == nullptr && brings_back(problem, plan, edge, depth)) {
    if (made == nullptr) return;
    guards.wait.push_back(*made);
    guards.release.push_back(*made);
    return;
  }
  if (made == nullptr && from.move) return;  // a streamed tile: made anew each time
  const bool made_last = made == nullptr || made->kind == Edge::Kind::last;
  const bool read_last = read != nullptr && read->kind == Edge::Kind::last;
  if (made_last && !read_last && loop.loop.trip > 1) complain_of_order(plan, edge, loop);
  if (made == nullptr) {
    guards.acquire.push_back({depth, Edge::Kind::first});
    guards.signal.push_back({depth, Edge::Kind::last});
  }
  if (read == nullptr) {
    guards.wait.push_back({depth, Edge::Kind::first});
    guards.release.push_back({depth, Edge::Kind::last});
  }
}

}  // namespace

int shared_loops(const PlanOp& a, const PlanOp& b) {
  const auto end = std::min(a.path.size(), b.path.size());
  std::size_t depth = 0;
  while (depth < end && a.path[depth] == b.path[depth]) ++depth;
  return static_cast<int>(depth);
}

std::vector<std::pair<int, int>> matched_loops(const Problem& problem, const Plan& plan,
                                               const PlanEdge& edge) {
  const auto& from = plan.ops[edge.from];
  const auto& to = plan.ops[edge.to];
  std::vector<std::pair<int, int>> matched;
  auto next = edge.shared;
  for (auto made = edge.shared; made < depth_of(from); ++made) {
    const auto& loop = loop_at(plan, from, made);
    if (!indexed_by(problem, plan, edge, loop.loop.rank)) continue;
    for (auto read = next; read < depth_of(to); ++read) {
      const auto& other = loop_at(plan, to, read);
      if (other.loop.rank != loop.loop.rank || other.tile != loop.tile ||
          other.loop.trip != loop.loop.trip) {
        continue;
      }
      matched.emplace_back(made, read);
      next = read + 1;
      break;
    }
  }
  return matched;
}

void measure(const Problem& problem, const Plan& plan, PlanEdge& edge) {
  const auto& from = plan.ops[edge.from];
  edge.shared = shared_loops(from, plan.ops[edge.to]);
  edge.inner = 1;
  for (const auto& [made, read] : matched_loops(problem, plan, edge)) {
    edge.inner *= loop_at(plan, from, made).loop.trip;
  }
  if (!edge.keep) {
    edge.slots = 2 * edge.inner;
    return;
  }
  const auto& keep = plan.keeps[*edge.keep];
  edge.pieces = edge.inner;
  const auto& generative = problem.cascade.find_tensor(edge.tensor)->generative_rank;
  for (auto depth = static_cast<int>(keep.path.size()); depth < edge.shared; ++depth) {
    const auto& loop = loop_at(plan, from, depth).loop;
    if (loop.rank == generative) continue;  // only the running value is held
    if (indexed_by(problem, plan, edge, loop.rank)) edge.pieces *= loop.trip;
  }
  edge.fit = keep.spec.buffers.kind == Size::Kind::fit;
  edge.slots = keep.buffers * edge.pieces + keep.spec.spare;
}

EdgeGuards guards_of(const Problem& problem, const Plan& plan, const PlanEdge& edge) {
  EdgeGuards guards;
  for (auto depth = 0; depth < edge.shared; ++depth) {
    guard_shared(problem, plan, edge, depth, guards);
  }
  const auto matched = matched_loops(problem, plan, edge);
  const auto& from = plan.ops[edge.from];
  const auto& to = plan.ops[edge.to];
  for (auto depth = edge.shared; depth < depth_of(from); ++depth) {
    const bool follows = std::any_of(matched.begin(), matched.end(),
                                     [&](const auto& pair) { return pair.first == depth; });
    if (follows || find_edge(from.op.when, depth) != nullptr) continue;
    guards.acquire.push_back({depth, Edge::Kind::first});
    guards.signal.push_back({depth, Edge::Kind::last});
  }
  for (auto depth = edge.shared; depth < depth_of(to); ++depth) {
    const bool follows = std::any_of(matched.begin(), matched.end(),
                                     [&](const auto& pair) { return pair.second == depth; });
    if (follows || find_edge(to.op.when, depth) != nullptr) continue;
    guards.wait.push_back({depth, Edge::Kind::first});
    guards.release.push_back({depth, Edge::Kind::last});
  }
  return guards;
}

}  // namespace attnsim::mappings
