#include "mappings/regions.h"

#include <cstddef>
#include <map>
#include <string>

#include "base/error.h"
#include "mappings/extent.h"

namespace attnsim::mappings {
namespace {

/// A linear form over rank variables: sum of factor x variable, plus a constant.
struct Linear {
  std::map<std::string, std::int64_t> factors;  ///< by rank
  std::int64_t constant = 0;
};

class RegionBuilder {
 public:
  RegionBuilder(const Problem& problem, const Plan& plan, const std::vector<LoopId>& path)
      : problem_(problem), plan_(plan), path_(path) {}

  void add(const einsum::Condition& condition) {
    if (condition.kind == einsum::Condition::Kind::any_of) refuse(condition, "`or`");
    for (const auto& part : condition.parts) add(part);
    if (condition.kind == einsum::Condition::Kind::comparison) compare(condition);
  }

  [[nodiscard]] std::vector<Region> take() { return std::move(regions_); }

 private:
  [[noreturn]] static void refuse(const einsum::Condition& condition, const std::string& what) {
    throw InfeasibleError(condition.place,
                          "a condition with " + what +
                              " can be run and drawn, but not simulated yet: tiles are left out by "
                              "conjunctions of linear inequalities");
  }

  void compare(const einsum::Condition& condition) {
    using einsum::Comparator;
    const auto& [left, comparator, right] = condition.comparison;
    switch (comparator) {
      case Comparator::less:
        return at_most(left, right, -1);
      case Comparator::less_equal:
        return at_most(left, right, 0);
      case Comparator::greater:
        return at_most(right, left, -1);
      case Comparator::greater_equal:
        return at_most(right, left, 0);
      case Comparator::equal:
        at_most(left, right, 0);
        return at_most(right, left, 0);
      case Comparator::not_equal:
        refuse(condition, "`!=`");
    }
  }

  void accumulate(const einsum::Index& index, std::int64_t sign, Linear& sum) const {
    for (const auto& term : index.terms) {
      auto factor = sign * term.factor;
      if (!term.rank.empty()) factor *= problem_.shapes.at(term.rank);
      if (term.variable.empty()) {
        sum.constant += factor;
      } else {
        sum.factors[problem_.cascade.find_rank_of_variable(term.variable)->name] += factor;
      }
    }
  }

  /// small - large <= slack somewhere in the tile: its least value is where variables with a
  /// positive factor are at the tile's start and the others at its end.
  void at_most(const einsum::Index& small, const einsum::Index& large, std::int64_t slack) {
    Linear difference;
    accumulate(small, 1, difference);
    accumulate(large, -1, difference);
    Region region;
    region.limit = slack - difference.constant;
    for (const auto& [rank, factor] : difference.factors) {
      if (factor < 0) region.limit -= factor * (extent_of(problem_, plan_, path_, rank).full - 1);
      for (std::size_t depth = 0; depth < path_.size(); ++depth) {
        const auto& loop = plan_.loops[path_[depth]];
        if (loop.loop.rank != rank || factor == 0) continue;
        region.terms.push_back({static_cast<int>(depth), factor * loop.tile});
      }
    }
    regions_.push_back(std::move(region));
  }

  const Problem& problem_;
  const Plan& plan_;
  const std::vector<LoopId>& path_;
  std::vector<Region> regions_;
};

}  // namespace

std::vector<Region> regions_of(const Problem& problem, const Plan& plan,
                               const std::vector<LoopId>& path, const einsum::Einsum& einsum) {
  if (!einsum.where) return {};
  RegionBuilder builder(problem, plan, path);
  builder.add(*einsum.where);
  return builder.take();
}

}  // namespace attnsim::mappings
