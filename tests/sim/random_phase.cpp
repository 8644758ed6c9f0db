#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "sim/random_schedule.h"
#include "sim/schedule_parts.h"

namespace attnsim::sim {
namespace {

using namespace parts;

/// One thing that a unit does per iteration: an operation, or a nest of two.
struct Step {
  std::size_t unit = 0;
  std::int64_t lag = 0;
  std::int64_t inner = 1;  ///< iterations of its own nest; 1: no nest
  int area = 0;            ///< where it exists, into Phase::areas_; 0: everywhere
  bool wanes = false;      ///< later iterations of its own nest exist at fewer of the common ones
  TileOp begin;            ///< waits
  TileOp end;              ///< gives; not used without a nest
};

class Phase {
 public:
  Phase(Schedule& schedule, Dice& dice) : schedule_(schedule), dice_(dice) {
    choose_loops();
    if (dice_.chance(65)) choose_areas();
    choose_steps();
    const auto joints = dice.between(1, 2 * static_cast<std::int64_t>(steps_.size()));
    for (std::int64_t i = 0; i < joints; ++i) join_two_steps();
    for (std::size_t i = 0; i < schedule.units.size(); ++i) add_body(i);
  }

 private:
  void choose_loops() {
    outer_ = static_cast<int>(dice_.chance(35) ? dice_.between(1, 2) : 0);
    const auto n = outer_ + static_cast<int>(dice_.between(1, 3));
    std::int64_t iterations = 1;
    for (int i = 0; i < n; ++i) {
      auto trip = dice_.chance(25) ? dice_.between(1, 4) : dice_.between(5, 24);
      if (dice_.chance(20)) trip = dice_.between(25, 150);
      trip = std::min<std::int64_t>(trip, std::max<std::int64_t>(1, 3000 / iterations));
      iterations *= trip;
      auto next = loop(trip);
      if (i > 0 && dice_.chance(25)) {
        next.tail_trip = dice_.between(1, trip);
        next.ragged_under = {static_cast<int>(dice_.between(0, i - 1))};
        if (i > 1 && dice_.chance(30)) next.ragged_under = {0, i - 1};
      }
      loops_.push_back(next);
    }
    choose_split();
  }

  /// A loop outside all raggedness that some units see as two.
  void choose_split() {
    const auto j = static_cast<int>(dice_.between(outer_, static_cast<int>(loops_.size()) - 1));
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      const auto& under = loops_[i].ragged_under;
      if (std::count(under.begin(), under.end(), j) != 0) return;
    }
    const auto trip = loops_[static_cast<std::size_t>(j)].trip;
    const auto factor = dice_.between(2, 6);
    if (loops_[static_cast<std::size_t>(j)].ragged_under.empty() && trip % factor == 0) {
      split_ = j;
      split_factor_ = factor;
    }
  }

  /// Some of the schedule's own: half-spaces, windows, thin slices, and some that are empty.
  void choose_areas() {
    for (int i = 0; i < (dice_.chance(30) ? 2 : 1); ++i) {
      std::vector<Region> area{random_region(static_cast<int>(depths()))};
      if (dice_.chance(40)) {
        area.push_back(area[0]);
        for (auto& term : area[1].terms) term.factor = -term.factor;
        area[1].limit = -area[0].limit + (dice_.chance(20) ? 0 : dice_.between(0, 30));
      }
      if (dice_.chance(25)) area.push_back(random_region(static_cast<int>(depths())));
      areas_.push_back(std::move(area));
    }
    if (area_names(split_) && dice_.chance(50)) split_ = -1;
  }

  /// With its border at some iteration of the `n` outermost loops.
  Region random_region(int n) {
    Region region;
    for (int depth = 0; depth < n; ++depth) {
      if (!dice_.chance(n > 2 ? 50 : 75)) continue;
      region.terms.push_back({depth, dice_.one_of<std::int64_t>({-3, -1, -1, 1, 1, 2})});
      const auto trip = loops_[static_cast<std::size_t>(depth)].trip;
      region.limit += region.terms.back().factor * dice_.between(0, trip - 1);
    }
    region.limit += dice_.between(-1, 6);
    return region;
  }

  [[nodiscard]] bool area_names(int depth) const {
    const auto names = [&](const Region& region) {
      return std::any_of(region.terms.begin(), region.terms.end(),
                         [&](const auto& term) { return term.depth == depth; });
    };
    return std::any_of(areas_.begin(), areas_.end(), [&](const auto& area) {
      return std::any_of(area.begin(), area.end(), names);
    });
  }

  void choose_steps() {
    const auto n = dice_.between(2, 8);
    for (std::int64_t i = 0; i < n; ++i) {
      Step step;
      step.unit = static_cast<std::size_t>(
          dice_.between(0, static_cast<std::int64_t>(schedule_.units.size()) - 1));
      step.lag = dice_.chance(50) ? 0 : dice_.between(0, 4);
      if (dice_.chance(20)) step.inner = dice_.between(2, 7);
      if (!areas_.empty())
        step.area = dice_.chance(60) ? 1 : static_cast<int>(dice_.between(0, areas()));
      step.wanes = step.area != 0 && step.inner > 1 && dice_.chance(50);
      for (auto* op : {&step.begin, &step.end}) *op = random_op_of(step);
      steps_.push_back(std::move(step));
    }
  }

