#include "mappings/pipelining.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/overloaded.h"
#include "mappings/plan_costs.h"
#include "mappings/plan_leaf.h"
#include "mappings/refill.h"
#include "mappings/zip.h"

namespace attnsim::mappings {
namespace {

/// An operation in one iteration of the pipeline.
struct Slot {
  std::size_t stage = 0;
  std::int64_t offset = 0;    ///< cycles of its unit's earlier work in the iteration
  std::int64_t duration = 0;  ///< cycles of all its executions in the iteration
  std::int64_t chunk = 0;     ///< cycles of one execution
  std::int64_t latency = 0;
};

class Fitter {
 public:
  Fitter(const Problem& problem, Plan& plan, PlanNest& nest, std::int64_t deepest)
      : problem_(problem), plan_(plan), nest_(nest), depth_(depth_of_beats(plan, nest)) {
    limit_ = deepest;
    if (nest.depth && nest.depth->kind != Size::Kind::fit) {
      limit_ = std::min(limit_, resolve(*nest.depth, problem.architecture) - 1);
    }
    if (!nest.depth) limit_ = 0;
  }

  void fit() {
    for (std::size_t stage = 0; stage < nest_.stages.size(); ++stage) {
      gather(nest_.stages[stage].body, stage);
    }
    for (const auto& [unit, work] : steady_work_) interval_ = std::max(interval_, work);
    if (limit_ > 0 || zipped_loop(nest_)) {
      // Shifting one unit can make another wait: repeat until the units' phases stand.
      for (auto round = 0; round < 16; ++round) {
        const auto before = phase_;
        place_stages();
        if (phase_ == before) break;
      }
    }
    check_carried();
    fit_store_stages();
    fit_slots();
  }

 private:
  void gather(std::vector<PlanItem>& body, std::size_t stage) {
    for (auto& item : body) {
      if (const auto* id = std::get_if<PlanOpId>(&item)) add(*id, stage);
      if (auto* nest = std::get_if<PlanNest>(&item)) {
        for (auto& inner : nest->stages) gather(inner.body, stage);
      }
    }
  }

  void add(PlanOpId id, std::size_t stage) {
    const auto& op = plan_.ops[id];
    if (op.move) {
      if (op.move->kind == Move::Kind::load) load_time_ += op.op.costs.front().occupancy;
      stage_of_[id] = stage;
      return;
    }
    stage_of_[id] = stage;
    Slot slot;
    slot.stage = stage;
    slot.chunk = op.op.costs.front().occupancy;
    slot.latency = op.op.costs.front().latency;
    slot.duration = slot.chunk;
    slot.duration *= tiles_below(plan_, op, depth_);
    bool rare = false;
    for (std::size_t i = 0; i < std::min(depth_, op.path.size()); ++i) {
      const bool guarded = find_edge(op.op.when, static_cast<int>(i)) != nullptr;
      rare = rare || (guarded && plan_.loops[op.path[i]].loop.trip > 1);
    }
    slot.offset = all_work_[op.unit];
    all_work_[op.unit] += rare ? 0 : slot.duration;
    if (!rare) steady_work_[op.unit] += slot.duration;
    slots_[id] = slot;
  }

  /// When `to` may start, counted from the start of the iteration's first stage.
  [[nodiscard]] std::optional<std::int64_t> ready(const PlanEdge& edge) const {
    if (edge.reading == Reading::carried || !edge.data) return std::nullopt;
    const auto from = slots_.find(edge.from);
    const auto to = slots_.find(edge.to);
    if (from == slots_.end() || to == slots_.end()) return std::nullopt;
    const auto& made = from->second;
    const auto& read = to->second;
    const auto start = start_of(edge.from);
    if (!start) return std::nullopt;
    const auto passing = passing_of(problem_, plan_, nest_, edge);
    const auto first = *start + made.latency + (passing.beats - 1) * interval_;
    if (passing.tiles == 1) return first + made.duration;
    return first + std::max(made.chunk, made.duration - read.duration + read.chunk);
  }

