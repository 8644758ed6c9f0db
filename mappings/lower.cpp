#include "mappings/lower.h"

#include <algorithm>
#include <limits>
#include <optional>

#include "base/error.h"
#include "mappings/companions.h"
#include "mappings/emit.h"
#include "mappings/footprint.h"
#include "mappings/pipelining.h"
#include "mappings/plan_costs.h"
#include "mappings/plan_edges.h"
#include "mappings/plan_tree.h"
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
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      tiles[i] = choose_tile(tiles, i, ranges[i], deepest);
    }
    return complete(tiles, deepest);
  }

 private:
  [[nodiscard]] Plan complete(const FitTiles& tiles, std::int64_t deepest) const {
    auto plan = build_tree(problem_, tiles);
    connect(problem_, plan);
    add_costs(problem_, plan);
    fit_pipelines(problem_, plan, deepest);
    plan.footprint = footprint_of(problem_, plan);
    plan.spilled = spilled_shares(problem_, plan.footprint);
    return plan;
  }

  /// The deepest pipelining whose buffers fit with the smallest tiles.
  [[nodiscard]] std::int64_t choose_depth(const FitTiles& tiles) const {
    const auto free = complete(tiles, unlimited);
    const auto wanting = shortfalls(problem_, free.footprint);
    if (wanting.empty()) return unlimited;
    for (auto deepest = greatest_lag(free.body) - 1; deepest >= 0; --deepest) {
      if (shortfalls(problem_, complete(tiles, deepest).footprint).empty()) return deepest;
    }
    const auto flat = complete(tiles, 0);
    throw InfeasibleError(problem_.mapping.place,
                          explain(shortfalls(problem_, flat.footprint), flat.footprint));
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

  [[nodiscard]] std::int64_t choose_tile(FitTiles tiles, std::size_t index, const FitRange& range,
                                         std::int64_t deepest) const {
    for (auto units = range.units; units > 1; --units) {
      if (range.units % units != 0) continue;
      tiles[index] = units;
      if (shortfalls(problem_, complete(tiles, deepest).footprint).empty()) return units;
    }
    return 1;
  }

  const Problem& problem_;
};

void reject_conditions(const einsum::Cascade& cascade) {
  for (const auto& einsum : cascade.einsums) {
    if (!einsum.where) continue;
    throw InfeasibleError(einsum.place,
                          "Einsum '" + einsum.name() +
                              "' has a `where` condition: it can be run and drawn, but loops over "
                              "part of an iteration space cannot be simulated yet");
  }
}

}  // namespace

Lowered lower(const einsum::Cascade& cascade, const arch::Architecture& architecture,
              const Mapping& mapping, const Shapes& shapes) {
  reject_conditions(cascade);
  const Problem problem{cascade, architecture, mapping,
                        complete_shapes(cascade, architecture, mapping, shapes)};
  auto plan = Planner(problem).plan();
  add_companions(problem, plan);
  Lowered lowered;
  lowered.drawing = draw(problem, plan);
  emit(problem, std::move(plan), lowered);
  return lowered;
}

}  // namespace attnsim::mappings