  /// A step that wanes exists at the same common iterations as its area, but only at the first
  /// iteration of its own nest does it have the same neighbours: no guards over common loops.
  TileOp random_op_of(const Step& step) {
    auto result = random_op(step.unit);
    if (step.area == 0) return result;
    result.where = areas_[static_cast<std::size_t>(step.area) - 1];
    if (!step.wanes) return result;
    result.when.clear();
    for (auto& region : result.where) region.terms.push_back({inner_depth, dice_.between(1, 2)});
    return result;
  }

  TileOp random_op(std::size_t unit) {
    const auto sub = schedule_.units[static_cast<UnitId>(unit)].subcycles;
    auto result = op("op" + std::to_string(++names_), 0);
    if (dice_.chance(25)) result.when = random_guard();
    if (dice_.chance(25)) result.ragged = {static_cast<int>(dice_.between(0, depths() - 1))};
    result.costs.clear();
    const auto latency = dice_.chance(25) ? dice_.between(1, 120) : 0;
    for (std::size_t i = 0; i < std::size_t{1} << result.ragged.size(); ++i) {
      const auto occupancy = dice_.chance(10) ? 0 : dice_.between(1, 25 * sub);
      result.costs.push_back({occupancy, latency == 0 ? 0 : latency + dice_.between(0, 9)});
    }
    return result;
  }

  [[nodiscard]] std::int64_t depths() const { return static_cast<std::int64_t>(loops_.size()); }
  [[nodiscard]] std::int64_t areas() const { return static_cast<std::int64_t>(areas_.size()); }

  /// Over the common loops; on the loop that may be split only what two loops can say, too. Two
  /// loops cannot say where a region begins or ends.
  Guard random_guard() {
    using Kind = Edge::Kind;
    Guard guard;
    for (int i = 0; i < (dice_.chance(30) ? 2 : 1); ++i) {
      const auto depth = static_cast<int>(dice_.between(0, depths() - 1));
      if (depth == split_ && area_names(split_)) continue;
      auto kind = dice_.one_of<Kind>({Kind::first, Kind::last, Kind::not_first, Kind::not_last});
      if (depth == split_) kind = dice_.one_of<Kind>({Kind::first, Kind::last});
      guard.push_back({depth, kind});
    }
    return guard;
  }

  /// Data from the earlier to the later step, slots back. Both at the same iterations: those at
  /// which both operations exist, and perhaps fewer.
  void join_two_steps() {
    auto a =
        static_cast<std::size_t>(dice_.between(0, static_cast<std::int64_t>(steps_.size()) - 1));
    auto b =
        static_cast<std::size_t>(dice_.between(0, static_cast<std::int64_t>(steps_.size()) - 1));
    if (a == b || steps_[a].area != steps_[b].area) return;
    if (std::make_pair(steps_[b].lag, b) < std::make_pair(steps_[a].lag, a)) std::swap(a, b);
    auto& from = steps_[a];
    auto& to = steps_[b];
    Guard guard = dice_.chance(30) ? random_guard() : Guard{};
    for (const auto* step : {&from, &to})
      for (const auto* op : {&step->begin, &step->end})
        if (op == &step->begin || step->inner > 1)
          guard.insert(guard.end(), op->when.begin(), op->when.end());
    if (!guard.empty() && (from.wanes || to.wanes)) return;
    connect(from, to, guard);
  }

  void connect(Step& from, Step& to, const Guard& guard) {
    const auto number = std::to_string(schedule_.tokens.size());
    const auto per_iteration = std::max(from.inner, to.inner);
    const auto can_each = [&](const Step& step) {
      return step.inner == per_iteration && step.inner > 1 && !step.wanes;
    };
    const bool from_each = can_each(from) && dice_.chance(50);
    const bool to_each = can_each(to) && dice_.chance(50);
    const auto total = from_each || to_each ? per_iteration : dice_.between(1, 3);
    const auto slots = total * (to.lag - from.lag + 1) + dice_.between(0, 2);
    const auto full = schedule_.tokens.push_back({"full" + number, 0});
    take(to, to_each, {full, total, guard});
    give(from, from_each, {full, total, guard}, true);
    if (from.unit == to.unit && dice_.chance(50)) return;
    const auto empty = schedule_.tokens.push_back({"empty" + number, slots});
    take(from, from_each, {empty, total, guard});
    give(to, to_each, {empty, total, guard}, dice_.chance(20));
  }

  /// Once in every iteration of the step's own nest, or all at once in the first.
  void take(Step& step, bool each, TokenUse use) {
    if (each) use.count = 1;
    if (!each && step.inner > 1) use.when.push_back(first(inner_depth));
    step.begin.waits.push_back(std::move(use));
  }

