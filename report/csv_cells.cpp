#include "report/csv_cells.h"

#include <fmt/format.h>

namespace attnsim::report {

std::string cell(const std::optional<double>& value) {
  return value ? fmt::format(",{}", *value) : ",";
}

std::string quoted(const std::string& text) {
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c == '\n' ? ' ' : c;
  }
  return cell + '"';
}

std::string text_cell(const std::string& text) {
  return text.find_first_of(",\"#\n") == std::string::npos ? text : quoted(text);
}

}  // namespace attnsim::report
