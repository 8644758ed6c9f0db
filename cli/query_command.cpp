#include <iostream>
#include <memory>
#include <string>

#include "cli/commands.h"
#include "explore/query.h"
#include "report/sql_table.h"

namespace attnsim::cli {
namespace {

struct Options {
  std::string database;
  std::string sql;
  bool schema = false;
  bool csv = false;
  bool json = false;
};

ExitCode query(const Options& options) {
  if (options.schema) {
    std::cout << explore::schema_of(options.database);
    return ExitCode::done;
  }
  if (options.sql.empty()) throw CLI::RequiredError("SQL (or --schema)");
  const auto table = explore::query(options.database, options.sql);
  if (options.csv) {
    std::cout << report::sql_csv(table);
  } else if (options.json) {
    std::cout << report::sql_json(table);
  } else {
    report::print_sql_table(std::cout, table);
  }
  return ExitCode::done;
}

}  // namespace

Command add_query(CLI::App& program) {
  auto* command = program.add_subcommand("query", "Ask a sweep's results database in SQL");
  const auto options = std::make_shared<Options>();
  command->add_option("database", options->database, "What `attnsim sweep -o` wrote; only read")
      ->required()
      ->type_name("FILE");
  auto* sql = command->add_option("sql", options->sql, "A SELECT")->type_name("SQL");
  auto* csv = command->add_flag("--csv", options->csv, "Print CSV, numbers in full");
  command->add_flag("--json", options->json, "Print a list of objects")->excludes(csv);
  command->add_flag("--schema", options->schema, "Print the tables and views that there are")
      ->excludes(sql);
  command->footer(
      "Each sweep is a view of its own name, with a column for each parameter; see also the views\n"
      "best, failure, traffic, energy, utilization and einsum.\n"
      "Example: attnsim query r.sqlite \"SELECT * FROM best\"");
  return {command, [options] { return query(*options); }};
}

}  // namespace attnsim::cli
