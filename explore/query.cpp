#include "explore/query.h"

#include "base/error.h"
#include "explore/database_file.h"
#include "explore/database_sweeps.h"
#include "explore/sweep_view.h"

namespace attnsim::explore {
namespace {

SqlTable table_of(Statement& statement) {
  SqlTable table;
  for (int i = 0; i < statement.columns(); ++i) table.columns.push_back(statement.title(i));
  while (statement.step()) {
    auto& row = table.rows.emplace_back();
    for (int i = 0; i < statement.columns(); ++i) row.push_back(statement.value(i));
  }
  return table;
}

}  // namespace

SqlTable query(const std::string& path, const std::string& sql) {
  auto file = open_to_read(path);
  Statement statement(file, sql);
  if (!statement.whole()) throw InputError("SQL", "one statement at a time: \"" + sql + "\"");
  if (!statement.reads_only()) {
    throw InputError("SQL", "a query only reads, this changes something: \"" + sql + "\"");
  }
  return table_of(statement);
}

SqlTable rows_of_sweep(const std::string& path, const std::string& sweep, bool details) {
  auto file = open_to_read(path);
  const auto select = select_of_sweep(file, find_sweep(file, sweep));
  Statement statement(file, details ? "SELECT done.*, point.details FROM (" + select +
                                          ") AS done JOIN point USING (key) ORDER BY done.position"
                                    : select + " ORDER BY placed.position");
  return table_of(statement);
}

std::string schema_of(const std::string& path) {
  auto file = open_to_read(path);
  Statement statement(file, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid");
  std::string text;
  while (statement.step()) text += statement.text(0) + ";\n";
  return text;
}

}  // namespace attnsim::explore
