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

}  // namespace

CsvTable::Row CsvTable::split(const std::string& line, int number) {
  Row row{number, {}};
  for (std::size_t start = 0; start <= line.size();) {
    const auto end = std::min(line.find(',', start), line.size());
    row.cells.push_back({trimmed(line.substr(start, end - start)), static_cast<int>(start) + 1});
    start = end + 1;
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
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (trimmed(line).empty() || trimmed(line).front() == '#') continue;
    auto row = split(line, number);
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
