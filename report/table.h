#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <utility>
#include <vector>

namespace attnsim::report {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::right;
};

/// A plain text table: columns as wide as their widest cell, two spaces between them, nothing
/// behind the last one. Text in, text out; cells are ASCII.
class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  /// One cell per column; cells that are missing at the end stay empty.
  /// @throws std::logic_error if there are more cells than columns
  void add(std::vector<std::string> cells);

  /// A heading inside the table, over the rows that follow.
  void add_heading(const std::string& text) { add({text}); }

  [[nodiscard]] bool empty() const { return rows_.empty(); }

  /// The titles (unless all are empty) and the rows, each on its line.
  void print(std::ostream& out, const std::string& indent = "") const;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;
  [[nodiscard]] std::string line(const std::vector<std::string>& cells,
                                 const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace attnsim::report
