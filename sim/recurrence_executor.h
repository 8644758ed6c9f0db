#pragma once

#include "mappings/schedule.h"
#include "sim/execution.h"

namespace attnsim::sim {

/// Runs a schedule as a recurrence of timestamps: a Kahn network in which every token carries the
/// cycle of its arrival. Equal to execute_systemc() in cycles and counts, without a kernel, in
/// nanoseconds per operation; any number of threads may call it.
/// @throws DeadlockError if the schedule waits for itself, std::logic_error if it is malformed
[[nodiscard]] Execution execute_recurrence(const mappings::Schedule& schedule,
                                           const ExecuteOptions& options = {});

}  // namespace attnsim::sim
