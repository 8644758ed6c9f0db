#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/output.h"
#include "validation/errors.h"
#include "validation/run_study.h"
#include "validation/study_csv.h"
#include "validation/study_page.h"
#include "validation/study_text.h"
#include "validation/tile_study_report.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string published;
  std::string csv;
  std::string html;
  bool times = false;
  validation::StudyOptions study;
};

ExitCode validate_tiles(const std::string& path, const Options& options) {
  OutputFile csv(options.csv);
  OutputFile html(options.html);
  const auto study = validation::run_tile_study(path, options.study.configurations);
  if (!csv.is_stdout() && !html.is_stdout()) validation::print_tile_study(std::cout, study);
  if (csv.wanted()) csv.commit(validation::tile_study_csv(study));
  if (html.wanted()) html.commit(validation::tile_study_page(study));
  return study.outside() == 0 ? ExitCode::done : ExitCode::disagrees;
}

ExitCode validate(const Options& options) {
  const auto path = validation::find_study(options.published);
  if (path.ends_with(validation::tile_study_file)) return validate_tiles(path, options);
  OutputFile csv(options.csv);
  OutputFile html(options.html);
  const auto start = std::chrono::steady_clock::now();
  auto study = validation::run_study(path, options.study);
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  if (!csv.is_stdout() && !html.is_stdout()) {
    validation::print_study(std::cout, study);
    validation::print_times(std::cout, study);
    std::cout << fmt::format("  {} rows in {:.1f} s\n", study.rows.size(), wall.count());
  }
  if (!options.times) {  // the same model gives the same bytes
    for (auto& row : study.rows) row.wall_seconds.reset();
  }
  if (csv.wanted()) csv.commit(validation::study_csv(study));
  if (html.wanted()) html.commit(validation::study_page(study));
  return validation::count_missing(study) == 0 ? ExitCode::done : ExitCode::disagrees;
}

}  // namespace

Command add_validate(CLI::App& program) {
  auto* command = program.add_subcommand(
      "validate", "Hold the model against published tables: every row, theirs beside ours");
  const auto options = std::make_shared<Options>();
  options->study.executor.executor = explore::Executor::recurrence;
  command
      ->add_option("--published", options->published,
                   "Shipped study (fusemax, natten), or the XML file of one")
      ->type_name("STUDY")
      ->required();
  command
      ->add_option("--only", options->study.configurations,
                   "Run these configurations (or cases) of the study alone: flat,binding")
      ->delimiter(',')
      ->type_name("NAME,...");
  command->add_option("--csv", options->csv, "Write every row as CSV; - is stdout")
      ->type_name("FILE");
  command->add_option("--html", options->html, "Write a page with charts; - is stdout")
      ->type_name("FILE");
  command->add_flag("--times", options->times, "Put each row's wall time into these files too");
  command
      ->add_option("-j,--workers", options->study.workers,
                   "Threads of the recurrence executor; 0 (default): one a core")
      ->type_name("N");
  add_executor_options(*command, options->study.executor);
  command->footer(
      "Exit status 1: a row lies outside of its tolerance.\n"
      "Example: attnsim validate --published fusemax --html fusemax.html --csv fusemax.csv");
  return {command, [options] { return validate(*options); }};
}

}  // namespace attnsim::cli
