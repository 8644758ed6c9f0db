#include "explore/mapper.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "explore/candidate.h"
#include "explore/parallel.h"
#include "mappings/space_bound.h"
#include "mappings/space_keeps.h"

namespace attnsim::explore {
namespace {

using mappings::CostBound;
using mappings::MappingSpace;
using mappings::OutlineBound;

constexpr std::size_t wave_size = 64;  ///< families that are begun together

/// Bounds are sums in another order than the figures that they bound.
constexpr double rounding = 1 - 1e-9;

Costs costs_of(const CostBound& bound) {
  return {bound.cycles * rounding, bound.energy_pj * rounding, bound.buffer_bytes * rounding};
}

struct Candidate {
  std::size_t outline = 0;
  mappings::Details details;
};

/// The mappings that differ in pipelining and prefetching only.
struct Family {
  std::size_t outline = 0;
  std::vector<mappings::Details> variants;  ///< the first bounds the others
  std::vector<Costs> least;                 ///< of each, from closed forms
  std::vector<bool> may_fit;
};

Costs greater(const Costs& a, const Costs& b) {
  Costs costs;
  for (std::size_t i = 0; i < costs.size(); ++i) costs[i] = std::max(a[i], b[i]);
  return costs;
}

/// A number that says nothing about `i`: to take what is equally good from all over the space.
double scattered(std::size_t i) {
  auto bits = (static_cast<std::uint64_t>(i) + 1) * 0x9E3779B97F4A7C15U;
  bits = (bits ^ (bits >> 31U)) * 0xBF58476D1CE4E5B9U;
  return static_cast<double>(bits >> 11U);
}

/// Positions of `bounds`, the best of those left taken in turn: in each objective, and in the
/// product of all.
std::vector<std::size_t> turns_of(const std::vector<Costs>& bounds, const Objectives& objectives) {
  const auto product = [&](std::size_t i) {
    double value = 1;
    for (const auto objective : objectives) {
      value *= bounds[i][static_cast<std::size_t>(objective)];
    }
    return value;
  };
  std::vector<std::vector<std::size_t>> lists(objectives.size() + 1);
  for (std::size_t list = 0; list < lists.size(); ++list) {
    std::vector<std::pair<double, double>> keys;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
      const auto all = product(i);
      const bool one = list < objectives.size();
      if (one) {
        keys.emplace_back(bounds[i][static_cast<std::size_t>(objectives[list])], all);
      } else {
        keys.emplace_back(all, scattered(i));
      }
    }
    lists[list].resize(bounds.size());
    std::iota(lists[list].begin(), lists[list].end(), std::size_t{0});
    std::stable_sort(lists[list].begin(), lists[list].end(),
                     [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; });
  }
  std::vector<std::size_t> order;
  std::vector<bool> taken(bounds.size(), false);
  std::vector<std::size_t> next(lists.size(), 0);
  while (order.size() < bounds.size()) {
    for (std::size_t list = 0; list < lists.size(); ++list) {
      while (next[list] < bounds.size() && taken[lists[list][next[list]]]) ++next[list];
      if (next[list] == bounds.size()) continue;
      order.push_back(lists[list][next[list]]);
      taken[order.back()] = true;
    }
  }
  return order;
}

class Search {
 public:
  Search(const MappingSpace& space, const MapperOptions& options)
      : space_(space), options_(options), front_(options.objectives), open_rivals_(options.rivals) {
    result_.counts.space = space.size();
    result_.least.fill(std::numeric_limits<double>::infinity());
    if (options.clock) start_ = options.clock();
  }

  MapperResult run() {
    bound_outlines();
    for (const auto outline : order_) {
      if (limit_reached()) {
        leave(outline);
      } else if (!covered(bounds_[outline])) {
        expand(outline);
      } else {
        result_.counts.bounded += space_.of_outline();
      }
    }
    settle();
    for (const auto& costs : left_) note(costs, front_.factor_to(costs));
    collect();
    return std::move(result_);
  }

