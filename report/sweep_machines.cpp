#include "report/sweep_machines.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <map>
#include <vector>

#include "explore/inputs.h"
#include "explore/key.h"
#include "report/human.h"
#include "report/sweep_timeline.h"

namespace attnsim::report {
namespace {

using explore::Executor;
using explore::ExecutorOptions;
using explore::InputCache;
using explore::Inputs;
using explore::PointKeys;
using explore::SweepRow;

/// The files of points, and whether they are still what a sweep had.
class Files {
 public:
  explicit Files(const std::string& version) {
    // A database does not say how its points were executed; the key does.
    for (const auto executor : {Executor::recurrence, Executor::systemc}) {
      for (const bool steady : {true, false}) {
        keys_.emplace_back(cache_, ExecutorOptions{steady, executor}, version);
      }
    }
  }

  [[nodiscard]] bool unchanged(const SweepRow& row) {
    return std::any_of(keys_.begin(), keys_.end(),
                       [&](PointKeys& keys) { return keys.key_of(row.point) == row.record.key; });
  }

  /// @throws InputError
  [[nodiscard]] Inputs inputs(const SweepRow& row) {
    return explore::load_inputs(row.point, cache_);
  }

 private:
  InputCache cache_;
  std::vector<PointKeys> keys_;
};

void add_rooflines(SweepMachines& machines, const SweepView& view, Files& files) {
  std::size_t changed = 0;
  std::string reason;
  for (const auto at : detailed_rows(view)) {
    const auto& row = view.row(at);
    if (!files.unchanged(row)) {
      ++changed;
      continue;
    }
    try {
      machines.rooflines[at] = roofline_of(files.inputs(row).architecture);
    } catch (const std::exception& error) {
      reason = error.what();
    }
  }
  if (changed > 0) {
    machines.missing.push_back(
        fmt::format("The roofline leaves out {} of the points above: their files, or the program, "
                    "have changed since the sweep.",
                    grouped(static_cast<std::int64_t>(changed))));
  }
  if (!reason.empty()) machines.missing.push_back("The roofline leaves out points: " + reason);
}

void add_timeline(SweepMachines& machines, const SweepView& view, std::size_t at, Files& files) {
  const auto& row = view.row(at);
  const auto name = fmt::format("#{} {}", row.position, view.label(at));
  if (!files.unchanged(row)) {
    machines.missing.push_back("There is no timeline of point " + name +
                               ": its files, or the program, have changed since the sweep.");
    return;
  }
  try {
    const auto inputs = files.inputs(row);
    machines.loops.title = "The loops of " + name;
    for (auto& line : explore::draw(inputs)) machines.loops.lines.push_back({std::move(line)});
    const auto& workload = view.workloads[*view.workload[at]].label;
    machines.timeline =
        timeline_of(inputs, fmt::format("What the units do: {}, {}", name, workload));
  } catch (const std::exception& error) {
    machines.missing.push_back("There is no timeline of point " + name + ": " + error.what());
  }
}

}  // namespace

SweepMachines load_machines(const SweepView& view, std::optional<std::size_t> row,
                            const std::string& version) {
  Files files(version);
  SweepMachines machines;
  add_rooflines(machines, view, files);
  if (!row) row = best_row(view);
  if (row) add_timeline(machines, view, *row, files);
  return machines;
}

}  // namespace attnsim::report
