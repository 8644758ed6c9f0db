#include "sim/recurrence.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/round_up.h"

namespace attnsim::sim {

Recurrence::Recurrence(const Network& network, const ExecuteOptions& options)
    : network_(&network), log_(network.variants), recorder_(options.recorder) {
  for (std::size_t i = 0; i < network.programs.size(); ++i) {
    const auto id = static_cast<mappings::UnitId>(i);
    const auto& program = network.programs[id];
    units_.push_back({Walker(program), &program, log_.data() + network.first_variant[id]});
    if (!units_[i].walker.done()) units_[i].wait = units_[i].walker.op().waits.first;
  }
  for (std::size_t i = 0; i < network.ends.size(); ++i) {
    const auto id = static_cast<mappings::TokenId>(i);
    const auto& [producer, consumer] = network.ends[id];
    tokens_.push_back({TokenQueue(network.schedule->tokens[id].initial),
                       producer ? to_index(*producer) : none,
                       consumer ? to_index(*consumer) : none});
  }
  if (recorder_ != nullptr) recorder_->begin(network, options.steady_state);
  if (!options.steady_state) return;
  std::vector<Walker*> walkers;
  for (auto& unit : units_) walkers.push_back(&unit.walker);
  steady_state_.emplace(std::move(walkers), log_, recorder_);
}

Execution Recurrence::run() {
  for (auto next = next_unit(); next != none; next = next_unit()) run_slice(units_[next]);
  auto found = deadlock();
  if (!found.who_waits_for_what.empty()) throw DeadlockError(std::move(found));

  Execution result;
  result.cycles = last_arrival(log_);
  for (const auto& unit : units_)
    result.cycles = std::max(result.cycles, round_up(unit.free, unit.program->subcycles));
  result.counts = counts_of(*network_, log_);
  result.simulated_ops = ops_;
  result.skips = steady_state_ ? steady_state_->leaps() : 0;
  result.skipped = result.skips != 0;
  return result;
}

/// The unit that is furthest behind, with limit_ at the one behind it.
std::size_t Recurrence::next_unit() {
  constexpr auto never = std::numeric_limits<std::int64_t>::max();
  auto best = none;
  auto earliest = never;
  limit_ = never;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const auto& unit = units_[i];
    if (unit.blocked || unit.walker.done()) continue;
    if (unit.at < earliest) {
      limit_ = earliest;
      earliest = unit.at;
      best = i;
    } else {
      limit_ = std::min(limit_, unit.at);
    }
  }
  return best;
}

void Recurrence::run_slice(Unit& unit) {
  while (take_waits(unit)) {
    finish_op(unit);
    next_op(unit);
    if (unit.walker.done() || unit.at > limit_) return;
  }
}

/// Takes the operation's waits in order; false if it has to stop at one that is not there yet.
bool Recurrence::take_waits(Unit& unit) {
  const auto& program = *unit.program;
  for (const auto last = unit.walker.op().waits.last; unit.wait != last; ++unit.wait) {
    const auto& use = program.uses[unit.wait];
    if (!unit.walker.admits(use.when)) continue;
    auto& queue = tokens_[to_index(use.token)].queue;
    if (queue.count() < use.count) {
      unit.blocked = true;
      return false;
    }
    unit.free = std::max(unit.free, queue.take(use.count) * program.subcycles);
  }
  return true;
}

void Recurrence::finish_op(Unit& unit) {
  const auto& op = unit.walker.op();
  const auto variant = unit.walker.variant();
  const auto& cost = unit.program->costs[variant];
  auto& log = unit.log[variant];
  unit.free += cost.occupancy;
  if (recorder_ != nullptr) {
    const auto number = static_cast<std::size_t>(&unit - units_.data());
    recorder_->ran(number, unit.walker, unit.free - cost.occupancy, unit.free);
  }
  unit.at = round_up(unit.free, unit.program->subcycles);
  ++ops_;
  ++log.runs;
  give(unit, op.releases, unit.at);
  if (give(unit, op.signals, unit.at + cost.latency)) {
    ++log.signalled;
    log.last_arrival = unit.at + cost.latency;
  }
}

bool Recurrence::give(const Unit& unit, Range uses, std::int64_t arrival) {
  bool any = false;
  for (auto i = uses.first; i != uses.last; ++i) {
    const auto& use = unit.program->uses[i];
    if (!unit.walker.admits(use.when)) continue;
    any = true;
    auto& token = tokens_[to_index(use.token)];
    if (token.consumer == none) continue;
    token.queue.give(arrival, use.count);
    auto& consumer = units_[token.consumer];
    if (!consumer.blocked) continue;
    const auto& wait = consumer.program->uses[consumer.wait];
    if (wait.token != use.token || token.queue.count() < wait.count) continue;
    consumer.blocked = false;
    consumer.at = std::max(consumer.at, arrival);
    limit_ = std::min(limit_, consumer.at);
  }
  return any;
}

