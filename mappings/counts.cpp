#include "mappings/counts.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/overloaded.h"

namespace attnsim::mappings {
namespace {

/// A loop iteration is the first, the last, both, or neither.
struct Position {
  bool first = false;
  bool last = false;
};

class Counter {
 public:
  explicit Counter(const UnitProgram& program) : program_(program) {
    for (const auto& op : program.ops) {
      counts_.push_back(std::vector<std::int64_t>(op.costs.size(), 0));
    }
  }

  IdVector<OpId, std::vector<std::int64_t>> count() {
    walk(program_.body);
    return std::move(counts_);
  }

 private:
  void walk(const std::vector<Node>& nodes) {
    for (const auto& node : nodes) {
      const Overloaded visit{
          [&](OpId id) { count_op(id, 0, 1, 0); },
          [&](const Nest& nest) {
            path_.insert(path_.end(), nest.loops.begin(), nest.loops.end());
            for (const auto& stage : nest.stages) walk(stage.body);
            path_.resize(path_.size() - nest.loops.size());
          },
      };
      std::visit(visit, node);
    }
  }

  /// Goes through the positions of the loops from `depth` inwards; `times` iterations of the outer
  /// loops have the positions chosen so far.
  void count_op(OpId id, std::size_t depth, std::int64_t times, std::size_t variant) {
    const auto& op = program_.ops[id];
    if (depth == path_.size()) {
      counts_[id][variant] += times;
      return;
    }
    const auto trip = trip_of(path_[depth]);
    const std::array<std::pair<Position, std::int64_t>, 3> kinds{{
        {{true, trip == 1}, 1},
        {{false, false}, std::max<std::int64_t>(trip - 2, 0)},
        {{false, true}, trip > 1 ? 1 : 0},
    }};
    for (const auto& [position, share] : kinds) {
      if (share == 0 || !admits(op.when, static_cast<int>(depth), position)) continue;
      positions_.push_back(position);
      count_op(id, depth + 1, times * share, variant | bit(op, static_cast<int>(depth), position));
      positions_.pop_back();
    }
  }

  [[nodiscard]] std::int64_t trip_of(const Loop& loop) const {
    if (loop.ragged_under.empty()) return loop.trip;
    const bool tail =
        std::all_of(loop.ragged_under.begin(), loop.ragged_under.end(),
                    [&](int depth) { return positions_[static_cast<std::size_t>(depth)].last; });
    return tail ? loop.tail_trip : loop.trip;
  }

  static bool admits(const Guard& guard, int depth, Position position) {
    return std::all_of(guard.begin(), guard.end(), [&](const Edge& edge) {
      if (edge.depth != depth) return true;
      switch (edge.kind) {
        case Edge::Kind::first:
          return position.first;
        case Edge::Kind::last:
          return position.last;
        case Edge::Kind::not_first:
          return !position.first;
        case Edge::Kind::not_last:
          return !position.last;
      }
      return true;
    });
  }

  static std::size_t bit(const TileOp& op, int depth, Position position) {
    const auto at = std::find(op.ragged.begin(), op.ragged.end(), depth);
    if (at == op.ragged.end() || !position.last) return 0;
    return std::size_t{1} << static_cast<std::size_t>(at - op.ragged.begin());
  }

  const UnitProgram& program_;
  std::vector<Loop> path_;
  std::vector<Position> positions_;
  IdVector<OpId, std::vector<std::int64_t>> counts_;
};

}  // namespace

ExecutionCounts count_executions(const Schedule& schedule) {
  ExecutionCounts counts;
  for (const auto& unit : schedule.units) counts.push_back(Counter(unit).count());
  return counts;
}

}  // namespace attnsim::mappings
