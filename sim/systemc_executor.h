#pragma once

#include "mappings/schedule.h"
#include "sim/execution.h"

namespace attnsim::sim {

/// Runs a schedule as a SystemC model: a thread process per unit, a semaphore per token. The
/// reference for every other executor. Any number of runs one after another in a process, but only
/// ever in one thread.
/// @throws DeadlockError if the schedule waits for itself, std::logic_error if it is malformed
[[nodiscard]] Execution execute_systemc(const mappings::Schedule& schedule,
                                        const ExecuteOptions& options = {});

}  // namespace attnsim::sim