 private:
  void bound_outlines() {
    const auto count = space_.outlines.size();
    bounds_.resize(count);
    constexpr std::size_t chunk = 256;
    for_each_index((count + chunk - 1) / chunk, options_.workers, [&](std::size_t part) {
      for (auto i = part * chunk; i < std::min(count, (part + 1) * chunk); ++i) {
        const auto& outline = space_.outlines[i];
        const OutlineBound bound(space_.roles, outline, space_.fusions[outline.fusion]);
        bounds_[i] = costs_of(bound.any(space_.bindings(bound)));
      }
    });
    order_ = turns_of(bounds_, options_.objectives);
  }

  [[nodiscard]] bool limit_reached() const {
    if (options_.most_points > 0 && points_ >= options_.most_points) return true;
    return options_.most_seconds > 0 && options_.clock() - start_ >= options_.most_seconds;
  }

  /// Whether the front makes up for everything that costs as much as this at least.
  bool covered(const Costs& least) {
    if (!options_.prune) return false;
    if (!made_up_for(least)) return false;
    note(least, front_.factor_to(least));
    return true;
  }

  /// Tolerance comes after the first mappings, at half of the limit at last; what may match a rival
  /// has none until a tenth of the limit is left.
  [[nodiscard]] bool made_up_for(const Costs& least) const {
    const auto factor = front_.factor_to(least);
    if (factor <= 1) return true;
    if (factor > 1 + options_.within) return false;
    const auto spent = [&](std::int64_t tenths) {
      return options_.most_points > 0 && points_ >= options_.most_points * tenths / 10;
    };
    if (points_ < options_.exact_points && !spent(5)) return false;
    if (spent(9)) return true;
    return std::none_of(open_rivals_.begin(), open_rivals_.end(), [&](const Costs& rival) {
      return factor_to(least, rival, options_.objectives) <= 1;
    });
  }

  /// That a mapping costs no less, and how far the front is from making up for it.
  void note(const Costs& least, double factor) {
    result_.gap = std::max(result_.gap, factor - 1);
    for (std::size_t i = 0; i < least.size(); ++i) {
      result_.least[i] = std::min(result_.least[i], least[i]);
    }
  }

  void leave(std::size_t outline) {
    result_.counts.left += space_.of_outline();
    left_.push_back(bounds_[outline]);
  }

  void expand(std::size_t index) {
    const auto& outline = space_.outlines[index];
    const auto& fusion = space_.fusions[outline.fusion];
    const OutlineBound bound(space_.roles, outline, fusion);
    const mappings::OutlineFit fit(space_.roles, outline, fusion);
    for (const auto& binding : space_.bindings(bound)) {
      for (const auto waiting : space_.waitings) {
        Family family{index, space_.variants(binding, waiting), {}, {}};
        for (const auto& details : family.variants) {
          family.least.push_back(costs_of(bound.of(binding, details.prefetch)));
          family.may_fit.push_back(fit.may_fit(details));
        }
        add(std::move(family));
      }
    }
  }

  void add(Family family) {
    const auto size = static_cast<std::int64_t>(family.variants.size());
    if (limit_reached()) {
      result_.counts.left += size;
      left_.push_back(family.least.front());
    } else if (options_.prune && !family.may_fit.front()) {
      result_.counts.bounded += size;
    } else if (covered(family.least.front())) {
      result_.counts.bounded += size;
    } else {
      families_.push_back(std::move(family));
      if (families_.size() == wave_size) settle();
    }
  }

  /// Evaluates the first of each family that has gathered, then what these leave of the others.
  void settle() {
    std::vector<Candidate> firsts;
    for (const auto& family : families_) {
      firsts.push_back({family.outline, family.variants.front()});
    }
    const auto evaluations = evaluate_all(firsts);
    std::vector<Candidate> rest;
    for (std::size_t i = 0; i < families_.size(); ++i) {
      add_rest(families_[i], evaluations[i], rest);
      if (rest.size() >= wave_size) evaluate_all(std::exchange(rest, {}));
    }
    evaluate_all(rest);
    families_.clear();
  }

