#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "explore/executor.h"
#include "explore/inputs.h"
#include "sim/recorder.h"
#include "sim/timeline.h"

namespace attnsim::explore {

/// A run with what each unit did when.
struct RecordedRun {
  sim::Execution execution;
  sim::Timeline timeline;
};

/// Executes a schedule and records its slices; the execution is that of execute().
/// @throws DeadlockError if the schedule waits for itself
[[nodiscard]] RecordedRun record(const mappings::Lowered& lowered, const ExecutorOptions& options,
                                 const sim::RecordOptions& what);

/// A part of a run that skipping names: up to the first skip; some periods of the loop in which
/// most of the time is spent; after the last skip.
enum class Part { first, steady, last };

/// The window of a part of a run that was recorded as a whole; `steady` is so many periods long, if
/// there are as many. None where nothing was skipped.
[[nodiscard]] std::optional<sim::Window> window_of(Part part, const sim::Timeline& whole,
                                                   std::int64_t periods = 4);

/// Some periods of the steady state of a point, for a chart; of a run in which nothing repeats, its
/// beginning. Thread-safe.
/// @param limit  slices; the earliest are kept
/// @throws InputError where the mapping is of launches, DeadlockError
[[nodiscard]] sim::Timeline timeline(const Inputs& inputs, std::int64_t periods = 4,
                                     std::size_t limit = 2000);

}  // namespace attnsim::explore