  void give(Step& step, bool each, TokenUse use, bool as_signal) {
    if (each) use.count = 1;
    if (!each && step.inner > 1) use.when.push_back(last(inner_depth));
    auto& giver = step.inner > 1 ? step.end : step.begin;
    (as_signal ? giver.signals : giver.releases).push_back(std::move(use));
  }

  void add_body(std::size_t number) {
    auto& unit = schedule_.units[static_cast<UnitId>(number)];
    split_here_ = split_ >= 0 && dice_.chance(50);
    Nest pipeline;
    pipeline.loops = loops_here();
    for (const auto& step : steps_)
      if (step.unit == number) add_step(unit, pipeline, step);
    std::vector<Node> around;
    if (dice_.chance(20)) around.emplace_back(lone_op(number, unit));
    if (outer_ == 0) {
      around.emplace_back(std::move(pipeline));
    } else {
      const std::vector<Loop> outer(pipeline.loops.begin(), pipeline.loops.begin() + outer_);
      pipeline.loops.erase(pipeline.loops.begin(), pipeline.loops.begin() + outer_);
      const auto after = lone_op(number, unit);
      if (dice_.chance(50)) confine(unit.ops[after]);
      around = {nest(outer, {Node(std::move(pipeline)), Node(after)})};
    }
    unit.body.insert(unit.body.end(), around.begin(), around.end());
  }

  OpId lone_op(std::size_t number, UnitProgram& unit) {
    auto result = random_op(number);
    return unit.ops.push_back(op(result.name, result.costs[0].occupancy));
  }

  /// An operation under the outer loops only.
  void confine(TileOp& op) {
    op.where = {random_region(outer_)};
    op.when = random_guard();
    std::erase_if(op.when, [&](const Edge& edge) { return edge.depth >= outer_; });
  }

  void add_step(UnitProgram& unit, Nest& pipeline, const Step& step) {
    const auto begin = unit.ops.push_back(seen_here(step.begin));
    std::vector<Node> body{begin};
    if (step.inner > 1) {
      const auto end = unit.ops.push_back(seen_here(step.end));
      Nest own;
      own.loops = {loop(step.inner)};
      own.stages = {Stage{0, {begin}}, Stage{dice_.between(0, 2), {end}}};
      body = {own};
    }
    const bool same = !pipeline.stages.empty() && pipeline.stages.back().lag == step.lag;
    if (!same || dice_.chance(50)) pipeline.stages.push_back({step.lag, {}});
    auto& stage = pipeline.stages.back().body;
    stage.insert(stage.end(), body.begin(), body.end());
  }

  // --- the common loops as one unit sees them
  // -----------------------------------------------------

  [[nodiscard]] std::vector<Loop> loops_here() const {
    auto result = loops_;
    if (split_here_) {
      auto& wide = result[static_cast<std::size_t>(split_)];
      wide = loop(wide.trip / split_factor_);
      result.insert(result.begin() + split_ + 1, loop(split_factor_));
    }
    for (auto& each : result)
      for (auto& depth : each.ragged_under) depth = depth_here(depth);
    return result;
  }

  [[nodiscard]] int depth_here(int depth) const {
    if (depth == inner_depth) depth = static_cast<int>(loops_.size());
    return split_here_ && depth > split_ ? depth + 1 : depth;
  }

  [[nodiscard]] Guard guard_here(const Guard& guard) const {
    Guard result;
    for (const auto& edge : guard) {
      result.push_back({depth_here(edge.depth), edge.kind});
      if (split_here_ && edge.depth == split_) result.push_back({edge.depth + 1, edge.kind});
    }
    return result;
  }

  [[nodiscard]] Region region_here(const Region& region) const {
    Region result{{}, region.limit};
    for (const auto& [depth, factor] : region.terms) {
      const bool split = split_here_ && depth == split_;
      result.terms.push_back({depth_here(depth), split ? factor * split_factor_ : factor});
      if (split) result.terms.push_back({depth + 1, factor});
    }
    return result;
  }

  [[nodiscard]] TileOp seen_here(TileOp op) const {
    op.when = guard_here(op.when);
    for (auto& region : op.where) region = region_here(region);
    for (auto* uses : {&op.waits, &op.releases, &op.signals})
      for (auto& use : *uses) use.when = guard_here(use.when);
    for (auto& depth : op.ragged) depth = depth_here(depth);
    return op;
  }

  static constexpr int inner_depth = 1000;  ///< stands for the loop of a step's own nest

  Schedule& schedule_;
  Dice& dice_;
  std::vector<Loop> loops_;
  int outer_ = 0;  ///< how many of them stand in a nest around the pipeline
  int split_ = -1;
  std::int64_t split_factor_ = 1;
  bool split_here_ = false;
  std::vector<std::vector<Region>> areas_;
  std::vector<Step> steps_;
  int names_ = 0;
};

}  // namespace

void add_random_phase(mappings::Schedule& schedule, Dice& dice) { Phase(schedule, dice); }

}  // namespace attnsim::sim