  void add_rest(Family& family, const Evaluation& first, std::vector<Candidate>& rest) {
    const bool infeasible = first.end == Evaluation::End::infeasible;
    for (std::size_t i = 1; i < family.variants.size(); ++i) {
      const auto least = greater(family.least[i], first.least);
      if (options_.prune && (infeasible || !family.may_fit[i])) {
        ++(infeasible ? result_.counts.infeasible : result_.counts.bounded);
      } else if (limit_reached()) {
        ++result_.counts.left;
        left_.push_back(least);
      } else if (covered(least)) {
        ++result_.counts.bounded;
      } else {
        rest.push_back({family.outline, std::move(family.variants[i])});
      }
    }
  }

  /// Evaluates them, in any order, against the front as it is; then takes the results in, in
  /// theirs.
  std::vector<Evaluation> evaluate_all(std::vector<Candidate> wave) {
    std::vector<Evaluation> evaluations(wave.size());
    for_each_index(wave.size(), options_.workers, [&](std::size_t i) {
      const auto& [outline, details] = wave[i];
      evaluations[i] =
          evaluate(space_.roles, space_.mapping(space_.outlines[outline], details),
                   [&](const Costs& least) { return options_.prune && made_up_for(least); });
    });
    for (std::size_t i = 0; i < wave.size(); ++i) take(wave[i], evaluations[i]);
    return evaluations;
  }

  void take(Candidate& candidate, const Evaluation& evaluation) {
    if (evaluation.end == Evaluation::End::infeasible) {
      ++result_.counts.infeasible;
      if (!found_.empty()) ++points_;  // else there is nothing yet to stop with
      return;
    }
    ++result_.counts.lowered;
    points_ += 1 + evaluation.operations / options_.point_operations;
    if (evaluation.end == Evaluation::End::covered) {
      note(evaluation.least, front_.factor_to(evaluation.least));
      return;
    }
    ++result_.counts.simulated;
    Found found;
    found.cycles = evaluation.cycles;
    found.energy_pj = evaluation.least[1];
    found.buffer_bytes = static_cast<std::int64_t>(evaluation.least[2]);
    found.bound_cycles = static_cast<std::int64_t>(evaluation.least[0]);
    auto costs = evaluation.least;
    costs[0] = static_cast<double>(evaluation.cycles);
    note(costs, 1);
    if (!front_.add(costs, found_.size())) return;
    open_rivals_.erase(std::remove_if(open_rivals_.begin(), open_rivals_.end(),
                                      [&](const Costs& rival) {
                                        return factor_to(costs, rival, options_.objectives) <= 1;
                                      }),
                       open_rivals_.end());
    found.outline = space_.outlines[candidate.outline];
    found.details = std::move(candidate.details);
    found_.push_back(std::move(found));
  }

  void collect() {
    for (const auto& member : front_.members()) result_.front.push_back(found_[member.point]);
    std::stable_sort(result_.front.begin(), result_.front.end(),
                     [](const Found& a, const Found& b) {
                       return std::tie(a.cycles, a.energy_pj, a.buffer_bytes) <
                              std::tie(b.cycles, b.energy_pj, b.buffer_bytes);
                     });
  }

  const MappingSpace& space_;
  const MapperOptions& options_;
  double start_ = 0;
  std::int64_t points_ = 0;
  std::vector<Costs> bounds_;
  std::vector<std::size_t> order_;
  Front front_;
  std::vector<Costs> open_rivals_;  ///< that no mapping found is as good as, in every objective
  std::vector<Found> found_;
  std::vector<Family> families_;
  std::vector<Costs> left_;
  MapperResult result_;
};

}  // namespace

MapperResult search(const MappingSpace& space, const MapperOptions& options) {
  return Search(space, options).run();
}

}  // namespace attnsim::explore
