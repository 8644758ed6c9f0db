#pragma once

#include "explore/executor.h"
#include "explore/input_cache.h"
#include "explore/record.h"

namespace attnsim::explore {

/// Loads, lowers, executes and summarizes a point. What is wrong with the point is the record's
/// status and error, by the rule of the program's exit statuses; nothing is thrown for it. Safe to
/// call from several threads with the recurrence executor.
[[nodiscard]] Record evaluate(const Task& task, const ExecutorOptions& options, InputCache& cache);

}  // namespace attnsim::explore
