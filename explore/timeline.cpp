#include "explore/timeline.h"

#include <algorithm>

#include "base/error.h"

namespace attnsim::explore {
namespace {

using Skips = std::vector<sim::Skip>;

/// The longest that lies in the window, or none.
const sim::Skip* longest(const Skips& skips, const sim::Window& within) {
  const sim::Skip* found = nullptr;
  for (const auto& skip : skips) {
    if (skip.start < within.begin || skip.end > within.end) continue;
    if (found == nullptr || skip.end - skip.start > found->end - found->start) found = &skip;
  }
  return found;
}

/// Of the loop in which most of the time goes: the longest skip, or where its period has skips
/// itself, the longest of them, and so on inwards.
const sim::Skip* steady_skip(const Skips& skips) {
  const auto* found = longest(skips, {});
  for (const auto* inner = found; inner != nullptr && inner->period() > 0;) {
    found = inner;
    inner = longest(skips, {found->start - found->period(), found->start});
  }
  return found;
}

}  // namespace

RecordedRun record(const mappings::Lowered& lowered, const ExecutorOptions& options,
                   const sim::RecordOptions& what) {
  sim::Recorder recorder(what);
  RecordedRun run;
  run.execution = execute(lowered.schedule, options, &recorder);
  run.timeline = recorder.timeline(run.execution.cycles);
  sim::describe(run.timeline, lowered);
  return run;
}

std::optional<sim::Window> window_of(Part part, const sim::Timeline& whole, std::int64_t periods) {
  if (whole.skips.empty()) return std::nullopt;
  switch (part) {
    case Part::first:
      return sim::Window{0, whole.skips.front().start};
    case Part::last:
      return sim::Window{whole.skips.back().end, whole.cycles};
    case Part::steady:
      break;
  }
  const auto& skip = *steady_skip(whole.skips);
  return sim::Window{skip.start, skip.start + std::min(periods, skip.periods) * skip.period()};
}

sim::Timeline timeline(const Inputs& inputs, std::int64_t periods, std::size_t limit) {
  if (inputs.mapping.kernel) {
    throw InputError(inputs.mapping_file.path, "has launches, of which there is no timeline");
  }
  const auto lowered = lower(inputs);
  const ExecutorOptions options{true, Executor::recurrence};
  auto whole = record(lowered, options, {{}, limit}).timeline;
  const auto window = window_of(Part::steady, whole, periods);
  if (!window) return whole;
  return record(lowered, options, {*window, limit}).timeline;
}

}  // namespace attnsim::explore
