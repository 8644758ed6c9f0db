#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

#include "explore/record.h"

namespace attnsim::explore {

struct PoolOptions {
  unsigned workers = 0;                    ///< processes; 0: as many as there are cores
  std::chrono::milliseconds time_limit{};  ///< of a point; 0: none
  std::int64_t memory_limit = 0;           ///< bytes of a worker's data; 0: none
  int recycle = 500;                       ///< points after which a worker is replaced
};

/// What a worker does with a task.
using Work = std::function<Record(const Task&)>;

/// Runs every task in forked workers; `done` is called in this process, one record at a time, in
/// any order. A task that throws, crashes, exits, takes longer than the time limit or more memory
/// than the limit becomes a record that says so, and harms no other. Stops early, having collected
/// what is in flight, when `stop()` is true.
///
/// Forks again whenever it replaces a worker, so this process should have no other threads; what
/// `done` and `stop` throw comes out of here, the workers ended.
/// @throws std::system_error if no worker can be started
void run_in_workers(const std::vector<Task>& tasks, const Work& work,
                    const std::function<void(const Task&, Record)>& done,
                    const std::function<bool()>& stop, const PoolOptions& options);

/// An even share of this machine's memory, or of what its control group may have, for each of
/// `workers` processes: bytes, a quarter left to everything else.
[[nodiscard]] std::int64_t memory_share(unsigned workers);

/// Whether `memory_limit` does anything: the address sanitizer reserves terabytes for itself.
[[nodiscard]] bool memory_can_be_limited();

}  // namespace attnsim::explore
