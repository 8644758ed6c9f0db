#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "cli/output.h"
#include "cli/run_record.h"
#include "explore/timeline.h"

namespace attnsim::cli {

/// As typed.
struct TraceOptions {
  std::string json;
  std::string vcd;
  std::string window;
  std::size_t limit = 1'000'000;
};

/// --trace, --vcd, --trace-window, --trace-limit.
void add_trace_options(CLI::App& command, TraceOptions& options);

/// The traces of one run. Files are opened before it and appear when all of it is written.
class TraceOutput {
 public:
  /// @throws InputError if a file cannot be opened
  explicit TraceOutput(const TraceOptions& options);

  [[nodiscard]] bool wanted() const { return json_.wanted() || vcd_.wanted(); }
  [[nodiscard]] bool is_stdout() const { return json_.is_stdout() || vcd_.is_stdout(); }
  /// As cli::simulate(); if a trace is wanted, records. A window that is named by a part of the run
  /// takes a run of its own to find.
  /// @throws InputError where the mapping is of launches, or the run has no such part or cycle
  [[nodiscard]] SimulatedRun simulate(const PreparedRun& point, const ExecutorOptions& executor);
  /// Writes what was recorded. @throws InputError if a file cannot be written
  void write(const SimulatedRun& run);

 private:
  [[nodiscard]] sim::Window window_in(const PreparedRun& point) const;

  TraceOptions options_;
  OutputFile json_;
  OutputFile vcd_;
  sim::Timeline timeline_;
};

}  // namespace attnsim::cli
