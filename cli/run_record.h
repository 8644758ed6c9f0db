#pragma once

#include "cli/options.h"
#include "explore/inputs.h"
#include "report/json.h"
#include "report/run_record.h"

namespace attnsim::cli {

/// A point that was simulated, for the printers and, with every input resolved, as JSON.
struct SimulatedRun {
  report::RunRecord record;
  report::Json json;
};

/// A point that is ready to run.
struct PreparedRun {
  InputOptions options;
  explore::Inputs inputs;
  mappings::Lowered lowered;  ///< empty where the mapping is of launches
};

/// Loads and lowers: what can be wrong with the input shows here, before anything is simulated.
/// @throws InputError, InfeasibleError
[[nodiscard]] PreparedRun prepare(const InputOptions& options);

/// Runs and summarizes. @throws DeadlockError if the schedule waits for itself
[[nodiscard]] SimulatedRun simulate(const PreparedRun& point, const ExecutorOptions& executor);

/// The same of an execution that has been.
[[nodiscard]] SimulatedRun summarize(const PreparedRun& point, const ExecutorOptions& executor,
                                     const sim::Execution& execution);

}  // namespace attnsim::cli
