#include "base/csv_table.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/text_file.h"
#include "base/value_text.h"

namespace attnsim {
namespace {

std::string trimmed(const std::string& text) {
  const auto* const blanks = " \t\r";
  const auto start = text.find_first_not_of(blanks);
  if (start == std::string::npos) return "";
  return text.substr(start, text.find_last_not_of(blanks) - start + 1);
}

/// The end of the cell that begins at `start`: the comma behind it, or the line's end. In quotes a
/// comma is a letter like any other. Nothing where a quote lacks its other one.
std::optional<std::size_t> end_of_cell(const std::string& line, std::size_t start) {
  const auto first = line.find_first_not_of(" \t", start);
  bool inside = false;
  for (auto i = start; i < line.size(); ++i) {
    if (line[i] == '"' && line[first] == '"') inside = !inside;
    if (line[i] == ',' && !inside) return i;
  }
  if (inside) return std::nullopt;
  return line.size();
}

/// Without the quotes around it, if it has them.
std::string unquoted(const std::string& cell) {
  if (!cell.starts_with('"')) return cell;
  std::string text;
  for (std::size_t i = 1; i < cell.size(); ++i) {
    if (cell[i] == '"') ++i;  // the second of two, or the end
    if (i < cell.size()) text += cell[i];
  }
  return text;
}

/// Some programs begin a text with this mark.
std::string without_byte_order_mark(const std::string& text) {
  constexpr const char* mark = "\xEF\xBB\xBF";
  return text.starts_with(mark) ? text.substr(3) : text;
}

}  // namespace

CsvTable::Row CsvTable::split(const std::string& line, int number) const {
  Row row{number, {}};
  for (std::size_t start = 0; start <= line.size();) {
    const int column = static_cast<int>(start) + 1;
    const auto end = end_of_cell(line, start);
    if (!end) {
      throw InputError(Place{path_, number, column},
                       "the cell begins with a quote (\") and has none at its end");
    }
    row.cells.push_back({unquoted(trimmed(line.substr(start, *end - start))), column});
    start = *end + 1;
  }
  return row;
}

void CsvTable::take_header(const Row& row) {
  for (const auto& cell : row.cells) {
    const Place place{path_, row.line, cell.column};
    if (cell.text.empty()) throw InputError(place, "a column of the table has no name");
    if (has(cell.text)) throw InputError(place, "column '" + cell.text + "' is there twice");
    columns_.push_back(cell.text);
  }
}

CsvTable CsvTable::parse(const std::string& text, const std::string& path) {
  CsvTable table;
  table.path_ = path;
  std::istringstream lines(without_byte_order_mark(text));
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto content = trimmed(line);
    if (content.starts_with('#')) table.comments_.push_back({number, trimmed(content.substr(1))});
    if (content.empty() || content.starts_with('#')) continue;
    auto row = table.split(line, number);
    if (table.columns_.empty()) {
      table.take_header(row);
      continue;
    }
    if (row.cells.size() != table.columns_.size()) {
      throw InputError(Place{path, number, 1}, "the row has " + std::to_string(row.cells.size()) +
                                                   " cells, the header names " +
                                                   std::to_string(table.columns_.size()));
    }
    table.rows_.push_back(std::move(row));
  }
  if (table.columns_.empty())
    throw InputError(path, "is a table without a line that names columns");
  return table;
}

CsvTable CsvTable::load(const std::string& path) {
  return parse(read_text_file(path), shown_path(path));
}

std::optional<std::size_t> CsvTable::index_of(const std::string& column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - columns_.begin());
}

bool CsvTable::has(const std::string& column) const { return index_of(column).has_value(); }

const std::string& CsvTable::cell(std::size_t row, const std::string& column) const {
  const auto index = index_of(column);
  if (!index) {
    throw InputError(path_, "the table has no column '" + column + "'" +
                                did_you_mean(column, columns_) + " (known: " + join(columns_) +
                                ")");
  }
  return rows_.at(row).cells[*index].text;
}

std::optional<double> CsvTable::number(std::size_t row, const std::string& column) const {
  const auto& text = cell(row, column);
  if (text.empty()) return std::nullopt;
  try {
    return value_of_text<double>(text);
  } catch (const TextError& error) {
    throw InputError(place(row, column), column + " \"" + text + "\" " + error.what());
  }
}

Place CsvTable::place(std::size_t row, const std::string& column) const {
  const auto index = index_of(column);
  const auto& found = rows_.at(row);
  return {path_, found.line, index ? found.cells[*index].column : 1};
}

}  // namespace attnsim
