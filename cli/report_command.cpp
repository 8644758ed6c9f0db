#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/program_version.h"
#include "explore/database.h"
#include "report/sweep_machines.h"
#include "report/sweep_page.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string database;
  std::string output;
  std::string sweep;
  std::string baseline;
  std::optional<std::int64_t> point;
};

explore::SweepResults read(const Options& options) {
  auto sweep = explore::Database::read(options.database, options.sweep);
  if (sweep.rows.empty()) {
    throw InputError(options.database, "no point of sweep '" + sweep.name +
                                           "' is done yet; attnsim sweep --resume goes on with it");
  }
  return sweep;
}

/// The row at the position asked for, which must have a result.
std::optional<std::size_t> chosen_row(const report::SweepView& view, const Options& options) {
  if (!options.point) return std::nullopt;
  const auto& rows = view.sweep->rows;
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const explore::SweepRow& row) {
    return row.position == *options.point;
  });
  const auto where = fmt::format("--point {}", *options.point);
  if (found == rows.end()) {
    throw InputError(
        where, fmt::format("no such point is done (points: 0 to {})", view.sweep->points - 1));
  }
  if (!found->record.result) throw InputError(where, "has no result: " + found->record.error);
  return static_cast<std::size_t>(found - rows.begin());
}

ExitCode report_sweep(const Options& options) {
  const auto sweep = read(options);
  OutputFile file(options.output);
  const auto view = report::view_of(sweep);
  std::optional<report::Baseline> baseline;
  if (!options.baseline.empty()) baseline = report::parse_baseline(view, options.baseline);
  const auto machines = report::load_machines(view, chosen_row(view, options), program_version());
  file.commit(report::to_html(report::sweep_document(view, baseline, machines),
                              report::load_web_parts(report::web_folder())));
  if (!file.is_stdout()) {
    std::cout << fmt::format("{}: sweep {}, {} of {} points\n", options.output, sweep.name,
                             sweep.rows.size(), sweep.points);
  }
  return ExitCode::done;
}

}  // namespace

Command add_report(CLI::App& program) {
  auto* command = program.add_subcommand(
      "report", "Write a page of a sweep's results: fronts, speedups, where it goes, every point");
  const auto options = std::make_shared<Options>();
  command->add_option("database", options->database, "Results of `attnsim sweep`")
      ->type_name("R.sqlite")
      ->required();
  command->add_option("-o,--output", options->output, "The page; - is stdout")
      ->type_name("FILE")
      ->required();
  command->add_option("--sweep", options->sweep, "Which sweep, where the database has several")
      ->type_name("NAME");
  command
      ->add_option("--baseline", options->baseline,
                   "What speedups are over: configuration=flat, or a parameter's value, pe=16\n"
                   "(default: the first configuration, or the first parameter's first value)")
      ->type_name("NAME=VALUE");
  command
      ->add_option("--point", options->point,
                   "Whose timeline and loops to show (default: the fastest of the last workload)")
      ->type_name("POSITION");
  command->footer("Example: attnsim report results.sqlite -o report.html");
  return {command, [options] { return report_sweep(*options); }};
}

}  // namespace attnsim::cli
