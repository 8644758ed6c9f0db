#pragma once

#include "mappings/schedule.h"
#include "sim/execution.h"

namespace attnsim::sim {
class Recorder;
}

namespace attnsim::explore {

enum class Executor { systemc, recurrence };

struct ExecutorOptions {
  bool steady_state = true;
  Executor executor = Executor::systemc;
};

[[nodiscard]] const char* name_of(Executor executor);

/// @throws DeadlockError if the schedule waits for itself
/// @param recorder  gathers what each unit did when; may be null
[[nodiscard]] sim::Execution execute(const mappings::Schedule& schedule,
                                     const ExecutorOptions& options,
                                     sim::Recorder* recorder = nullptr);

}  // namespace attnsim::explore
