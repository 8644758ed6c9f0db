#include "arch/technology.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/csv_table.h"
#include "base/data_root.h"
#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/quantity_text.h"
#include "base/text_file.h"

namespace attnsim::arch {
namespace {

constexpr std::array<std::pair<TechnologyTable::Size, const char*>, 2> sizes{
    {{TechnologyTable::Size::bytes, "capacity_bytes"},
     {TechnologyTable::Size::entries, "entries"}}};

const std::vector<std::string> figure_columns{"width_bits", "read_pj", "write_pj", "area_um2"};

template <class T>
T read_cell(const CsvTable& table, std::size_t row, const std::string& column) {
  const auto& text = table.cell(row, column);
  try {
    const auto value = value_of_text<T>(text);
    // A logarithm is taken of every figure.
    if (!(value > T())) throw TextError("must be greater than 0");
    return value;
  } catch (const TextError& error) {
    throw InputError(table.place(row, column), "\"" + text + "\" " + error.what());
  }
}

/// What the first column gives the size in.
TechnologyTable::Size read_columns(const CsvTable& csv) {
  for (const auto& [size, name] : sizes) {
    auto columns = figure_columns;
    columns.insert(columns.begin(), name);
    if (csv.columns() == columns) return size;
  }
  throw InputError(csv.place(),
                   "is no technology table: its columns are to be capacity_bytes (or "
                   "entries), " +
                       join(figure_columns));
}

void read_row(const CsvTable& csv, std::size_t row, TechnologyTable& table) {
  const auto& size_column = csv.columns().front();
  const auto size = read_cell<std::uint64_t>(csv, row, size_column);
  const Bits width(read_cell<std::uint64_t>(csv, row, "width_bits"));
  const MemoryFigures figures{Picojoules(read_cell<double>(csv, row, "read_pj")),
                              Picojoules(read_cell<double>(csv, row, "write_pj")),
                              SquareMicrons(read_cell<double>(csv, row, "area_um2"))};
  if (!table.rows[width].emplace(size, figures).second) {
    throw InputError(csv.place(row, size_column), "gives a memory of an earlier line again");
  }
}

std::string size_text(const TechnologyTable& table, std::uint64_t size) {
  if (table.size == TechnologyTable::Size::bytes) return to_text(Bytes(size));
  return std::to_string(size) + (size == 1 ? " entry" : " entries");
}

double between(double low, double high, double share) {
  return std::clamp(low * std::pow(high / low, share), std::min(low, high), std::max(low, high));
}

}  // namespace

TechnologyTable parse_technology_table(const std::string& text, const std::string& path) {
  const auto csv = CsvTable::parse(text, path);
  TechnologyTable table;
  table.size = read_columns(csv);
  for (std::size_t row = 0; row < csv.rows(); ++row) read_row(csv, row, table);
  if (table.rows.empty()) throw InputError(path, "is a technology table without a row");
  return table;
}

TechnologyTable load_technology_table(const std::string& path) {
  return parse_technology_table(read_text_file(path), path);
}

MemoryFigures figures_at(const TechnologyTable& table, std::uint64_t size, Bits width) {
  const auto found = table.rows.find(width);
  if (found == table.rows.end()) {
    std::vector<std::string> widths;
    for (const auto& [known, rows] : table.rows) widths.push_back(to_text(known));
    throw TextError("has no memory that is " + to_text(width) +
                    " wide (its widths: " + join(widths) + ")");
  }
  const auto& rows = found->second;
  const auto above = rows.lower_bound(size);
  if (above != rows.end() && above->first == size) return above->second;
  if (above == rows.end() || above == rows.begin()) {
    throw TextError("has no figures for " + size_text(table, size) + ": at " + to_text(width) +
                    " it goes from " + size_text(table, rows.begin()->first) + " to " +
                    size_text(table, rows.rbegin()->first));
  }
  const auto& [low_size, low] = *std::prev(above);
  const auto& [high_size, high] = *above;
  const auto share = std::log(static_cast<double>(size) / static_cast<double>(low_size)) /
                     std::log(static_cast<double>(high_size) / static_cast<double>(low_size));
  const auto mix = [share](auto one, auto other) {
    return decltype(one)(between(one.count(), other.count(), share));
  };
  return {mix(low.read_energy, high.read_energy), mix(low.write_energy, high.write_energy),
          mix(low.area, high.area)};
}

bool is_path_of_table(const std::string& table) {
  return table.find('/') != std::string::npos || table.ends_with(".csv");
}

std::string path_of_table(const std::string& table, const std::string& architecture_path) {
  namespace fs = std::filesystem;
  if (is_path_of_table(table)) return (fs::path(architecture_path).parent_path() / table).string();
  return (fs::path(data_root()) / "arch/technology" / (table + ".csv")).string();
}

std::vector<std::string> technology_tables_in(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    if (file->path().extension() == ".csv") names.push_back(file->path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace attnsim::arch
