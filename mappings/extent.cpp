#include "mappings/extent.h"

#include <algorithm>
#include <cstdlib>

#include "base/error.h"

namespace attnsim::mappings {
namespace {

/// The rank whose inner (last) part `rank` is, or null.
const einsum::Rank* split_of_inner_part(const einsum::Cascade& cascade, const std::string& rank) {
  for (const auto& candidate : cascade.ranks) {
    if (!candidate.parts.empty() && candidate.parts.back() == rank) return &candidate;
  }
  return nullptr;
}

/// An inner part is as long as its partition says, but in the last coordinate of the outer part.
Extent inner_part(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path,
                  const einsum::Rank& whole, Extent extent) {
  const auto& outer = whole.parts.front();
  const auto length = problem.shapes.at(whole.name);
  const auto rest = length - (problem.shapes.at(outer) - 1) * extent.full;
  if (rest == extent.full) return extent;
  for (std::size_t depth = 0; depth < path.size(); ++depth) {
    const auto& loop = plan.loops[path[depth]];
    if (loop.loop.rank != outer) continue;
    if (loop.tile != 1 && loop.tile < problem.shapes.at(outer)) continue;
    extent.depths.push_back(static_cast<int>(depth));
  }
  if (extent.depths.empty()) {
    throw InfeasibleError(problem.mapping.place, whole.name + "=" + std::to_string(length) +
                                                     " is no multiple of " + whole.parts.back() +
                                                     "=" + std::to_string(extent.full) +
                                                     ": every Einsum over " + whole.parts.back() +
                                                     " must then stand in a loop over " + outer);
  }
  extent.tail = rest;
  return extent;
}

}  // namespace

Extent extent_of(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path,
                 const std::string& rank) {
  const auto length = problem.shapes.at(rank);
  Extent extent{length, length, {}};
  for (const auto id : path) {
    if (plan.loops[id].loop.rank == rank) extent = plan.loops[id].rest;
  }
  const bool looped = extent.full != length;
  const auto* whole = split_of_inner_part(problem.cascade, rank);
  if (whole != nullptr && !looped) return inner_part(problem, plan, path, *whole, extent);
  return extent;
}

std::vector<std::string> ranks_in(const einsum::Cascade& cascade, const einsum::Access& access) {
  std::vector<std::string> ranks;
  for (const auto& index : access.indices) {
    for (const auto& term : index.terms) {
      if (term.variable.empty()) continue;
      const auto* rank = cascade.find_rank_of_variable(term.variable);
      if (std::find(ranks.begin(), ranks.end(), rank->name) == ranks.end()) {
        ranks.push_back(rank->name);
      }
    }
  }
  return ranks;
}

namespace {

Extent touched_by(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path,
                  const einsum::Index& index) {
  Extent sum{1, 1, {}};
  for (const auto& term : index.terms) {
    if (term.variable.empty()) continue;
    const auto& rank = problem.cascade.find_rank_of_variable(term.variable)->name;
    const auto extent = extent_of(problem, plan, path, rank);
    auto stride = std::abs(term.factor);
    if (!term.rank.empty()) stride *= problem.shapes.at(term.rank);
    sum.full += stride * (extent.full - 1);
    sum.tail += stride * (extent.tail - 1);
    sum.depths.insert(sum.depths.end(), extent.depths.begin(), extent.depths.end());
  }
  return sum;
}

}  // namespace

std::vector<Extent> touched(const Problem& problem, const Plan& plan,
                            const std::vector<LoopId>& path, const einsum::Access& access) {
  std::vector<Extent> extents;
  for (const auto& index : access.indices) {
    extents.push_back(touched_by(problem, plan, path, index));
  }
  return extents;
}

std::int64_t at_variant(const Extent& extent, const std::vector<int>& variant_depths,
                        std::size_t variant) {
  if (!extent.ragged()) return extent.full;
  const auto is_last = [&](int depth) {
    const auto found = std::find(variant_depths.begin(), variant_depths.end(), depth);
    return found != variant_depths.end() &&
           ((variant >> static_cast<std::size_t>(found - variant_depths.begin())) & 1U) != 0;
  };
  return std::all_of(extent.depths.begin(), extent.depths.end(), is_last) ? extent.tail
                                                                          : extent.full;
}

std::int64_t volume(const std::vector<Extent>& extents, const std::vector<int>& variant_depths,
                    std::size_t variant) {
  std::int64_t points = 1;
  for (const auto& extent : extents) points *= at_variant(extent, variant_depths, variant);
  return points;
}

}  // namespace attnsim::mappings
