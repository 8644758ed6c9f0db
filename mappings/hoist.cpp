#include "mappings/hoist.h"

#include <algorithm>
#include <set>
#include <utility>

#include "mappings/edge_loops.h"
#include "mappings/plan_leaf.h"
#include "mappings/zip.h"

namespace attnsim::mappings {
namespace {

using Items = std::vector<PlanItem>;
using Chosen = std::set<PlanOpId>;

/// The loops and stages of `items` that lead to chosen operations, and these.
Items only(const Items& items, const Chosen& chosen) {
  Items kept;
  for (const auto& item : items) {
    if (const auto* id = std::get_if<PlanOpId>(&item)) {
      if (chosen.count(*id) != 0) kept.emplace_back(*id);
      continue;
    }
    const auto* nest = std::get_if<PlanNest>(&item);
    if (nest == nullptr) continue;
    PlanNest copy;
    copy.loops = nest->loops;
    copy.place = nest->place;
    for (const auto& stage : nest->stages) {
      PlanStage part;
      part.body = only(stage.body, chosen);
      if (!part.body.empty()) copy.stages.push_back(std::move(part));
    }
    if (!copy.stages.empty()) kept.emplace_back(std::move(copy));
  }
  return kept;
}

void remove(Items& items, const Chosen& chosen) {
  for (auto& item : items) {
    auto* nest = std::get_if<PlanNest>(&item);
    if (nest == nullptr) continue;
    for (auto& stage : nest->stages) remove(stage.body, chosen);
    nest->stages.erase(std::remove_if(nest->stages.begin(), nest->stages.end(),
                                      [](const PlanStage& stage) { return stage.body.empty(); }),
                       nest->stages.end());
  }
  items.erase(std::remove_if(items.begin(), items.end(),
                             [&](const PlanItem& item) {
                               const auto* id = std::get_if<PlanOpId>(&item);
                               return id != nullptr && chosen.count(*id) != 0;
                             }),
              items.end());
}

class Hoister {
 public:
  /// `depth`: loops from the root down to those of the nest, included.
  Hoister(const Plan& plan, PlanNest& nest, std::size_t depth)
      : plan_(plan), nest_(nest), depth_(depth) {}

  void run() {
    Chosen all;
    std::vector<PlanStage> added;
    for (const auto& stage : nest_.stages) {
      Chosen chosen;
      choose(stage.body, chosen);
      if (chosen.empty()) continue;
      // The stages of a zipped nest stand in loops of their own, and so do their stores.
      if (added.empty() || stage.zipped) added.emplace_back();
      added.back().stores = true;
      added.back().zipped = stage.zipped;
      for (auto& item : only(stage.body, chosen)) added.back().body.push_back(std::move(item));
      all.merge(chosen);
    }
    for (auto& stage : nest_.stages) remove(stage.body, all);
    for (auto& stage : added) nest_.stages.push_back(std::move(stage));
  }

 private:
  /// A zipped nest inside has stages of its own for its stores.
  void choose(const Items& items, Chosen& chosen) const {
    for (const auto& item : items) {
      const auto* nest = std::get_if<PlanNest>(&item);
      if (nest == nullptr || zipped_loop(*nest)) continue;
      for (const auto& stage : nest->stages) {
        choose(stage.body, chosen);
        if (!stage.stores) continue;
        for (const auto& each : stage.body) {
          const auto* id = std::get_if<PlanOpId>(&each);
          if (id != nullptr && may_wait(*id)) chosen.insert(*id);
        }
      }
    }
  }

  [[nodiscard]] bool may_wait(PlanOpId store) const {
    return holds_two_iterations(store) && !comes_back_at_once(store);
  }

  /// True if every buffer that the store empties holds two iterations of the nest's loops.
  [[nodiscard]] bool holds_two_iterations(PlanOpId store) const {
    const auto tiles = tiles_below(plan_, plan_.ops[store], depth_);
    return std::all_of(plan_.edges.begin(), plan_.edges.end(), [&](const PlanEdge& edge) {
      return edge.to != store || edge.slots >= 2 * tiles || !edge.credit;
    });
  }

  /// True if the same iteration of the nest's loops loads it again.
  [[nodiscard]] bool comes_back_at_once(PlanOpId store) const {
    return std::any_of(plan_.round_trips.begin(), plan_.round_trips.end(),
                       [&](const RoundTrip& trip) {
                         const auto shared = shared_loops(plan_.ops[store], plan_.ops[trip.load]);
                         return trip.store == store && shared >= static_cast<int>(depth_);
                       });
  }

  const Plan& plan_;
  PlanNest& nest_;
  std::size_t depth_;
};

void hoist_zipped(const Plan& plan, std::vector<PlanItem>& items) {
  for (auto& item : items) {
    auto* nest = std::get_if<PlanNest>(&item);
    if (nest == nullptr) continue;
    for (auto& stage : nest->stages) hoist_zipped(plan, stage.body);
    if (zipped_loop(*nest)) Hoister(plan, *nest, depth_of_beats(plan, *nest)).run();
  }
}

}  // namespace

void hoist_stores(Plan& plan) {
  hoist_zipped(plan, plan.body);
  for (auto& item : plan.body) {
    auto* nest = std::get_if<PlanNest>(&item);
    if (nest != nullptr && !zipped_loop(*nest)) Hoister(plan, *nest, nest->loops.size()).run();
  }
}

}  // namespace attnsim::mappings
