#include "cli/trace_output.h"

#include <array>
#include <charconv>
#include <iostream>
#include <ostream>
#include <string_view>
#include <utility>
#include <variant>

#include "base/error.h"
#include "report/trace_json.h"
#include "report/vcd.h"

namespace attnsim::cli {
namespace {

using explore::Part;
/// Cycles, or a part that the run itself has to tell.
using Wanted = std::variant<sim::Window, Part>;

constexpr std::array<std::pair<std::string_view, Part>, 3> parts{
    {{"first", Part::first}, {"steady", Part::steady}, {"last", Part::last}}};

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < 0) return std::nullopt;
  return number;
}

/// None where the text is neither cycles A..B nor the name of a part.
std::optional<Wanted> parse_window(std::string_view text) {
  if (text.empty()) return sim::Window{};
  for (const auto& [name, part] : parts) {
    if (text == name) return part;
  }
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto begin = whole_number(text.substr(0, dots));
  const auto end = whole_number(text.substr(dots + 2));
  if (!begin || !end) return std::nullopt;
  return sim::Window{*begin, *end};
}

std::string check_window(const std::string& text) {
  const auto wanted = parse_window(text);
  if (!wanted) return "'" + text + "' is neither cycles A..B nor first, steady or last";
  const auto* const window = std::get_if<sim::Window>(&*wanted);
  if (window == nullptr || window->begin < window->end) return "";
  return "'" + text + "' is empty: the first cycle must be below the last";
}

std::string option_text(const TraceOptions& options) { return "--trace-window " + options.window; }

void say_left_out(const sim::Timeline& timeline) {
  if (timeline.left_out == 0) return;
  std::cerr << "attnsim: the trace ends at cycle "
            << static_cast<std::int64_t>(timeline.slices.empty() ? 0 : timeline.slices.back().start)
            << ", after " << timeline.slices.size() << " slices; " << timeline.left_out
            << " or more are left out: choose a --trace-window, or a greater --trace-limit\n";
}

}  // namespace

void add_trace_options(CLI::App& command, TraceOptions& options) {
  command
      .add_option("--trace", options.json,
                  "Write what each unit does when as a trace for ui.perfetto.dev; - is stdout")
      ->type_name("FILE");
  command
      .add_option("--vcd", options.vcd, "Write it as a value change dump for GTKWave; - is stdout")
      ->type_name("FILE");
  command
      .add_option(
          "--trace-window", options.window,
          "What the trace holds, in full: cycles A..B; first (until the first skip), steady\n"
          "(4 periods) or last (after the last skip). Without it: all that is not skipped")
      ->check(CLI::Validator(check_window, "", "window"))
      ->type_name("A..B|first|steady|last");
  command
      .add_option("--trace-limit", options.limit, "Slices that the trace holds at most: 1000000")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000'000}))
      ->type_name("SLICES");
}

TraceOutput::TraceOutput(const TraceOptions& options)
    : options_(options), json_(options.json), vcd_(options.vcd) {
  if (json_.is_stdout() && vcd_.is_stdout())
    throw CLI::ValidationError("--vcd", "stdout takes one trace at a time");
  if (!options.window.empty() && !wanted())
    throw CLI::RequiresError("--trace-window", "--trace or --vcd");
}

SimulatedRun TraceOutput::simulate(const PreparedRun& point, const ExecutorOptions& executor) {
  if (!wanted()) return cli::simulate(point, executor);
  if (point.inputs.mapping.kernel) {
    throw InputError(point.inputs.mapping_file.path,
                     "there is no trace of kernel launches: one block of each kind is simulated, "
                     "not all of them; trace a mapping of loops");
  }
  auto recorded = explore::record(point.lowered, executor, {window_in(point), options_.limit});
  timeline_ = std::move(recorded.timeline);
  if (timeline_.window.begin >= timeline_.cycles) {
    throw InputError(option_text(options_),
                     "the run ends at cycle " + std::to_string(timeline_.cycles));
  }
  return summarize(point, executor, recorded.execution);
}

/// By the same executor always, as each finds leaps of its own.
sim::Window TraceOutput::window_in(const PreparedRun& point) const {
  const auto wanted = *parse_window(options_.window);
  if (const auto* const window = std::get_if<sim::Window>(&wanted)) return *window;
  const auto whole =
      explore::record(point.lowered, {true, explore::Executor::recurrence}, {{}, options_.limit})
          .timeline;
  const auto window = explore::window_of(std::get<Part>(wanted), whole);
  if (!window) {
    throw InputError(option_text(options_), "nothing repeats in this run of " +
                                                std::to_string(whole.cycles) +
                                                " cycles: give cycles A..B");
  }
  return *window;
}

void TraceOutput::write(const SimulatedRun& run) {
  if (!wanted()) return;
  const report::TraceTitle title{run.record.label, run.record.clock_hz};
  json_.commit([&](std::ostream& out) { report::write_trace_json(out, timeline_, title); });
  vcd_.commit([&](std::ostream& out) { report::write_vcd(out, timeline_, title); });
  say_left_out(timeline_);
}

}  // namespace attnsim::cli