  [[nodiscard]] std::optional<std::int64_t> start_of(PlanOpId id) const {
    const auto& slot = slots_.at(id);
    const auto phase = phase_.find(plan_.ops[id].unit);
    if (phase == phase_.end()) return std::nullopt;
    return phase->second + nest_.stages[slot.stage].lag * interval_ + slot.offset;
  }

  void place_stages() {
    std::int64_t lag = 0;
    for (std::size_t stage = 0; stage < nest_.stages.size(); ++stage) {
      auto& each = nest_.stages[stage];
      if (each.stores) continue;
      if (each.fixed_lag) {
        each.lag = *each.fixed_lag;
      } else {
        lag = std::min(needed_lag(stage, lag), limit_of(stage));
        each.lag = lag = std::max(lag, least_lag(stage));
      }
      set_phases(stage);
      if (each.zipped) fit_store_stages(each.zipped);  // before the stages that load it again
    }
  }

  /// In a zipped nest, the lag from which on every tile that the stage reads has been made.
  [[nodiscard]] std::int64_t least_lag(std::size_t stage) const {
    std::int64_t least = 0;
    if (!zipped_loop(nest_)) return least;
    const auto follow = [&](PlanOpId from, PlanOpId to, const Passing& passing) {
      const auto made = stage_of_.find(from);
      const auto read = stage_of_.find(to);
      if (made == stage_of_.end() || read == stage_of_.end() || read->second != stage) return;
      if (made->second == stage) return;
      const auto behind = passing.beats - 1 + (made->second < stage ? 0 : 1);
      least = std::max(least, nest_.stages[made->second].lag + behind);
    };
    for (const auto& edge : plan_.edges) {
      if (edge.reading == Reading::carried || !edge.data) continue;
      follow(edge.from, edge.to, passing_of(problem_, plan_, nest_, edge));
    }
    for (const auto& trip : plan_.round_trips) {
      if (trip.refill) continue;
      follow(trip.store, trip.load, passing_of(problem_, plan_, nest_, trip));
    }
    return least;
  }

  /// The least lag at which every operation of the stage, on the units whose phase is known, has
  /// its operands from earlier stages when its turn comes.
  [[nodiscard]] std::int64_t needed_lag(std::size_t stage, std::int64_t least) const {
    auto lag = least;
    for (const auto& edge : plan_.edges) {
      const auto to = slots_.find(edge.to);
      if (to == slots_.end() || to->second.stage != stage) continue;
      if (stage_of_.count(edge.from) == 0 || stage_of_.at(edge.from) >= stage) continue;
      const auto at = ready(edge);
      const auto phase = phase_.find(plan_.ops[edge.to].unit);
      if (!at || phase == phase_.end() || interval_ == 0) continue;
      const auto late = *at - phase->second - to->second.offset;
      if (late > 0) lag = std::max(lag, ceil_div(late, interval_));
    }
    return lag;
  }

  /// The greatest lag that explicit buffers and the pipeline's depth admit.
  [[nodiscard]] std::int64_t limit_of(std::size_t stage) const {
    auto limit = limit_;
    for (const auto& edge : plan_.edges) {
      const auto from = stage_of_.find(edge.from);
      const auto to = stage_of_.find(edge.to);
      if (from == stage_of_.end() || to == stage_of_.end() || to->second != stage) continue;
      if (from->second >= stage || edge.fit || edge.reading == Reading::carried) continue;
      if (!edge.credit && plan_.ops[edge.from].unit != plan_.ops[edge.to].unit) continue;
      const auto passing = passing_of(problem_, plan_, nest_, edge);
      limit = std::min(
          limit, nest_.stages[from->second].lag + (edge.slots / passing.tiles - 1) * passing.beats);
    }
    return std::max<std::int64_t>(limit, 0);
  }

  /// A unit's phase is the least at which the operations of `stage` find their operands.
  void set_phases(std::size_t stage) {
    for (const auto& [id, slot] : slots_) {
      if (slot.stage != stage) continue;
      const auto [phase, fresh] = phase_.emplace(plan_.ops[id].unit, 0);
      for (const auto& edge : plan_.edges) {
        if (edge.to != id || plan_.ops[edge.from].unit == plan_.ops[id].unit) continue;
        if (!fresh && (stage_of_.count(edge.from) == 0 || stage_of_.at(edge.from) != stage))
          continue;
        const auto at = ready(edge);
        if (!at) continue;
        phase->second =
            std::max(phase->second, *at - nest_.stages[stage].lag * interval_ - slot.offset);
      }
    }
  }

