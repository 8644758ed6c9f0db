#pragma once

#include "explore/executor.h"
#include "explore/inputs.h"
#include "sim/result.h"

namespace attnsim::explore {

/// Lowers, executes and summarizes a loaded point, whatever its machine: a mapping of loops by a
/// Schedule's executor, a mapping of kernel launches by the simulator of many multiprocessors
/// (which has one way to execute, whatever `options` say). Thread-safe and deterministic with the
/// recurrence executor and for launches.
/// @throws InputError, InfeasibleError, DeadlockError
[[nodiscard]] sim::SimResult simulate(const Inputs& inputs, const ExecutorOptions& options);

}  // namespace attnsim::explore
