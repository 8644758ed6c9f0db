#include "mappings/hoist.h"

#include <algorithm>
#include <set>
#include <utility>

#include "mappings/plan_leaf.h"

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

/// True if every buffer that the store empties holds two iterations of the nest's `depth` loops.
bool holds_two_iterations(const Plan& plan, PlanOpId store, std::size_t depth) {
  const auto tiles = tiles_below(plan, plan.ops[store], depth);
  return std::all_of(plan.edges.begin(), plan.edges.end(), [&](const PlanEdge& edge) {
    return edge.to != store || edge.slots >= 2 * tiles || !edge.credit;
  });
}

void choose(const Plan& plan, const Items& items, std::size_t depth, Chosen& chosen) {
  for (const auto& item : items) {
    const auto* nest = std::get_if<PlanNest>(&item);
    if (nest == nullptr) continue;
    for (const auto& stage : nest->stages) {
      choose(plan, stage.body, depth, chosen);
      if (!stage.stores) continue;
      for (const auto& each : stage.body) {
        const auto* id = std::get_if<PlanOpId>(&each);
        if (id != nullptr && holds_two_iterations(plan, *id, depth)) chosen.insert(*id);
      }
    }
  }
}

void hoist(const Plan& plan, PlanNest& nest) {
  Chosen chosen;
  for (const auto& stage : nest.stages) {
    choose(plan, stage.body, nest.loops.size(), chosen);
  }
  if (chosen.empty()) return;
  PlanStage behind;
  behind.stores = true;
  for (const auto& stage : nest.stages) {
    for (auto& item : only(stage.body, chosen)) behind.body.push_back(std::move(item));
  }
  for (auto& stage : nest.stages) remove(stage.body, chosen);
  nest.stages.push_back(std::move(behind));
}

}  // namespace

void hoist_stores(Plan& plan) {
  for (auto& item : plan.body) {
    if (auto* nest = std::get_if<PlanNest>(&item)) hoist(plan, *nest);
  }
}

}  // namespace attnsim::mappings
