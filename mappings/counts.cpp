#include "mappings/counts.h"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

#include "base/overloaded.h"

namespace attnsim::mappings {
namespace {

std::int64_t floor_div(std::int64_t a, std::int64_t positive) {
  return a / positive - (a % positive < 0 ? 1 : 0);
}

/// Where one loop is. `index` is only kept for loops that a region names.
struct Position {
  std::int64_t index = 0;
  bool first = false;
  bool last = false;
};

/// A region with a factor for every loop of the path.
struct DenseRegion {
  std::vector<std::int64_t> factors;
  std::int64_t limit = 0;
  /// Slacks (limit - sum) at which the region or one of its neighbours that matter begins.
  std::vector<std::int64_t> thresholds{0};
};

/// Counts one operation at one place of the tree. Loops that no region names fall into at most
/// three classes of iterations; of those that a region names all but the innermost are gone
/// through, and that one falls into intervals in which nothing changes.
class OpCounter {
 public:
  OpCounter(const TileOp& op, const std::vector<Loop>& path, std::vector<std::int64_t>& counts)
      : op_(op),
        path_(path),
        counts_(counts),
        in_region_(path.size()),
        seen_(path.size()),
        positions_(path.size()) {
    for (const auto& region : op.where) add_region(region);
    for (const auto& edge : op.when) note_seen(edge.depth);
    for (const auto depth : op.ragged) note_seen(depth);
    for (const auto& loop : path)
      for (const auto depth : loop.ragged_under) note_seen(depth);
  }

  void run() { count(0, 1, 0); }

 private:
  void note_seen(int depth) { seen_.at(static_cast<std::size_t>(depth)) = true; }

  void add_region(const Region& region) {
    DenseRegion dense{std::vector<std::int64_t>(path_.size()), region.limit};
    for (const auto& [depth, factor] : region.terms)
      dense.factors.at(static_cast<std::size_t>(depth)) += factor;
    for (const auto& edge : op_.when)
      dense.thresholds.push_back(std::abs(dense.factors.at(static_cast<std::size_t>(edge.depth))));
    for (std::size_t depth = 0; depth < path_.size(); ++depth) {
      if (dense.factors[depth] == 0) continue;
      in_region_[depth] = true;
      innermost_ = std::max(innermost_, static_cast<std::int64_t>(depth));
    }
    regions_.push_back(std::move(dense));
  }

  /// Goes through the loops from `depth` inwards; `times` iterations of the outer loops are where
  /// they have been put so far. Regions, and the edges that see them, are decided at the innermost
  /// loop that they name, or at once if they name none.
  void count(std::size_t depth, std::int64_t times, std::size_t variant) {
    if (static_cast<std::int64_t>(depth) == innermost_ + 1 && !inside_regions()) return;
    if (depth == path_.size()) {
      counts_[variant] += times;
      return;
    }
    const auto trip = trip_of(path_[depth]);
    if (static_cast<std::int64_t>(depth) == innermost_) {
      const auto cuts = cuts_of(depth, trip);
      for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const Position position{cuts[i], cuts[i] == 0, cuts[i] + 1 == trip};
        put(depth, position, times * (cuts[i + 1] - cuts[i]), variant);
      }
    } else if (in_region_[depth]) {
      for (std::int64_t i = 0; i < trip; ++i)
        put(depth, {i, i == 0, i + 1 == trip}, times, variant);
    } else if (!seen_[depth]) {
      put(depth, {}, times * trip, variant);
    } else {
      put(depth, {0, true, trip == 1}, times, variant);
      if (trip > 2) put(depth, {}, times * (trip - 2), variant);
      if (trip > 1) put(depth, {0, false, true}, times, variant);
    }
  }

  void put(std::size_t depth, Position position, std::int64_t times, std::size_t variant) {
    positions_[depth] = position;
    if (!in_region_[depth] && !admits(static_cast<int>(depth))) return;
    count(depth + 1, times, variant | bit(static_cast<int>(depth), position));
  }

  [[nodiscard]] std::int64_t trip_of(const Loop& loop) const {
    if (loop.ragged_under.empty()) return loop.trip;
    const bool tail =
        std::all_of(loop.ragged_under.begin(), loop.ragged_under.end(),
                    [&](int depth) { return positions_[static_cast<std::size_t>(depth)].last; });
    return tail ? loop.tail_trip : loop.trip;
  }

