#include "sim/level_log.h"

#include <algorithm>

#include "sim/round_up.h"

namespace attnsim::sim {

void LevelLog::begin(const Network& network, const Window& window) {
  window_ = window;
  end_ = static_cast<double>(window.end);
  for (const auto& program : network.programs) subcycles_.push_back(program.subcycles);
  changes_.resize(subcycles_.size());
  for (std::size_t i = 0; i < network.ends.size(); ++i) {
    const auto id = static_cast<mappings::TokenId>(i);
    const auto& [name, initial] = network.schedule->tokens[id];
    const auto& [producer, consumer] = network.ends[id];
    tokens_.push_back({{name, initial, {}}, producer && consumer, initial, 0});
  }
}

/// Taken when the operation starts, whenever it became available.
void LevelLog::ran(std::size_t lane, std::uint64_t number, const Walker& walker, std::int64_t start,
                   std::int64_t end) {
  if (over_ || leapt_within_) return;
  const auto& program = walker.program();
  const auto& op = walker.op();
  const auto given = round_up(end, program.subcycles) * program.subcycles;
  const auto latency = program.costs[walker.variant()].latency * program.subcycles;
  change_all(lane, number, walker, op.waits, start, -1);
  change_all(lane, number, walker, op.releases, given, 1);
  change_all(lane, number, walker, op.signals, given + latency, 1);
}

void LevelLog::change_all(std::size_t lane, std::uint64_t number, const Walker& walker, Range uses,
                          std::int64_t time, int sign) {
  for (auto i = uses.first; i != uses.last; ++i) {
    const auto& use = walker.program().uses[i];
    if (!walker.admits(use.when)) continue;
    const auto token = static_cast<std::uint32_t>(to_index(use.token));
    tokens_[token].count += sign * use.count;
    change(lane, {time, number, token, sign * use.count});
  }
}

double LevelLog::cycle_of(std::size_t lane, const Change& change) const {
  return static_cast<double>(change.time) / static_cast<double>(subcycles_[lane]);
}

void LevelLog::change(std::size_t lane, const Change& change) {
  if (cycle_of(lane, change) >= end_) {
    tokens_[change.token].later += change.by;
  } else {
    changes_[lane].push_back(change);
  }
}

/// Changes that can no longer come to be in the window by a leap are dropped on the way.
void LevelLog::leapt(std::int64_t from, std::int64_t period, std::int64_t periods,
                     const Marks& since, const Marks& now) {
  over_ = over_ || from >= window_.end;
  if (over_ || leapt_within_) return;
  leapt_within_ = from + period * periods > window_.begin;
  const auto settled = static_cast<double>(std::min(from, window_.begin));
  for (std::size_t lane = 0; lane < changes_.size(); ++lane) {
    copy_tail(lane, from, period, periods, since[lane], now[lane]);
    auto& changes = changes_[lane];
    changes.erase(
        std::remove_if(changes.begin(), changes.end(),
                       [&](const Change& each) { return cycle_of(lane, each) <= settled; }),
        changes.end());
  }
}

void LevelLog::copy_tail(std::size_t lane, std::int64_t from, std::int64_t period,
                         std::int64_t periods, std::uint64_t since, std::uint64_t now) {
  const auto subcycles = subcycles_[lane];
  const auto to = (from + period * periods) * subcycles;
  const auto changes = changes_[lane].size();
  for (std::size_t i = 0; i < changes; ++i) {
    auto copy = changes_[lane][i];
    const auto beyond = copy.time - from * subcycles;
    if (copy.number <= since || beyond <= 0) continue;
    const auto first = std::max<std::int64_t>(1, periods - (beyond - 1) / (period * subcycles));
    const auto time = copy.time;
    copy.number = now;
    for (auto k = first; k <= periods; ++k) {
      copy.time = time + k * period * subcycles;
      if (copy.time > to) change(lane, copy);
    }
  }
}

void LevelLog::end_at(double cycle) {
  if (cycle >= end_) return;
  end_ = cycle;
  for (std::size_t lane = 0; lane < changes_.size(); ++lane) {
    std::vector<Change> all;
    all.swap(changes_[lane]);
    for (const auto& each : all) change(lane, each);
  }
}

std::vector<Level> LevelLog::levels() const {
  std::vector<Level> levels;
  if (leapt_within_) return levels;
  std::vector<std::map<double, std::int64_t>> by_cycle(tokens_.size());
  for (std::size_t lane = 0; lane < changes_.size(); ++lane) {
    for (const auto& each : changes_[lane]) {
      const auto cycle = std::max(cycle_of(lane, each), static_cast<double>(window_.begin));
      by_cycle[each.token][cycle] += each.by;
    }
  }
  for (std::size_t i = 0; i < tokens_.size(); ++i) {
    if (tokens_[i].shown) levels.push_back(level_of(tokens_[i], by_cycle[i]));
  }
  return levels;
}

Level LevelLog::level_of(const Token& token, const std::map<double, std::int64_t>& by_cycle) const {
  auto level = token.level;
  auto count = token.count - token.later;
  for (const auto& [cycle, by] : by_cycle) count -= by;
  level.samples.push_back({static_cast<double>(window_.begin), count});
  for (const auto& [cycle, by] : by_cycle) {
    if (by == 0) continue;
    count += by;
    if (cycle > level.samples.back().cycle) level.samples.push_back({cycle, count});
    level.samples.back().count = count;
  }
  return level;
}

}  // namespace attnsim::sim
