#include "explore/sweep_view.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace attnsim::explore {
namespace {

constexpr std::array<const char*, 20> columns{
    "arch",         "mapping",  "cascade", "model",        "seq",
    "length",       "status",   "cycles",  "seconds",      "energy_pj",
    "area_um2",     "bound_by", "shapes",  "bound_cycles", "algorithm_bound_cycles",
    "buffer_bytes", "error",    "key",     "position",     "details"};

std::string quoted(std::string_view text, char quote) {
  std::string result(1, quote);
  for (const char letter : text) {
    result += letter;
    if (letter == quote) result += letter;
  }
  return result + quote;
}

/// A parameter may be called like a column: the columns keep their names.
std::string column_of(const std::string& parameter) {
  const bool taken = std::find(columns.begin(), columns.end(), parameter) != columns.end();
  return sql_name(taken ? "parameter_" + parameter : parameter);
}

}  // namespace

std::string sql_text(std::string_view text) { return quoted(text, '\''); }
std::string sql_name(std::string_view name) { return quoted(name, '"'); }

std::vector<std::string> parameter_names(Connection& file, std::int64_t sweep) {
  Statement statement(file, "SELECT DISTINCT name FROM parameter WHERE sweep = ? ORDER BY name");
  statement.bind_all(sweep);
  std::vector<std::string> names;
  while (statement.step()) names.push_back(statement.text(0));
  return names;
}

std::string select_of_sweep(Connection& file, std::int64_t sweep) {
  std::string parameters;
  for (const auto& name : parameter_names(file, sweep)) {
    parameters += fmt::format(
        "\n  (SELECT value FROM parameter WHERE parameter.sweep = {} "
        "AND parameter.position = placed.position AND name = {}) AS {},",
        sweep, sql_text(name), column_of(name));
  }
  return fmt::format(
      "SELECT placed.position,{}\n  point.arch, point.mapping, point.cascade, point.model, "
      "placed.seq, placed.length, status,\n  cycles, seconds, energy_pj, area_um2, bound_cycles, "
      "bound_by, algorithm_bound_cycles, buffer_bytes,\n  shapes, error, key\n"
      "FROM sweep_point AS placed JOIN point USING (key) WHERE placed.sweep = {}",
      parameters, sweep);
}

void create_sweep_view(Connection& file, std::int64_t sweep, const std::string& name) {
  if (name.starts_with("sqlite_")) return;  // reserved
  const auto same = "SELECT count(*) FROM sqlite_schema WHERE name = " + sql_text(name);
  const auto select = select_of_sweep(file, sweep);
  if (file.integer(same + " AND sql LIKE '%FROM sweep_point AS placed%'") == 1) {
    file.execute("DROP VIEW " + sql_name(name));
  }
  if (file.integer(same) == 0) {
    file.execute("CREATE VIEW " + sql_name(name) + " AS " + select);
  }
}

}  // namespace attnsim::explore
