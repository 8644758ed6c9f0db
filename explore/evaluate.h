#pragma once

#include "explore/executor.h"
#include "explore/input_cache.h"
#include "explore/record.h"

namespace attnsim::explore {

/// Loads, lowers, executes and summarizes a point. What is wrong with the point is the record's
/// status and error, by the rule of the program's exit statuses; nothing is thrown for it. Safe to
/// call from several threads with the recurrence executor.
[[nodiscard]] Record evaluate(const Task& task, const ExecutorOptions& options, InputCache& cache);

/// Bytes that a footprint takes on the chip: per memory what is kept throughout and the fullest of
/// the phases that never run together; what is overbooked has no space of its own.
[[nodiscard]] std::int64_t buffer_bytes_of(const std::vector<mappings::FootprintLine>& footprint);

}  // namespace attnsim::explore