  void check_carried() const {
    for (const auto& edge : plan_.edges) {
      if (edge.reading != Reading::carried) continue;
      const auto from = stage_of_.find(edge.from);
      const auto to = stage_of_.find(edge.to);
      if (from == stage_of_.end() || to == stage_of_.end()) continue;
      const auto behind = nest_.stages[from->second].lag - nest_.stages[to->second].lag;
      const auto distance =
          carried_distance(edge) - passing_of(problem_, plan_, nest_, edge).beats + 1;
      const bool in_time = behind < distance || (behind == distance && from->second < to->second);
      if (in_time && !hands_on_in_step(edge)) continue;
      throw InfeasibleError(plan_.ops[edge.to].place,
                            plan_.ops[edge.to].name + " needs the value of " + edge.tensor +
                                " that the iteration before makes (" + plan_.ops[edge.from].name +
                                "), " + std::to_string(distance) +
                                " iterations earlier, but that runs " + std::to_string(behind) +
                                " iterations behind it: put both into one <stage>");
    }
  }

  /// True if a value is carried from one iteration of a zipped loop to the next one of another.
  [[nodiscard]] bool hands_on_in_step(const PlanEdge& edge) const {
    const auto& from = nest_.stages[stage_of_.at(edge.from)].zipped;
    const auto& to = nest_.stages[stage_of_.at(edge.to)].zipped;
    const auto& rank = problem_.cascade.find_tensor(edge.tensor)->generative_rank;
    return from != to &&
           (plan_.loops[*from].loop.rank == rank || plan_.loops[*to].loop.rank == rank);
  }

  /// Iterations of the pipeline between two coordinates of the generative rank.
  [[nodiscard]] std::int64_t carried_distance(const PlanEdge& edge) const {
    const auto& rank = problem_.cascade.find_tensor(edge.tensor)->generative_rank;
    auto distance = zipped_trip(plan_, nest_);
    for (auto id = nest_.loops.rbegin(); id != nest_.loops.rend(); ++id) {
      const auto& loop = plan_.loops[*id].loop;
      if (loop.rank == rank) return distance;
      distance *= loop.trip;
    }
    return std::numeric_limits<std::int64_t>::max();
  }

  /// Stores run so far behind that the port finds them ready and goes on loading ahead.
  void fit_store_stages(std::optional<LoopId> zipped = std::nullopt) {
    for (std::size_t stage = 0; stage < nest_.stages.size(); ++stage) {
      auto& stores = nest_.stages[stage];
      if (!stores.stores || (zipped && stores.zipped != zipped)) continue;
      stores.lag =
          limit_ > 0 && interval_ > 0 ? pipelined_store_lag(stores) : lag_of(stores.zipped) + 2;
      for (const auto& edge : plan_.edges) {
        const auto to = stage_of_.find(edge.to);
        const auto made = stage_of_.find(edge.from);
        if (to == stage_of_.end() || to->second != stage || edge.fit) continue;
        if (made == stage_of_.end()) continue;
        const auto tiles = tiles_below(plan_, plan_.ops[edge.to], depth_);
        const auto from = nest_.stages[made->second].lag;
        stores.lag = std::min(stores.lag, from + std::max<std::int64_t>(edge.slots / tiles, 1) - 1);
        const auto away =
            iterations_away(problem_, plan_, plan_.ops[edge.from], edge.tensor, depth_);
        if (away) stores.lag = std::min(stores.lag, from + *away - 1);  // gone before it comes back
      }
    }
  }

  /// Lag of the stage in that zipped loop; 0 where nothing is zipped.
  [[nodiscard]] std::int64_t lag_of(std::optional<LoopId> zipped) const {
    if (!zipped) return 0;
    const auto stage = std::find_if(nest_.stages.begin(), nest_.stages.end(),
                                    [&](const PlanStage& each) { return each.zipped == zipped; });
    return stage->lag;
  }

