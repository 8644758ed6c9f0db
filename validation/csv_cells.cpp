#include "validation/csv_cells.h"

#include <fmt/format.h>

namespace attnsim::validation {

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

}  // namespace attnsim::validation
