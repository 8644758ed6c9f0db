#include "sim/systemc_executor.h"

#include <algorithm>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/deadlock.h"
#include "sim/network.h"
#include "sim/own_stack.h"
#include "sim/sim_context.h"
#include "sim/steady_state.h"
#include "sim/unit_module.h"

namespace attnsim::sim {
namespace {

/// All modules of one run.
class Machine {
 public:
  Machine(const Network& network, const ExecuteOptions& options) : board_(network) {
    board_.recorder = options.recorder;
    if (options.recorder != nullptr) options.recorder->begin(network, options.steady_state);
    for (std::size_t i = 0; i < network.programs.size(); ++i) add_unit(i, options);
    if (!options.steady_state) return;
    std::vector<Walker*> walkers;
    for (auto& unit : units_) walkers.push_back(&unit.walker());
    steady_state_.emplace(std::move(walkers), board_.log, options.recorder);
    board_.at_end_of_step = [this](std::int64_t now) { look(now); };
  }

  [[nodiscard]] Deadlock deadlock() const {
    Deadlock found;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      if (units_[i].walker().done()) continue;
      const auto& use = units_[i].blocked_on();
      found.who_waits_for_what.push_back(
          describe_wait(*board_.network, static_cast<mappings::UnitId>(i), units_[i].walker(), use,
                        board_.tokens[to_index(use.token)].queue.count()));
    }
    return found;
  }

  [[nodiscard]] Execution result() const {
    Execution result;
    result.cycles = last_arrival(board_.log);
    for (const auto& unit : units_) result.cycles = std::max(result.cycles, unit.end());
    result.counts = counts_of(*board_.network, board_.log);
    result.simulated_ops = board_.ops;
    result.skips = steady_state_ ? steady_state_->leaps() : 0;
    result.skipped = result.skips != 0;
    return result;
  }

 private:
  void add_unit(std::size_t number, const ExecuteOptions& options) {
    std::function<void(std::uint32_t)> at_boundary;
    if (options.steady_state) {
      at_boundary = [this, number](std::uint32_t slot) {
        if (steady_state_->wants_look(number, slot)) board_.request_end_of_step();
      };
    }
    const auto name = "unit_" + std::to_string(number);
    units_.emplace_back(name.c_str(), static_cast<mappings::UnitId>(number), board_,
                        std::move(at_boundary));
  }

  /// At the end of the time step `now`. Kernel time does not move in a leap: pending events and the
  /// stacks of the processes stay as they are, only loop indices, counts and virtual time go on.
  void look(std::int64_t now) {
    key_.clear();
    for (const auto& unit : units_) unit.append_state(now, key_);
    for (std::size_t i = 0; i < board_.tokens.size(); ++i) {
      const auto consumer = board_.network->ends[static_cast<mappings::TokenId>(i)].consumer;
      if (!consumer || units_[to_index(*consumer)].walker().done()) continue;
      board_.tokens[i].queue.append_state(now, now, key_);
    }
    const auto leap = steady_state_->look(now + board_.leapt, key_, now + board_.leapt);
    if (leap) board_.leapt += leap->cycles;
  }

  Board board_;
  std::deque<UnitModule> units_;
  std::optional<SteadyState> steady_state_;
  std::vector<std::int64_t> key_;
};

}  // namespace

Execution execute_systemc(const mappings::Schedule& schedule, const ExecuteOptions& options) {
  const auto network = connect(schedule);
  const SimContext context;
  Machine machine(network, options);
  sc_core::sc_start();
  return_to_own_stack();
  auto found = machine.deadlock();
  if (!found.who_waits_for_what.empty()) throw DeadlockError(std::move(found));
  return machine.result();
}

}  // namespace attnsim::sim
