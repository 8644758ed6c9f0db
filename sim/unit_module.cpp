#include "sim/unit_module.h"

#include <algorithm>
#include <utility>

#include "sim/round_up.h"

namespace attnsim::sim {

Board::Board(const Network& of) : network(&of), log(of.variants) {
  for (const auto& token : of.schedule->tokens) tokens.emplace_back(token.initial);
}

UnitModule::UnitModule(const sc_core::sc_module_name& name, mappings::UnitId id, Board& board,
                       std::function<void(std::uint32_t)> at_boundary)
    : sc_module(name),
      id_(id),
      program_(board.network->programs[id]),
      board_(board),
      at_boundary_(std::move(at_boundary)),
      walker_(program_) {
  SC_HAS_PROCESS(UnitModule);
  SC_THREAD(run);
}

void UnitModule::run() {
  while (!walker_.done()) {
    take_waits();
    work();
    const auto boundary = walker_.advance();
    if (boundary && at_boundary_) at_boundary_(*boundary);
  }
  end_ = kernel_cycle() + board_.leapt;
}

void UnitModule::take_waits() {
  const auto& op = walker_.op();
  for (wait_ = op.waits.first; wait_ != op.waits.last; ++wait_) {
    const auto& use = program_.uses[wait_];
    if (walker_.admits(use.when)) take(use);
  }
}

/// A unit with a fractional clock comes here up to a cycle after it was free: the time of arrival
/// decides when it starts, not the time of asking.
void UnitModule::take(const FlatUse& use) {
  auto& channel = board_.tokens[to_index(use.token)];
  while (channel.queue.count() < use.count) {
    channel.awaited = true;
    wait(channel.given);
  }
  channel.awaited = false;
  wait_until(channel.queue.latest_of(use.count));
  free_ = std::max(free_, channel.queue.take(use.count) * program_.subcycles);
}

void UnitModule::work() {
  const auto& op = walker_.op();
  const auto variant = walker_.variant();
  const auto& cost = program_.costs[variant];
  if (board_.recorder != nullptr) {
    const auto start = free_ + board_.leapt * program_.subcycles;
    board_.recorder->ran(to_index(id_), walker_, start, start + cost.occupancy);
  }
  free_ += cost.occupancy;
  busy_ = true;
  wait_until(round_up(free_, program_.subcycles));
  busy_ = false;

  ++board_.ops;
  auto& log = board_.log[board_.network->first_variant[id_] + variant];
  ++log.runs;
  give(op.releases, kernel_cycle());
  if (give(op.signals, kernel_cycle() + cost.latency)) {
    ++log.signalled;
    log.last_arrival = kernel_cycle() + board_.leapt + cost.latency;
  }
}

bool UnitModule::give(Range uses, std::int64_t arrival) {
  bool any = false;
  for (auto i = uses.first; i != uses.last; ++i) {
    const auto& use = program_.uses[i];
    if (!walker_.admits(use.when)) continue;
    any = true;
    if (!board_.network->ends[use.token].consumer) continue;
    auto& channel = board_.tokens[to_index(use.token)];
    channel.queue.give(arrival, use.count);
    if (channel.awaited) channel.given.notify();
  }
  return any;
}

void UnitModule::wait_until(std::int64_t cycle) {
  const auto now = kernel_cycle();
  if (cycle <= now) return;
  sc_core::wait(sc_core::sc_time::from_value(static_cast<std::uint64_t>(cycle - now)));
  board_.begin_step();
}

/// At the end of a time step the unit is done, busy beyond now, or stopped at a wait that cannot be
/// met before the next cycle. In the last case its operation starts later than anything that has
/// happened so far, so neither free_ (fraction included) nor arrivals up to now can matter; when
/// busy, arrivals up to now are before free_. Hence of the past only counts are part of the state.
void UnitModule::append_state(std::int64_t now, std::vector<std::int64_t>& key) const {
  walker_.append_control(key);
  if (walker_.done()) return;
  key.push_back(wait_);
  key.push_back(busy_ ? free_ - now * program_.subcycles : 0);
}

}  // namespace attnsim::sim
