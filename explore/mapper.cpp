#include "explore/mapper.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "explore/evaluate.h"
#include "explore/parallel.h"
#include "mappings/space_bound.h"

namespace attnsim::explore {
namespace {

using mappings::CostBound;
using mappings::MappingSpace;
using mappings::OutlineBound;

constexpr std::size_t wave_size = 64;  ///< mappings evaluated against one state of the front

/// Bounds are sums in another order than the figures that they bound.
constexpr double rounding = 1 - 1e-9;

Costs costs_of(const CostBound& bound) {
  return {bound.cycles * rounding, bound.energy_pj * rounding, bound.buffer_bytes * rounding};
}

struct Candidate {
  std::size_t outline = 0;
  mappings::Details details;
};

class Search {
 public:
  Search(const MappingSpace& space, const MapperOptions& options)
      : space_(space), options_(options), front_(options.objectives) {
    result_.counts.space = space.size();
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
    flush();
    for (const auto& costs : left_) note_gap(front_.factor_to(costs));
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
    order_.resize(count);
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return bounds_[a] < bounds_[b]; });
  }

  [[nodiscard]] bool limit_reached() const {
    if (options_.most_points > 0 && result_.counts.lowered >= options_.most_points) return true;
    return options_.most_seconds > 0 && options_.clock() - start_ >= options_.most_seconds;
  }

  /// Whether the front makes up for everything that costs as much as this at least.
  bool covered(const Costs& least) {
    if (!options_.prune) return false;
    const auto factor = front_.factor_to(least);
    if (factor > 1 + options_.within) return false;
    note_gap(factor);
    return true;
  }

  void note_gap(double factor) { result_.gap = std::max(result_.gap, factor - 1); }

  void leave(std::size_t outline) {
    result_.counts.left += space_.of_outline();
    left_.push_back(bounds_[outline]);
  }

  void expand(std::size_t index) {
    const auto& outline = space_.outlines[index];
    const OutlineBound bound(space_.roles, outline, space_.fusions[outline.fusion]);
    for (const auto& binding : space_.bindings(bound)) {
      for (auto& details : space_.details(binding)) {
        if (options_.prune && !bound.may_fit(details.prefetch)) {
          ++result_.counts.infeasible;
          continue;
        }
        const auto least = costs_of(bound.of(binding, details.prefetch));
        if (limit_reached()) {
          ++result_.counts.left;
          left_.push_back(least);
        } else if (covered(least)) {
          ++result_.counts.bounded;
        } else {
          wave_.push_back({index, std::move(details)});
          if (wave_.size() == wave_size) flush();
        }
      }
    }
  }

  /// Evaluates what has gathered, in any order, against the front as it is; then takes the results
  /// in, in theirs.
  void flush() {
    std::vector<Evaluation> evaluations(wave_.size());
    for_each_index(wave_.size(), options_.workers, [&](std::size_t i) {
      const auto& [outline, details] = wave_[i];
      evaluations[i] = evaluate(
          space_.roles, space_.mapping(space_.outlines[outline], details), [&](const Costs& least) {
            return options_.prune && front_.factor_to(least) <= 1 + options_.within;
          });
    });
    for (std::size_t i = 0; i < wave_.size(); ++i) take(wave_[i], evaluations[i]);
    wave_.clear();
  }

  void take(Candidate& candidate, const Evaluation& evaluation) {
    if (evaluation.end == Evaluation::End::infeasible) {
      ++result_.counts.infeasible;
      return;
    }
    ++result_.counts.lowered;
    if (evaluation.end == Evaluation::End::covered) {
      note_gap(front_.factor_to(evaluation.least));
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
    if (!front_.add(costs, found_.size())) return;
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
  std::vector<Costs> bounds_;
  std::vector<std::size_t> order_;
  Front front_;
  std::vector<Found> found_;
  std::vector<Candidate> wave_;
  std::vector<Costs> left_;
  MapperResult result_;
};

}  // namespace

MapperResult search(const MappingSpace& space, const MapperOptions& options) {
  return Search(space, options).run();
}

}  // namespace attnsim::explore
