#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/place.h"

namespace attnsim {

/// A table of comma-separated values with named columns: '#' starts a comment line, the first other
/// line names the columns, empty lines count for nothing. A cell with a comma in it stands in
/// quotes, a quote in there is written twice; a cell ends with its line.
class CsvTable {
 public:
  /// What stands behind the '#' of a comment line, without blanks around it.
  struct Comment {
    int line = 0;
    std::string text;
  };

  /// @throws InputError at "file:line:column" for a header that names a column twice or not at all,
  ///         a row with more or fewer cells than the header, or a quote without its other one
  static CsvTable parse(const std::string& text, const std::string& path);

  /// @throws InputError also if the file cannot be read
  static CsvTable load(const std::string& path);

  [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
  [[nodiscard]] const std::vector<Comment>& comments() const { return comments_; }
  [[nodiscard]] std::size_t rows() const { return rows_.size(); }
  [[nodiscard]] bool has(const std::string& column) const;
  [[nodiscard]] Place place() const { return {path_, 0, 0}; }

  /// @throws InputError naming the columns there are if there is none of this name
  [[nodiscard]] const std::string& cell(std::size_t row, const std::string& column) const;

  /// Nothing where the cell is empty. @throws InputError at the cell if it is no finite number
  [[nodiscard]] std::optional<double> number(std::size_t row, const std::string& column) const;

  /// Of a cell of the row; of the row where the table has no such column.
  [[nodiscard]] Place place(std::size_t row, const std::string& column) const;

 private:
  struct Cell {
    std::string text;
    int column = 0;  ///< in its line, from 1
  };
  struct Row {
    int line = 0;
    std::vector<Cell> cells;
  };

  [[nodiscard]] Row split(const std::string& line, int number) const;
  void take_header(const Row& row);
  [[nodiscard]] std::optional<std::size_t> index_of(const std::string& column) const;

  std::string path_;
  std::vector<std::string> columns_;
  std::vector<Row> rows_;
  std::vector<Comment> comments_;
};

}  // namespace attnsim
