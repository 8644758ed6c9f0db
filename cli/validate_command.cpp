#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <memory>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "validation/errors.h"
#include "validation/measured_csv.h"
#include "validation/measured_page.h"
#include "validation/measured_summary.h"
#include "validation/measured_text.h"
#include "validation/run_measured.h"
#include "validation/run_study.h"
#include "validation/study_csv.h"
#include "validation/study_page.h"
#include "validation/study_text.h"
#include "validation/tile_study_report.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string published;
  std::string measured;
  std::string arch;
  std::string csv;
  std::string html;
  std::vector<std::string> only;
  std::vector<double> limits;  ///< in percent: of all rows, of each kernel
  bool times = false;
  unsigned workers = 0;
  ExecutorOptions executor;
};

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

ExitCode validate_tiles(const std::string& path, const Options& options, OutputFile& csv,
                        OutputFile& html) {
  const auto study = validation::run_tile_study(path, options.only);
  if (!csv.is_stdout() && !html.is_stdout()) validation::print_tile_study(std::cout, study);
  if (csv.wanted()) csv.commit(validation::tile_study_csv(study));
  if (html.wanted()) html.commit(validation::tile_study_page(study));
  return study.outside() == 0 ? ExitCode::done : ExitCode::disagrees;
}

ExitCode validate_published(const Options& options, OutputFile& csv, OutputFile& html) {
  const auto path = validation::find_study(options.published);
  if (path.ends_with(validation::tile_study_file)) return validate_tiles(path, options, csv, html);
  const auto start = Clock::now();
  auto study = validation::run_study(path, {options.executor, options.only, options.workers});
  const auto wall = seconds_since(start);
  if (!csv.is_stdout() && !html.is_stdout()) {
    validation::print_study(std::cout, study);
    validation::print_times(std::cout, study);
    std::cout << fmt::format("  {} rows in {:.1f} s\n", study.rows.size(), wall);
  }
  if (!options.times) {  // the same model gives the same bytes
    for (auto& row : study.rows) row.wall_seconds.reset();
  }
  if (csv.wanted()) csv.commit(validation::study_csv(study));
  if (html.wanted()) html.commit(validation::study_page(study));
  return validation::count_missing(study) == 0 ? ExitCode::done : ExitCode::disagrees;
}

/// On a terminal: "\rsimulated 17 of 402 rows", and nothing of it left at the end.
void show_progress(std::size_t done, std::size_t rows) {
  if (::isatty(STDERR_FILENO) == 0) return;
  const auto text = fmt::format("simulated {} of {} rows", done, rows);
  std::cerr << '\r' << (done < rows ? text : std::string(text.size(), ' ') + '\r') << std::flush;
}

validation::MeasuredStudy measured_study(const Options& options) {
  validation::MeasuredOptions how;
  how.executor = options.executor;
  how.arch = options.arch;
  how.kernels = options.only;
  how.workers = options.workers;
  how.progress = show_progress;
  return validation::run_measured(validation::load_measured(options.measured), how);
}

ExitCode validate_measured(const Options& options, OutputFile& csv, OutputFile& html) {
  const auto start = Clock::now();
  const auto study = measured_study(options);
  const auto wall = seconds_since(start);
  if (!csv.is_stdout() && !html.is_stdout()) {
    validation::print_measured(std::cout, study);
    if (options.times) std::cout << fmt::format("\n{} rows in {:.1f} s\n", study.rows.size(), wall);
  }
  if (csv.wanted()) csv.commit(validation::measured_csv(study));
  if (html.wanted()) html.commit(validation::measured_page(study));
  if (options.limits.empty()) return ExitCode::done;
  constexpr double percent = 0.01;
  const bool held = validation::within_limits(
      study, {options.limits.front() * percent, options.limits.back() * percent});
  return held ? ExitCode::done : ExitCode::disagrees;
}

ExitCode validate(const Options& options) {
  OutputFile csv(options.csv);
  OutputFile html(options.html);
  return options.measured.empty() ? validate_published(options, csv, html)
                                  : validate_measured(options, csv, html);
}

/// What is held against what: one of the two.
void add_sources(CLI::App& command, Options& options) {
  auto* sources = command.add_option_group("source");
  sources
      ->add_option("--published", options.published,
                   "Shipped study (fusemax, natten), or the XML file of one")
      ->type_name("STUDY");
  auto* measured =
      sources
          ->add_option("--measured", options.measured,
                       "CSV that attnsim-gpu measured on a GPU (docs/measuring_on_your_gpu.md);\n"
                       "- is stdin")
          ->type_name("FILE");
  sources->require_option(1);
  command
      .add_option("--arch", options.arch,
                  "With --measured: architecture file or shipped name, instead of the one that\n"
                  "validation/gpus.csv has for the GPU that the file names")
      ->needs(measured)
      ->type_name("ARCH");
  command
      .add_option(
          "--only", options.only,
          "Run these configurations (or cases) of the study, or kernels of the file, alone:\n"
          "flat,binding or flash_*,unfused")
      ->delimiter(',')
      ->type_name("NAME,...");
  command
      .add_option(
          "--limit", options.limits,
          "With --measured: exit with 1 if the MAPE of the time is above this many percent\n"
          "over all rows, or above the second over a kernel's; by default it is reported")
      ->delimiter(',')
      ->expected(1, 2)
      ->check(CLI::NonNegativeNumber)
      ->needs(measured)
      ->type_name("ALL[,KERNEL]");
}

}  // namespace

Command add_validate(CLI::App& program) {
  auto* command = program.add_subcommand(
      "validate", "Hold the model against published tables or measurements, row by row");
  const auto options = std::make_shared<Options>();
  options->executor.executor = explore::Executor::recurrence;
  add_sources(*command, *options);
  command->add_option("--csv", options->csv, "Write every row as CSV; - is stdout")
      ->type_name("FILE");
  command->add_option("--html", options->html, "Write a page with charts; - is stdout")
      ->type_name("FILE");
  command->add_flag("--times", options->times,
                    "Say how long it took; of a study, each row's wall time in these files too");
  command
      ->add_option("-j,--workers", options->workers,
                   "Threads of the recurrence executor; 0 (default): one a core")
      ->type_name("N");
  add_executor_options(*command, options->executor);
  command->footer(
      "Exit status 1: a row of a study lies outside of its tolerance, or a --limit does not hold.\n"
      "Examples: attnsim validate --published fusemax --html fusemax.html --csv fusemax.csv\n"
      "          attnsim validate --measured validation/measured/h100_2026-11-22.csv --html "
      "h.html");
  return {command, [options] { return validate(*options); }};
}

}  // namespace attnsim::cli