void Recurrence::next_op(Unit& unit) {
  const auto boundary = unit.walker.advance();
  if (unit.walker.done()) return;
  unit.wait = unit.walker.op().waits.first;
  if (!boundary || !steady_state_) return;
  const auto number = static_cast<std::size_t>(&unit - units_.data());
  if (steady_state_->wants_look(number, *boundary)) look(unit);
}

Deadlock Recurrence::deadlock() const {
  Deadlock found;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const auto& unit = units_[i];
    if (unit.walker.done()) continue;
    const auto& use = unit.program->uses[unit.wait];
    found.who_waits_for_what.push_back(describe_wait(*network_, static_cast<mappings::UnitId>(i),
                                                     unit.walker, use,
                                                     tokens_[to_index(use.token)].queue.count()));
  }
  return found;
}

// --- what the detection compares -----------------------------------------------------------------

/// The state between two firings, in a form that stale times cannot disturb:
///   - clocks are raised to the earliest start of the unit's next operation (earliest_start);
///   - what a unit's token queues hold by its clock is only a number;
///   - a unit that is done, and the queues it would take from, are left out.
/// None of this changes the future: the next start is a maximum that the raised values are part of.
/// The turns of the units are left out, too: a Kahn network's result does not depend on them.
void Recurrence::look(const Unit& unit) {
  canonical_clocks();
  const auto number = static_cast<std::size_t>(&unit - units_.data());
  const auto base = clocks_[number] / unit.program->subcycles;
  write_key(base);
  const auto earliest = recorder_ == nullptr ? base : earliest_clock();
  if (const auto leap = steady_state_->look(base, key_, earliest)) shift(leap->cycles);
}

/// Of the canonical ones.
std::int64_t Recurrence::earliest_clock() const {
  auto earliest = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (units_[i].walker.done()) continue;
    earliest = std::min(earliest, clocks_[i] / units_[i].program->subcycles);
  }
  return earliest;
}

void Recurrence::canonical_clocks() {
  clocks_.clear();
  for (const auto& unit : units_) clocks_.push_back(unit.free);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].walker.done()) continue;
      const auto start = earliest_start(units_[i], clocks_[i]);
      changed = changed || start != clocks_[i];
      clocks_[i] = start;
    }
  }
}

/// A bound on the start of the unit's next operation: all arrivals that are known, and for the
/// first wait that cannot be met yet, the clock of the unit that has to give it.
std::int64_t Recurrence::earliest_start(const Unit& unit, std::int64_t clock) const {
  const auto last = unit.walker.op().waits.last;
  for (auto i = unit.wait; i != last; ++i) {
    const auto& use = unit.program->uses[i];
    if (!unit.walker.admits(use.when)) continue;
    const auto& token = tokens_[to_index(use.token)];
    if (token.queue.count() >= use.count) {
      clock = std::max(clock, token.queue.latest_of(use.count) * unit.program->subcycles);
      continue;
    }
    if (token.producer == none || units_[token.producer].walker.done()) return clock;
    const auto given = round_up(clocks_[token.producer], units_[token.producer].program->subcycles);
    return std::max(clock, given * unit.program->subcycles);
  }
  return clock;
}

void Recurrence::write_key(std::int64_t base) {
  key_.clear();
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const auto& unit = units_[i];
    unit.walker.append_control(key_);
    if (unit.walker.done()) continue;
    key_.push_back(unit.wait);
    key_.push_back(clocks_[i] - base * unit.program->subcycles);
  }
  for (auto& token : tokens_) {
    if (token.consumer == none || units_[token.consumer].walker.done()) continue;
    const auto clock = clocks_[token.consumer] / units_[token.consumer].program->subcycles;
    token.queue.append_state(clock, base, key_);
  }
}

/// A unit that is done keeps its end. The times of one that stood still are only bounds.
void Recurrence::shift(std::int64_t cycles) {
  for (auto& unit : units_) {
    if (unit.walker.done()) continue;
    unit.free += cycles * unit.program->subcycles;
    unit.at += cycles;
  }
  for (auto& token : tokens_) token.queue.shift(cycles);
}

}  // namespace attnsim::sim
