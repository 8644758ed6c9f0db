#include "report/table.h"

#include <algorithm>
#include <fmt/format.h>
#include <ostream>
#include <stdexcept>

namespace attnsim::report {

void Table::add(std::vector<std::string> cells) {
  if (cells.size() > columns_.size()) throw std::logic_error("a row has more cells than columns");
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    auto width = columns_[column].title.size();
    for (const auto& row : rows_) width = std::max(width, row[column].size());
    widths.push_back(width);
  }
  return widths;
}

std::string Table::line(const std::vector<std::string>& cells,
                        const std::vector<std::size_t>& widths) const {
  std::string text;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    if (column > 0) text += "  ";
    text += columns_[column].align == Align::left
                ? fmt::format("{:<{}}", cells[column], widths[column])
                : fmt::format("{:>{}}", cells[column], widths[column]);
  }
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void Table::print(std::ostream& out, const std::string& indent) const {
  const auto widest = widths();
  std::vector<std::string> titles;
  for (const auto& column : columns_) titles.push_back(column.title);
  const bool titled = std::any_of(titles.begin(), titles.end(),
                                  [](const std::string& title) { return !title.empty(); });
  if (titled) out << indent << line(titles, widest) << '\n';
  for (const auto& row : rows_) out << indent << line(row, widest) << '\n';
}

}  // namespace attnsim::report
