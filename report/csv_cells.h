#pragma once

#include <optional>
#include <string>

/// Cells of the CSV files that we write.
namespace attnsim::report {

/// A comma and the shortest text that reads back equal; nothing behind the comma where absent.
[[nodiscard]] std::string cell(const std::optional<double>& value);

/// In quotes, in which commas and quotes may stand.
[[nodiscard]] std::string quoted(const std::string& text);

/// The same, in quotes only where it needs them.
[[nodiscard]] std::string text_cell(const std::string& text);

}  // namespace attnsim::report
