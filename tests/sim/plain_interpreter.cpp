#include "sim/plain_interpreter.h"

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <vector>

#include "base/overloaded.h"

namespace attnsim::sim {
namespace {

using mappings::Edge;
using mappings::Guard;
using mappings::Nest;
using mappings::Node;
using mappings::OpId;
using mappings::Region;
using mappings::TileOp;
using mappings::TokenUse;
using mappings::UnitProgram;

struct At {
  std::int64_t index = 0;
  std::int64_t trip = 1;
};
using Path = std::vector<At>;

struct Firing {
  OpId op{};
  std::size_t variant = 0;
  std::vector<const TokenUse*> waits, releases, signals;
};

bool is_last(const Path& path, int depth) {
  const auto& at = path[static_cast<std::size_t>(depth)];
  return at.index == at.trip - 1;
}

bool inside(const std::vector<Region>& where, const Path& path) {
  for (const auto& region : where) {
    std::int64_t sum = 0;
    for (const auto& [depth, factor] : region.terms)
      sum += factor * path[static_cast<std::size_t>(depth)].index;
    if (sum > region.limit) return false;
  }
  return true;
}

/// Whether the operation could exist if the loop at `depth` were `step` iterations further.
bool has_neighbour(const TileOp& op, Path path, int depth, int step) {
  auto& at = path[static_cast<std::size_t>(depth)];
  at.index += step;
  return at.index >= 0 && at.index < at.trip && inside(op.where, path);
}

bool holds(const TileOp& op, const Guard& guard, const Path& path) {
  return std::all_of(guard.begin(), guard.end(), [&](const Edge& edge) {
    if (edge.kind == Edge::Kind::first) return !has_neighbour(op, path, edge.depth, -1);
    if (edge.kind == Edge::Kind::not_first) return has_neighbour(op, path, edge.depth, -1);
    if (edge.kind == Edge::Kind::last) return !has_neighbour(op, path, edge.depth, +1);
    return has_neighbour(op, path, edge.depth, +1);
  });
}

class Unroller {
 public:
  explicit Unroller(const UnitProgram& unit) : unit_(unit) { unroll(unit.body, {}); }
  std::vector<Firing> firings;

 private:
  void unroll(const std::vector<Node>& nodes, const Path& path) {
    for (const auto& node : nodes) {
      std::visit(Overloaded{[&](OpId id) { unroll(id, path); },
                            [&](const Nest& nest) { unroll(nest, path); }},
                 node);
    }
  }

  void unroll(OpId id, const Path& path) {
    const auto& op = unit_.ops[id];
    if (!inside(op.where, path) || !holds(op, op.when, path)) return;
    Firing firing;
    firing.op = id;
    for (std::size_t i = 0; i < op.ragged.size(); ++i)
      firing.variant += is_last(path, op.ragged[i]) ? std::size_t{1} << i : 0;
    firing.waits = admitted(op, op.waits, path);
    firing.releases = admitted(op, op.releases, path);
    firing.signals = admitted(op, op.signals, path);
    firings.push_back(std::move(firing));
  }

  static std::vector<const TokenUse*> admitted(const TileOp& op, const std::vector<TokenUse>& uses,
                                               const Path& path) {
    std::vector<const TokenUse*> result;
    for (const auto& use : uses)
      if (holds(op, use.when, path)) result.push_back(&use);
    return result;
  }

  void unroll(const Nest& nest, const Path& path) {
    std::vector<Path> iterations;
    enumerate(nest, path, 0, iterations);
    const auto n = static_cast<std::int64_t>(iterations.size());
    std::int64_t lag = 0;
    for (const auto& stage : nest.stages) lag = std::max(lag, stage.lag);
    for (std::int64_t beat = 0; beat < n + lag; ++beat) {
      for (const auto& stage : nest.stages) {
        const auto at = beat - stage.lag;
        if (at >= 0 && at < n) unroll(stage.body, iterations[static_cast<std::size_t>(at)]);
      }
    }
  }

  static void enumerate(const Nest& nest, const Path& path, std::size_t loop,
                        std::vector<Path>& iterations) {
    if (loop == nest.loops.size()) {
      iterations.push_back(path);
      return;
    }
    const auto& [rank, trip, tail_trip, under] = nest.loops[loop];
    const bool tail = !under.empty() && std::all_of(under.begin(), under.end(), [&](int depth) {
      return is_last(path, depth);
    });
    const auto n = tail ? tail_trip : trip;
    for (std::int64_t i = 0; i < n; ++i) {
      auto longer = path;
      longer.push_back({i, n});
      enumerate(nest, longer, loop + 1, iterations);
    }
  }

  const UnitProgram& unit_;
};

struct Unit {
  const UnitProgram* program = nullptr;
  std::vector<Firing> firings;
  std::size_t next = 0;
  std::int64_t free = 0;
};

class Interpreter {
 public:
  explicit Interpreter(const mappings::Schedule& schedule) {
    for (const auto& token : schedule.tokens)
      tokens_.emplace_back(static_cast<std::size_t>(token.initial), 0);
    for (const auto& unit : schedule.units) {
      units_.push_back({&unit, Unroller(unit).firings});
      IdVector<OpId, std::vector<std::int64_t>> counts;
      for (const auto& op : unit.ops) counts.push_back(std::vector<std::int64_t>(op.costs.size()));
      result_.counts.push_back(counts);
    }
  }

  Execution run() {
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t i = 0; i < units_.size(); ++i) {
        while (units_[i].next < units_[i].firings.size() && ready(units_[i])) {
          fire(i);
          moved = true;
        }
      }
    }
    for (const auto& unit : units_)
      if (unit.next != unit.firings.size()) throw std::logic_error("the test's schedule is stuck");
    return result_;
  }

 private:
  [[nodiscard]] bool ready(const Unit& unit) const {
    std::vector<std::int64_t> needed(tokens_.size());
    for (const auto* use : unit.firings[unit.next].waits)
      needed[to_index(use->token)] += use->count;
    for (std::size_t i = 0; i < needed.size(); ++i)
      if (needed[i] > static_cast<std::int64_t>(tokens_[i].size())) return false;
    return true;
  }

  void fire(std::size_t number) {
    auto& unit = units_[number];
    const auto& firing = unit.firings[unit.next++];
    const auto sub = unit.program->subcycles;
    for (const auto* use : firing.waits) {
      auto& token = tokens_[to_index(use->token)];
      for (std::int64_t i = 0; i < use->count; ++i) {
        unit.free = std::max(unit.free, token.front() * sub);
        token.pop_front();
      }
    }
    const auto& cost = unit.program->ops[firing.op].costs[firing.variant];
    unit.free += cost.occupancy;
    const auto end = (unit.free + sub - 1) / sub;
    result_.cycles = std::max(result_.cycles, end);
    give(firing.releases, end);
    give(firing.signals, end + cost.latency);
    ++result_.counts[static_cast<mappings::UnitId>(number)][firing.op][firing.variant];
    ++result_.simulated_ops;
  }

  void give(const std::vector<const TokenUse*>& uses, std::int64_t arrival) {
    for (const auto* use : uses) {
      auto& token = tokens_[to_index(use->token)];
      token.insert(token.end(), static_cast<std::size_t>(use->count), arrival);
      result_.cycles = std::max(result_.cycles, arrival);
    }
  }

  std::vector<Unit> units_;
  std::vector<std::deque<std::int64_t>> tokens_;
  Execution result_;
};

}  // namespace

Execution interpret_plainly(const mappings::Schedule& schedule) {
  return Interpreter(schedule).run();
}

}  // namespace attnsim::sim
