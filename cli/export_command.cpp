#include <memory>
#include <string>

#include "cli/commands.h"
#include "cli/output.h"
#include "explore/query.h"
#include "report/sql_table.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string database;
  std::string sweep;
  std::string csv;
  std::string json;
};

ExitCode export_rows(const Options& options) {
  if (options.csv.empty() && options.json.empty()) throw CLI::RequiredError("--csv or --json");
  OutputFile csv(options.csv);
  OutputFile json(options.json);
  if (csv.wanted()) {
    csv.commit(report::sql_csv(explore::rows_of_sweep(options.database, options.sweep, false)));
  }
  if (json.wanted()) {
    json.commit(report::sql_json(explore::rows_of_sweep(options.database, options.sweep, true)));
  }
  return ExitCode::done;
}

}  // namespace

Command add_export(CLI::App& program) {
  auto* command = program.add_subcommand("export", "Write a sweep's results as CSV or JSON");
  const auto options = std::make_shared<Options>();
  command->add_option("database", options->database, "What `attnsim sweep -o` wrote; only read")
      ->required()
      ->type_name("FILE");
  command->add_option("--sweep", options->sweep, "Which, where the database holds several")
      ->type_name("NAME");
  command->add_option("--csv", options->csv, "A line for each point that is done; - is stdout")
      ->type_name("FILE");
  command->add_option("--json", options->json, "The same with the whole results; - is stdout")
      ->type_name("FILE");
  command->footer(
      "Rows stand in the sweep's order, those that failed too, with their status and error.\n"
      "Example: attnsim export r.sqlite --csv r.csv");
  return {command, [options] { return export_rows(*options); }};
}

}  // namespace attnsim::cli
