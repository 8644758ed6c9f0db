#pragma once

#include "cli/inputs.h"
#include "report/json.h"
#include "report/run_record.h"

namespace attnsim::cli {

/// A point that was simulated, for the printers and, with every input resolved, as JSON.
struct SimulatedRun {
  report::RunRecord record;
  report::Json json;
};

/// Loads, lowers, runs and summarizes.
/// @throws InputError, InfeasibleError
[[nodiscard]] SimulatedRun simulate(const InputOptions& options, const ExecutorOptions& executor);

}  // namespace attnsim::cli