  /// Where the iterations of the innermost loop of the regions begin to differ from the one before;
  /// with both ends.
  [[nodiscard]] std::vector<std::int64_t> cuts_of(std::size_t depth, std::int64_t trip) {
    std::vector<std::int64_t> cuts{0, 1, trip - 1, trip};
    positions_[depth] = {};
    for (const auto& region : regions_) {
      const auto factor = region.factors[depth];
      if (factor == 0) continue;
      for (const auto threshold : region.thresholds) {
        const auto above = slack(region) - threshold;
        cuts.push_back(factor > 0 ? floor_div(above, factor) + 1 : -floor_div(above, -factor));
      }
    }
    std::erase_if(cuts, [&](std::int64_t cut) { return cut < 0 || cut > trip; });
    std::sort(cuts.begin(), cuts.end());
    cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
    return cuts;
  }

  [[nodiscard]] std::int64_t slack(const DenseRegion& region) const {
    auto result = region.limit;
    for (std::size_t i = 0; i < path_.size(); ++i)
      result -= region.factors[i] * positions_[i].index;
    return result;
  }

  [[nodiscard]] bool inside_regions() const {
    if (std::any_of(regions_.begin(), regions_.end(),
                    [&](const auto& region) { return slack(region) < 0; })) {
      return false;
    }
    for (std::size_t depth = 0; depth < path_.size(); ++depth)
      if (in_region_[depth] && !admits(static_cast<int>(depth))) return false;
    return true;
  }

  /// Whether the operation's edges at `depth` hold.
  [[nodiscard]] bool admits(int depth) const {
    return std::all_of(op_.when.begin(), op_.when.end(), [&](const Edge& edge) {
      if (edge.depth != depth) return true;
      const auto& position = positions_[static_cast<std::size_t>(depth)];
      const bool forward = edge.kind == Edge::Kind::last || edge.kind == Edge::Kind::not_last;
      const bool negated = edge.kind == Edge::Kind::not_first || edge.kind == Edge::Kind::not_last;
      const bool end = forward ? position.last : position.first;
      return (end || leaves_regions(depth, forward ? 1 : -1)) != negated;
    });
  }

  [[nodiscard]] bool leaves_regions(int depth, std::int64_t step) const {
    return std::any_of(regions_.begin(), regions_.end(), [&](const DenseRegion& region) {
      const auto factor = region.factors[static_cast<std::size_t>(depth)];
      return factor * step > 0 && slack(region) < factor * step;
    });
  }

  [[nodiscard]] std::size_t bit(int depth, Position position) const {
    const auto at = std::find(op_.ragged.begin(), op_.ragged.end(), depth);
    if (at == op_.ragged.end() || !position.last) return 0;
    return std::size_t{1} << static_cast<std::size_t>(at - op_.ragged.begin());
  }

  const TileOp& op_;
  const std::vector<Loop>& path_;
  std::vector<std::int64_t>& counts_;  ///< by variant
  std::vector<DenseRegion> regions_;
  std::vector<bool> in_region_;  ///< by depth
  std::vector<bool> seen_;       ///< by depth: someone asks for its first or last iteration
  std::int64_t innermost_ = -1;  ///< of the loops that regions name; -1: none
  std::vector<Position> positions_;
};

class UnitCounter {
 public:
  explicit UnitCounter(const UnitProgram& program) : program_(program) {
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
          [&](OpId id) { OpCounter(program_.ops[id], path_, counts_[id]).run(); },
          [&](const Nest& nest) {
            path_.insert(path_.end(), nest.loops.begin(), nest.loops.end());
            for (const auto& stage : nest.stages) walk(stage.body);
            path_.resize(path_.size() - nest.loops.size());
          },
      };
      std::visit(visit, node);
    }
  }

  const UnitProgram& program_;
  std::vector<Loop> path_;
  IdVector<OpId, std::vector<std::int64_t>> counts_;
};

}  // namespace

ExecutionCounts count_executions(const Schedule& schedule) {
  ExecutionCounts counts;
  for (const auto& unit : schedule.units) counts.push_back(UnitCounter(unit).count());
  return counts;
}

}  // namespace attnsim::mappings
