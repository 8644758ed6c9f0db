#include "explore/sweep_view.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <string>
#include <vector>

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
  return taken ? "parameter_" + parameter : parameter;
}

struct Parameter {
  std::string name;
  bool has_unit = false;  ///< "16 MiB": read by people as text, compared as a number
};

std::vector<Parameter> parameters_of(Connection& file, std::int64_t sweep) {
  Statement read(file,
                 "SELECT name, max(typeof(value) <> 'text' AND text GLOB '*[A-DF-Za-df-z]*') "
                 "FROM parameter WHERE sweep = ? GROUP BY name ORDER BY name");
  read.bind_all(sweep);
  std::vector<Parameter> parameters;
  while (read.step()) parameters.push_back({read.text(0), read.integer(1) != 0});
  return parameters;
}

std::string select_parameter(std::int64_t sweep, const std::string& name, const char* what,
                             const std::string& column) {
  return fmt::format(
      "\n  (SELECT {} FROM parameter WHERE parameter.sweep = {} "
      "AND parameter.position = placed.position AND name = {}) AS {},",
      what, sweep, sql_text(name), sql_name(column));
}

}  // namespace

std::string sql_text(std::string_view text) { return quoted(text, '\''); }
std::string sql_name(std::string_view name) { return quoted(name, '"'); }

std::string select_of_sweep(Connection& file, std::int64_t sweep) {
  std::string parameters;
  for (const auto& [name, has_unit] : parameters_of(file, sweep)) {
    const auto column = column_of(name);
    parameters += select_parameter(sweep, name, has_unit ? "text" : "value", column);
    if (has_unit) parameters += select_parameter(sweep, name, "value", column + "_number");
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
