#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <systemc>
#include <utility>
#include <vector>

#include "sim/network.h"
#include "sim/recorder.h"
#include "sim/token_queue.h"
#include "sim/walker.h"

namespace attnsim::sim {

/// A token as a counting semaphore. A signal under way is a count whose arrival lies ahead.
struct TokenChannel {
  explicit TokenChannel(std::int64_t initial) : queue(initial) {}
  TokenQueue queue;
  sc_core::sc_event given;
  bool awaited = false;  ///< the consumer waits for `given`
};

/// One cycle is one step of the kernel's time resolution.
[[nodiscard]] inline std::int64_t kernel_cycle() {
  return static_cast<std::int64_t>(sc_core::sc_time_stamp().value());
}

/// What the units of one machine share.
class Board {
 public:
  explicit Board(const Network& of);

  const Network* network;
  std::deque<TokenChannel> tokens;
  RunLog log;
  Recorder* recorder = nullptr;  ///< may be null
  std::int64_t leapt = 0;        ///< virtual time = kernel time + leapt
  std::int64_t ops = 0;

  /// Asks for `at_end_of_step` once the present time step is over.
  void request_end_of_step() { requested_at_ = kernel_cycle(); }
  /// Every process calls this first when it wakes at a later time. The first one to do so finds
  /// the machine as the earlier step left it, for good: no polling for quiescence is needed.
  void begin_step() {
    if (requested_at_ == no_request || requested_at_ == kernel_cycle()) return;
    at_end_of_step(std::exchange(requested_at_, no_request));
  }
  std::function<void(std::int64_t cycle)> at_end_of_step;  ///< gets the kernel cycle of the step

 private:
  static constexpr std::int64_t no_request = -1;
  std::int64_t requested_at_ = no_request;
};

/// SystemC shell around a Walker: an in-order unit that lives through its operations in kernel
/// time. Fractions of a cycle are arithmetic: the thread wakes at whole cycles.
class UnitModule : public sc_core::sc_module {
 public:
  /// `at_boundary` is called with the slot when the walker has finished an iteration (see
  /// Walker::advance); may be empty.
  UnitModule(const sc_core::sc_module_name& name, mappings::UnitId id, Board& board,
             std::function<void(std::uint32_t)> at_boundary);

  [[nodiscard]] Walker& walker() { return walker_; }
  [[nodiscard]] const Walker& walker() const { return walker_; }
  /// The virtual cycle at which it became free for good; once walker().done().
  [[nodiscard]] std::int64_t end() const { return end_; }
  /// The wait at which it is blocked; not when walker().done().
  [[nodiscard]] const FlatUse& blocked_on() const { return program_.uses[wait_]; }

  /// Appends all that decides its future at the end of the time step `now`, relative to it.
  void append_state(std::int64_t now, std::vector<std::int64_t>& key) const;

 private:
  void run();
  void take_waits();
  void take(const FlatUse& use);
  void work();
  bool give(Range uses, std::int64_t arrival);
  void wait_until(std::int64_t cycle);

  const mappings::UnitId id_;
  const Program& program_;
  Board& board_;
  std::function<void(std::uint32_t)> at_boundary_;
  Walker walker_;
  std::int64_t free_ = 0;   ///< in subcycles of kernel time
  std::uint32_t wait_ = 0;  ///< next wait of the operation, into Program::uses
  bool busy_ = false;       ///< until free_
  std::int64_t end_ = 0;
};

}  // namespace attnsim::sim
