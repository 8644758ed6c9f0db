#include "sim/grid.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <set>
#include <utility>

namespace attnsim::sim {
namespace {

constexpr double step_factor = 0.8;
/// Cycles within which blocks end at the same time.
constexpr double together = 1e-6;

struct Running {
  std::uint32_t kind = 0;
  bool first = false;
  double left = 1;    ///< of its work
  double cycles = 1;  ///< that all of its work takes as things stand
};

struct Place {
  std::vector<Running> blocks;
  double since = 0;  ///< when `left` was right
  std::size_t version = 0;
};

struct Event {
  double time = 0;
  std::size_t multiprocessor = 0;
  std::size_t version = 0;
  bool operator>(const Event& other) const {
    return time != other.time ? time > other.time : multiprocessor > other.multiprocessor;
  }
};

class Scheduler {
 public:
  Scheduler(const Grid& grid, const BlockTime& time)
      : grid_(grid), time_(time), places_(grid.multiprocessors) {}

  double run() {
    const auto places = grid_.multiprocessors * grid_.residents;
    const auto at_first = std::min(places, grid_.order.size());
    active_ = most_ = at_first;
    step_ = active_step(active_, most_);
    for (; next_ < at_first; ++next_) {
      places_[next_ % grid_.multiprocessors].blocks.push_back({grid_.order[next_], true, 1, 1});
    }
    for (std::size_t i = 0; i < places_.size(); ++i) update(i, 0);
    double now = 0;
    for (drop_stale(); !events_.empty(); drop_stale()) {
      now = events_.top().time;
      finish_until(now + together);
      give_out(now);
      follow_active(now);
    }
    return now;
  }

 private:
  void drop_stale() {
    while (!events_.empty() &&
           events_.top().version != places_[events_.top().multiprocessor].version) {
      events_.pop();
    }
  }

  /// Takes away the blocks that end by then: those that end together are replaced together.
  void finish_until(double until) {
    while (!events_.empty() && events_.top().time <= until) {
      const auto event = events_.top();
      events_.pop();
      auto& place = places_[event.multiprocessor];
      if (event.version != place.version) continue;
      progress(place, event.time);
      place.blocks.erase(std::min_element(place.blocks.begin(), place.blocks.end(),
                                          [](const Running& a, const Running& b) {
                                            return a.left * a.cycles < b.left * b.cycles;
                                          }));
      --active_;
      freed_.insert(event.multiprocessor);
      update(event.multiprocessor, event.time);
    }
  }

  /// The next blocks go to the multiprocessors that hold the fewest.
  void give_out(double now) {
    using Held = std::pair<std::size_t, std::size_t>;  // blocks, multiprocessor
    std::priority_queue<Held, std::vector<Held>, std::greater<>> fewest;
    for (const auto i : freed_) fewest.emplace(places_[i].blocks.size(), i);
    while (next_ < grid_.order.size() && !fewest.empty()) {
      const auto [blocks, to] = fewest.top();
      if (blocks == grid_.residents) break;
      fewest.pop();
      progress(places_[to], now);
      places_[to].blocks.push_back({grid_.order[next_++], false, 1, 1});
      ++active_;
      fewest.emplace(blocks + 1, to);
    }
    for (const auto i : freed_) update(i, now);
    freed_.clear();
  }

  /// Rates change where so many fewer are at work that their share of what all use is greater.
  void follow_active(double now) {
    if (active_ == 0) return;
    const auto step = active_step(active_, most_);
    if (step == step_) return;
    step_ = step;
    for (std::size_t i = 0; i < places_.size(); ++i) {
      progress(places_[i], now);
      update(i, now);
    }
  }

  static void progress(Place& place, double now) {
    for (auto& block : place.blocks) block.left -= (now - place.since) / block.cycles;
    place.since = now;
  }

  /// The rates of its blocks, and when the first of them ends.
  void update(std::size_t index, double now) {
    auto& place = places_[index];
    place.since = now;
    ++place.version;
    double soonest = -1;
    const Running* before = nullptr;
    for (auto& block : place.blocks) {
      const bool same =
          before != nullptr && before->kind == block.kind && before->first == block.first;
      block.cycles =
          same ? before->cycles
               : std::max(1e-9, time_({block.kind, place.blocks.size(), step_, block.first}));
      before = &block;
      const double end = std::max(0.0, block.left) * block.cycles;
      if (soonest < 0 || end < soonest) soonest = end;
    }
    if (soonest >= 0) events_.push({now + soonest, index, place.version});
  }

  const Grid& grid_;
  const BlockTime& time_;
  std::vector<Place> places_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::set<std::size_t> freed_;
  std::size_t next_ = 0;
  std::size_t active_ = 0;
  std::size_t most_ = 0;
  std::size_t step_ = 0;
};

}  // namespace

std::size_t active_step(std::size_t active, std::size_t most) {
  auto step = most;
  while (true) {
    const auto lower =
        static_cast<std::size_t>(std::floor(static_cast<double>(step) * step_factor));
    if (lower < active || lower == 0) return step;
    step = lower;
  }
}

double run_grid(const Grid& grid, const BlockTime& time) { return Scheduler(grid, time).run(); }

}  // namespace attnsim::sim
