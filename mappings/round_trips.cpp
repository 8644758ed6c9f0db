#include "mappings/round_trips.h"

#include <algorithm>
#include <map>
#include <string>

#include "base/error.h"
#include "mappings/problem.h"
#include "mappings/zip.h"

namespace attnsim::mappings {
namespace {

bool moves(const PlanOp& op, Move::Kind kind) { return op.move && op.move->kind == kind; }

class Checker {
 public:
  Checker(const Problem& problem, const Plan& plan) : problem_(problem), plan_(plan) {}

  /// Operations that run one after another, nests as a whole.
  void check(const std::vector<PlanItem>& items) const {
    Positions position;
    for (std::size_t i = 0; i < items.size(); ++i) gather(items[i], i, position);
    for (const auto& trip : plan_.round_trips) {
      const auto store = position.find(trip.store);
      const auto load = position.find(trip.load);
      if (trip.refill || store == position.end() || load == position.end()) continue;
      if (store->second > load->second) complain_of_round_trip(trip, 0, 0);
    }
    for (const auto& item : items) {
      const auto* nest = std::get_if<PlanNest>(&item);
      if (nest == nullptr) continue;
      check(*nest);
      for (const auto& stage : nest->stages) check(stage.body);
    }
  }

 private:
  using Positions = std::map<PlanOpId, std::size_t>;

  static void gather(const PlanItem& item, std::size_t position, Positions& positions) {
    if (const auto* id = std::get_if<PlanOpId>(&item)) positions[*id] = position;
    const auto* nest = std::get_if<PlanNest>(&item);
    if (nest == nullptr) return;
    for (const auto& stage : nest->stages) {
      for (const auto& inner : stage.body) gather(inner, position, positions);
    }
  }

  void check(const PlanNest& nest) const {
    Positions stage_of;
    for (std::size_t stage = 0; stage < nest.stages.size(); ++stage) {
      for (const auto& item : nest.stages[stage].body) gather(item, stage, stage_of);
    }
    for (const auto& trip : plan_.round_trips) {
      const auto store = stage_of.find(trip.store);
      const auto load = stage_of.find(trip.load);
      if (trip.refill || store == stage_of.end() || load == stage_of.end()) continue;
      check_round_trip(nest, trip, store->second, load->second);
    }
    if (!zipped_loop(nest)) return;
    check_depth(nest);
    for (const auto& edge : plan_.edges) {
      const auto from = stage_of.find(edge.from);
      const auto to = stage_of.find(edge.to);
      if (from == stage_of.end() || to == stage_of.end()) continue;
      check_edge(nest, edge, from->second, to->second);
    }
  }

  void check_round_trip(const PlanNest& nest, const RoundTrip& trip, std::size_t store,
                        std::size_t load) const {
    if (store == load) return;
    const auto behind = nest.stages[load].lag - nest.stages[store].lag;
    const auto passing = passing_of(problem_, plan_, nest, trip);
    const auto least = passing.beats - 1 + (store < load ? 0 : 1);
    if (behind < least) complain_of_round_trip(trip, behind, least);
  }

  [[noreturn]] void complain_of_round_trip(const RoundTrip& trip, std::int64_t behind,
                                           std::int64_t least) const {
    const auto& load = plan_.ops[trip.load];
    const auto maker = to_string(plan_.ops[trip.store].place);
    const auto when = behind <= 0
                          ? "before what is made at " + maker + " has gone there"
                          : std::to_string(behind) + " iterations behind its store at " + maker +
                                ", which takes " + std::to_string(least) + " to be complete";
    throw InfeasibleError(load.place, load.move->tensor + " comes back from " + load.unit + " " +
                                          when +
                                          ": give the two loops of their own, one behind the "
                                          "other, or stages of a zipped <pipeline>, far enough "
                                          "apart");
  }

  void check_depth(const PlanNest& nest) const {
    if (!nest.depth || nest.depth->kind == Size::Kind::fit) return;
    std::int64_t last = 0;
    for (const auto& stage : nest.stages) {
      if (!stage.stores) last = std::max(last, stage.lag);
    }
    if (last < resolve(*nest.depth, problem_.architecture)) return;
    throw InfeasibleError(nest.depth->place,
                          "the last stage starts when what it reads is complete, " +
                              std::to_string(last) +
                              " iterations behind the first one: depth is at least " +
                              std::to_string(last + 1) + ", or \"fit\"");
  }

  /// Between stages of a zipped nest whose loops are different ones.
  void check_edge(const PlanNest& nest, const PlanEdge& edge, std::size_t from,
                  std::size_t to) const {
    if (nest.stages[from].zipped == nest.stages[to].zipped) return;
    if (edge.reading == Reading::carried) return;
    const auto behind = nest.stages[to].lag - nest.stages[from].lag;
    const auto passing = passing_of(problem_, plan_, nest, edge);
    const auto least = passing.beats - 1 + (from < to ? 0 : 1);
    if (edge.data && behind < least) complain_of_haste(edge, behind, least);
    if (!edge.keep || (!edge.credit && plan_.ops[edge.from].unit != plan_.ops[edge.to].unit)) {
      return;  // nothing is held, or the space is handed back along another edge
    }
    const auto held = ceil_div(behind, passing.beats) + 1;
    if (held * passing.tiles > edge.slots) complain_of_space(edge, behind, held * passing.tiles);
  }

  [[noreturn]] void complain_of_haste(const PlanEdge& edge, std::int64_t behind,
                                      std::int64_t least) const {
    const auto& to = plan_.ops[edge.to];
    const auto& from = plan_.ops[edge.from];
    throw InfeasibleError(to.place, to.name + " runs " + std::to_string(behind) +
                                        " iterations behind " + from.name + " (" +
                                        to_string(from.place) + "), whose " + edge.tensor +
                                        " it reads, and that takes " + std::to_string(least) +
                                        " to be complete: leave out the <stage>'s lag or raise it");
  }

  [[noreturn]] void complain_of_space(const PlanEdge& edge, std::int64_t behind,
                                      std::int64_t tiles) const {
    const auto& keep = plan_.keeps[*edge.keep];
    throw InfeasibleError(
        keep.spec.place,
        edge.tensor + " waits here for " + plan_.ops[edge.to].name + ", " + std::to_string(behind) +
            " iterations of the zipped <pipeline> behind " + plan_.ops[edge.from].name +
            ": say buffers=\"" + std::to_string(ceil_div(tiles, edge.pieces)) +
            "\" or more, or \"fit\"");
  }

  const Problem& problem_;
  const Plan& plan_;
};

}  // namespace

void find_round_trips(Plan& plan) {
  for (std::size_t i = 0; i < plan.ops.size(); ++i) {
    const auto load = static_cast<PlanOpId>(i);
    if (!moves(plan.ops[load], Move::Kind::load)) continue;
    for (std::size_t j = 0; j < plan.ops.size(); ++j) {
      const auto store = static_cast<PlanOpId>(j);
      if (!moves(plan.ops[store], Move::Kind::store)) continue;
      if (plan.ops[store].move->tensor != plan.ops[load].move->tensor) continue;
      plan.round_trips.push_back({store, load, plan.ops[load].move->refill});
    }
  }
}

void check_lags(const Problem& problem, const Plan& plan) {
  Checker(problem, plan).check(plan.body);
}

}  // namespace attnsim::mappings
