#include "mappings/lower.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "mappings/companions.h"
#include "mappings/emit.h"
#include "mappings/flatten.h"
#include "mappings/footprint.h"
#include "mappings/hoist.h"
#include "mappings/mappable.h"
#include "mappings/pipelining.h"
#include "mappings/plan_costs.h"
#include "mappings/plan_edges.h"
#include "mappings/plan_leaf.h"
#include "mappings/plan_tree.h"
#include "mappings/round_trips.h"
#include "mappings/show.h"

namespace attnsim::mappings {
namespace {

constexpr auto unlimited = std::numeric_limits<std::int64_t>::max();

class Planner {
 public:
  explicit Planner(const Problem& problem) : problem_(problem) {}

  Plan plan() {
    std::vector<FitRange> ranges;
    static_cast<void>(build_tree(problem_, {}, &ranges));
    FitTiles tiles(ranges.size(), 1);
    const auto deepest = choose_depth(tiles);
    // From the inside out: a tile that is whole spares every reload under the loops around it.
    for (auto i = ranges.size(); i-- > 0;) {
      tiles[i] = choose_tile(tiles, i, ranges[i], deepest);
    }
    return complete(tiles, deepest);
  }

 private:
  [[nodiscard]] Plan complete(const FitTiles& tiles, std::int64_t deepest) const {
    auto plan = build_tree(problem_, tiles);
    connect(problem_, plan);
    find_round_trips(plan);
    hoist_stores(plan);
    add_costs(problem_, plan);
    fit_pipelines(problem_, plan, deepest);
    check_lags(problem_, plan);
    plan.footprint = footprint_of(problem_, plan);
    plan.spilled = spilled_shares(problem_, plan.footprint);
    return plan;
  }

  [[nodiscard]] bool fits(const FitTiles& tiles, std::int64_t deepest) const {
    return shortfalls(problem_, complete(tiles, deepest).footprint).empty();
  }

  /// The deepest pipelining whose buffers fit with the smallest tiles.
  [[nodiscard]] std::int64_t choose_depth(const FitTiles& tiles) const {
    if (fits(tiles, unlimited)) return unlimited;
    const auto flat = complete(tiles, 0);
    const auto wanting = shortfalls(problem_, flat.footprint);
    if (!wanting.empty()) {
      throw InfeasibleError(problem_.mapping.place, explain(wanting, flat.footprint));
    }
    std::int64_t good = 0;
    auto bad = greatest_lag(complete(tiles, unlimited).body);
    while (bad - good > 1) {
      const auto middle = good + (bad - good) / 2;
      (fits(tiles, middle) ? good : bad) = middle;
    }
    return good;
  }

  static std::int64_t greatest_lag(const std::vector<PlanItem>& items) {
    std::int64_t greatest = 0;
    for (const auto& item : items) {
      const auto* nest = std::get_if<PlanNest>(&item);
      if (nest == nullptr) continue;
      for (const auto& stage : nest->stages) {
        greatest = std::max({greatest, stage.lag, greatest_lag(stage.body)});
      }
    }
    return greatest;
  }

  /// The largest divisor that fits; 1 fits, and what fits grows with the tile.
  [[nodiscard]] std::int64_t choose_tile(FitTiles tiles, std::size_t index, const FitRange& range,
                                         std::int64_t deepest) const {
    const auto candidates = divisors(range.units);
    std::size_t good = 0;
    auto bad = candidates.size();
    while (bad - good > 1) {
      const auto middle = good + (bad - good) / 2;
      tiles[index] = candidates[middle];
      (fits(tiles, deepest) ? good : bad) = middle;
    }
    return candidates[good];
  }

  static std::vector<std::int64_t> divisors(std::int64_t number) {
    std::vector<std::int64_t> found;
    for (std::int64_t low = 1; low * low <= number; ++low) {
      if (number % low != 0) continue;
      found.push_back(low);
      if (low * low != number) found.push_back(number / low);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  const Problem& problem_;
};

/// Counts are 64-bit: an Einsum of 2^60 points or more is refused, not wrapped around.
void reject_overflow(const Problem& problem) {
  constexpr auto most = std::int64_t{1} << 60U;
  for (const auto& einsum : problem.cascade.einsums) {
    std::int64_t points = 1;
    for (const auto& variable : einsum::iteration_variables(einsum)) {
      const auto& rank = problem.cascade.find_rank_of_variable(variable)->name;
      const auto shape = problem.shapes.at(rank);
      if (shape >= most / points) {
        throw InfeasibleError(einsum.place, "Einsum '" + einsum.name() +
                                                "' has 2^60 points or more at these shapes: "
                                                "make a rank smaller (" +
                                                rank + "=" + std::to_string(shape) + ")");
      }
      points *= shape;
    }
  }
}

void check_spills(const Problem& problem) {
  for (const auto& spill : problem.mapping.spills) {
    for (const auto& name : {spill.from, spill.to}) {
      if (problem.architecture.find_memory(name) != nullptr) continue;
      throw InputError(spill.place,
                       "architecture '" + problem.architecture.name + "' has no memory '" + name +
                           "' (known: " + joined(problem.architecture.memory_names()) + ")");
    }
    const auto& off_chip = backing_memory(problem.architecture).name;
    if (spill.to != off_chip) {
      throw InputError(spill.place, "what spills goes off chip: to=\"" + off_chip + "\", not \"" +
                                        spill.to + "\"");
    }
  }
}

}  // namespace

Lowered lower(const einsum::Cascade& cascade, const arch::Architecture& architecture,
              const Mapping& mapping, const Shapes& shapes) {
  check_mappable(cascade, architecture.word);
  auto completed = complete_shapes(cascade, architecture, mapping, shapes);
  const auto flat = flattened(cascade, mapping, completed);
  const Problem problem{flat, architecture, mapping, std::move(completed)};
  reject_overflow(problem);
  check_spills(problem);
  auto plan = Planner(problem).plan();
  add_companions(problem, plan);
  Lowered lowered;
  lowered.drawing = draw(problem, plan);
  emit(problem, std::move(plan), lowered);
  return lowered;
}

}  // namespace attnsim::mappings
