#include "report/sql_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>

#include "base/overloaded.h"
#include "explore/record_json.h"
#include "report/csv_cells.h"
#include "report/table.h"

namespace attnsim::report {
namespace {

using explore::Json;
using explore::SqlTable;
using explore::SqlValue;

std::string on_one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::string shown(const SqlValue& value) {
  const Overloaded visit{
      [](std::monostate) { return std::string(); },
      [](std::int64_t number) { return std::to_string(number); },
      [](double number) { return fmt::format("{:.6g}", number); },
      [](const std::string& text) { return on_one_line(text); },
  };
  return std::visit(visit, value);
}

std::string csv_cell(const SqlValue& value) {
  const Overloaded visit{
      [](double number) { return fmt::format("{}", number); },
      [](const std::string& text) { return text_cell(text); },
      [&value](const auto&) { return shown(value); },
  };
  return std::visit(visit, value);
}

/// Text that our tables keep as JSON is given as what it says.
Json json_value(const std::string& column, const SqlValue& value) {
  const Overloaded visit{
      [](std::monostate) { return Json(); },
      [&column](const std::string& text) {
        const bool nested = column == "shapes" || column == "details";
        auto parsed = nested ? Json::parse(text, nullptr, false) : Json(text);
        return parsed.is_discarded() ? Json(text) : parsed;
      },
      [](const auto& number) { return Json(number); },
  };
  return std::visit(visit, value);
}

bool is_text(const SqlTable& table, std::size_t column) {
  return std::any_of(table.rows.begin(), table.rows.end(), [column](const auto& row) {
    return std::holds_alternative<std::string>(row[column]);
  });
}

}  // namespace

void print_sql_table(std::ostream& out, const SqlTable& table) {
  std::vector<Column> columns;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    columns.push_back({table.columns[i], is_text(table, i) ? Align::left : Align::right});
  }
  Table text(columns);
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const auto& value : row) cells.push_back(shown(value));
    text.add(std::move(cells));
  }
  text.print(out);
}

std::string sql_csv(const SqlTable& table) {
  std::string text;
  const auto separator = [](std::size_t i) { return i == 0 ? "" : ","; };
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    text += separator(i) + text_cell(table.columns[i]);
  }
  text += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += separator(i) + csv_cell(row[i]);
    text += '\n';
  }
  return text;
}

std::string sql_json(const SqlTable& table) {
  std::string text = "[";
  for (const auto& row : table.rows) {
    auto object = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) {
      object[table.columns[i]] = json_value(table.columns[i], row[i]);
    }
    text += (text.size() == 1 ? "\n" : ",\n") + explore::compact(object);
  }
  return text + "\n]\n";
}

}  // namespace attnsim::report
