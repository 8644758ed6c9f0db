#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/deadlock.h"
#include "sim/execution.h"
#include "sim/network.h"
#include "sim/steady_state.h"
#include "sim/token_queue.h"
#include "sim/walker.h"

namespace attnsim::sim {

/// One run of execute_recurrence(). Units take turns in about the order of time, so that queues
/// stay as short as in a machine with a clock; the order has no influence on the result.
class Recurrence {
 public:
  Recurrence(const Network& network, const ExecuteOptions& options);
  Recurrence(const Recurrence&) = delete;
  Recurrence& operator=(const Recurrence&) = delete;

  Execution run();

 private:
  struct Unit {
    Walker walker;
    const Program* program = nullptr;
    VariantLog* log = nullptr;
    std::int64_t free = 0;   ///< in subcycles; with the arrivals of the waits already taken
    std::int64_t at = 0;     ///< in cycles: not before this can it do anything
    std::uint32_t wait = 0;  ///< next wait of the operation, into Program::uses
    bool blocked = false;    ///< on that wait
  };

  struct Token {
    TokenQueue queue;
    std::size_t producer = none;
    std::size_t consumer = none;
  };

  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] std::size_t next_unit();
  void run_slice(Unit& unit);
  bool take_waits(Unit& unit);
  void finish_op(Unit& unit);
  bool give(const Unit& unit, Range uses, std::int64_t arrival);
  void next_op(Unit& unit);

  void look(const Unit& unit);
  void canonical_clocks();
  [[nodiscard]] std::int64_t earliest_start(const Unit& unit, std::int64_t clock) const;
  [[nodiscard]] std::int64_t earliest_clock() const;
  void write_key(std::int64_t base);
  void shift(std::int64_t cycles);
  [[nodiscard]] Deadlock deadlock() const;

  const Network* network_;
  std::vector<Unit> units_;
  std::vector<Token> tokens_;
  RunLog log_;
  std::optional<SteadyState> steady_state_;
  Recorder* recorder_;
  std::int64_t limit_ = 0;  ///< the running unit's turn ends at this cycle
  std::int64_t ops_ = 0;
  std::vector<std::int64_t> clocks_;  ///< of all units, canonical
  std::vector<std::int64_t> key_;
};

}  // namespace attnsim::sim
