#include "mappings/extent.h"

#include <algorithm>
#include <cstddef>
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

std::size_t variables_in(const einsum::Index& index) {
  return static_cast<std::size_t>(
      std::count_if(index.terms.begin(), index.terms.end(),
                    [](const einsum::Term& term) { return !term.variable.empty(); }));
}

bool has_variable(const einsum::Index& index, const std::string& variable) {
  return std::any_of(index.terms.begin(), index.terms.end(),
                     [&](const einsum::Term& term) { return term.variable == variable; });
}

}  // namespace

Walk walk_of(const einsum::Cascade& cascade, const einsum::Access& access,
             const std::string& rank) {
  const auto& ranks = cascade.find_tensor(access.tensor)->ranks;
  const auto variable = cascade.find_rank(rank)->variable();
  for (std::size_t i = 0; i < access.indices.size(); ++i) {
    if (!has_variable(access.indices[i], variable)) continue;
    if (ranks[i] != rank || variables_in(access.indices[i]) > 1) return Walk::window;
  }
  return std::find(ranks.begin(), ranks.end(), rank) == ranks.end() ? Walk::none : Walk::own;
}

namespace {

class Toucher {
 public:
  Toucher(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path,
          const einsum::Access& access, std::size_t held)
      : problem_(problem), plan_(plan), path_(path), access_(access), held_(held) {}

  [[nodiscard]] Extent touched_by(const einsum::Index& index) const {
    Extent sum{1, 1, {}};
    for (const auto& term : index.terms) {
      if (term.variable.empty()) continue;
      const auto extent = extent_of(problem_.cascade.find_rank_of_variable(term.variable)->name);
      auto stride = std::abs(term.factor);
      if (!term.rank.empty()) stride *= problem_.shapes.at(term.rank);
      sum.full += stride * (extent.full - 1);
      sum.tail += stride * (extent.tail - 1);
      sum.depths.insert(sum.depths.end(), extent.depths.begin(), extent.depths.end());
    }
    return sum;
  }

 private:
  [[nodiscard]] Extent extent_of(const std::string& rank) const {
    const bool slides =
        held_ < path_.size() && walk_of(problem_.cascade, access_, rank) == Walk::window;
    if (!slides) return mappings::extent_of(problem_, plan_, path_, rank);
    const std::vector<LoopId> around(path_.begin(),
                                     path_.begin() + static_cast<std::ptrdiff_t>(held_));
    return mappings::extent_of(problem_, plan_, around, rank);
  }

  const Problem& problem_;
  const Plan& plan_;
  const std::vector<LoopId>& path_;
  const einsum::Access& access_;
  std::size_t held_;
};

}  // namespace

std::vector<Extent> touched(const Problem& problem, const Plan& plan,
                            const std::vector<LoopId>& path, const einsum::Access& access,
                            std::size_t held) {
  const Toucher toucher(problem, plan, path, access, held);
  std::vector<Extent> extents;
  for (const auto& index : access.indices) extents.push_back(toucher.touched_by(index));
  return extents;
}

std::vector<Extent> touched(const Problem& problem, const Plan& plan,
                            const std::vector<LoopId>& path, const einsum::Access& access) {
  return touched(problem, plan, path, access, path.size());
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