  [[nodiscard]] std::int64_t pipelined_store_lag(const PlanStage& stores) const {
    const auto lead = ceil_div(load_time_, port_subcycles) + interval_;
    std::int64_t lag = 0;
    for (const auto& edge : plan_.edges) {
      const auto& to = plan_.ops[edge.to];
      if (!to.move || stage_of_.count(edge.to) == 0 || slots_.count(edge.from) == 0) continue;
      const auto& made = slots_.at(edge.from);
      if (nest_.stages[made.stage].zipped != stores.zipped) continue;
      const auto start = start_of(edge.from);
      const auto end = (start ? *start : 0) + made.duration + made.latency;
      lag = std::max({lag, ceil_div(end + lead, interval_), nest_.stages[made.stage].lag + 1});
    }
    return lag;
  }

  void fit_slots() {
    for (auto& edge : plan_.edges) {
      if (!edge.fit) continue;
      const auto from = stage_of_.find(edge.from);
      const auto to = stage_of_.find(edge.to);
      if (from == stage_of_.end() || to == stage_of_.end()) continue;
      const auto behind = nest_.stages[to->second].lag - nest_.stages[from->second].lag;
      const bool crosses = plan_.ops[edge.from].unit != plan_.ops[edge.to].unit;
      const auto passing = passing_of(problem_, plan_, nest_, edge);
      auto held = ceil_div(std::max<std::int64_t>(behind, 0), passing.beats) + 1;
      if (crosses && passing.beats == 1) {
        held = std::max(held, lifetime(edge)) + (limit_ > 0 ? 1 : 0);
      }
      const auto tiles = tiles_below(plan_, plan_.ops[edge.to], depth_);
      // A nest inside may need more.
      edge.slots = std::max(edge.slots, held * std::max(passing.tiles, stored(edge) ? tiles : 1));
    }
  }

  [[nodiscard]] bool stored(const PlanEdge& edge) const {
    return plan_.ops[edge.to].move.has_value();
  }

  /// Iterations from the start of the producer to the end of the consumer, rounded up.
  [[nodiscard]] std::int64_t lifetime(const PlanEdge& edge) const {
    if (slots_.count(edge.from) == 0 || slots_.count(edge.to) == 0 || interval_ == 0) return 1;
    const auto start = start_of(edge.from);
    const auto end = start_of(edge.to);
    if (!start || !end) return 1;
    return ceil_div(std::max<std::int64_t>(*end + slots_.at(edge.to).duration - *start, 1),
                    interval_);
  }

  const Problem& problem_;
  Plan& plan_;
  PlanNest& nest_;
  std::size_t depth_;
  std::int64_t limit_ = 0;
  std::int64_t interval_ = 0;
  std::int64_t load_time_ = 0;
  std::map<std::string, std::int64_t> all_work_;
  std::map<std::string, std::int64_t> steady_work_;
  std::map<std::string, std::int64_t> phase_;
  std::map<PlanOpId, std::size_t> stage_of_;
  std::map<PlanOpId, Slot> slots_;
};

void fit_items(const Problem& problem, Plan& plan, std::vector<PlanItem>& items,
               std::int64_t deepest) {
  for (auto& item : items) {
    auto* nest = std::get_if<PlanNest>(&item);
    if (nest == nullptr) continue;
    for (auto& stage : nest->stages) fit_items(problem, plan, stage.body, deepest);
    Fitter(problem, plan, *nest, deepest).fit();
  }
}

}  // namespace

void fit_pipelines(const Problem& problem, Plan& plan, std::int64_t deepest) {
  fit_items(problem, plan, plan.body, deepest);
  for (const auto& edge : plan.edges) {
    if (!edge.fit || !edge.keep) continue;
    auto& keep = plan.keeps[*edge.keep];
    const auto tiles =
        ceil_div(std::max<std::int64_t>(edge.slots - keep.spec.spare, 1), edge.pieces);
    keep.buffers = std::max(keep.buffers, tiles);
  }
}

}  // namespace attnsim::mappings
