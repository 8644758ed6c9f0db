#pragma once

#include <cstdint>

#include "mappings/schedule.h"

namespace attnsim::sim {

class Recorder;

struct ExecuteOptions {
  /// Leap over whole periods of a loop once the machine's state repeats. Exact: on and off give the
  /// same cycles and counts.
  bool steady_state = true;
  Recorder* recorder =
      nullptr;  ///< gets every execution of an operation; null: nothing is gathered
};

/// What running a schedule gave.
struct Execution {
  /// The latest cycle at which a unit becomes free or a signal arrives.
  std::int64_t cycles = 0;
  mappings::ExecutionCounts counts;
  bool skipped = false;            ///< whether any period was leapt over
  std::int64_t simulated_ops = 0;  ///< operations stepped through one by one
  std::int64_t skips = 0;          ///< leaps, each over one or more periods
};

}  // namespace attnsim::sim
