#include "arch/technology.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/quantity_text.h"
#include "base/text_file.h"

namespace attnsim::arch {
namespace {

constexpr const char* other_columns = ",width_bits,read_pj,write_pj,area_um2";

struct Cell {
  std::string text;
  Place place;
};

std::vector<Cell> cells_of(const std::string& line, Place place) {
  std::vector<Cell> cells;
  std::size_t start = 0;
  while (start <= line.size()) {
    const auto end = std::min(line.find(',', start), line.size());
    place.column = static_cast<int>(start) + 1;
    cells.push_back({line.substr(start, end - start), place});
    start = end + 1;
  }
  return cells;
}

template <class T>
T read_cell(const Cell& cell) {
  try {
    const auto value = value_of_text<T>(cell.text);
    // A logarithm is taken of every figure.
    if (!(value > T())) throw TextError("must be greater than 0");
    return value;
  } catch (const TextError& error) {
    throw InputError(cell.place, "\"" + cell.text + "\" " + error.what());
  }
}

TechnologyTable::Size read_header(const std::string& line, const Place& place) {
  if (line == std::string("capacity_bytes") + other_columns) return TechnologyTable::Size::bytes;
  if (line == std::string("entries") + other_columns) return TechnologyTable::Size::entries;
  throw InputError(place, std::string("is not the header of a technology table: capacity_bytes") +
                              other_columns + " (or entries, as the first column)");
}

void read_row(const std::string& line, const Place& place, TechnologyTable& table) {
  const auto cells = cells_of(line, place);
  constexpr std::size_t columns = 5;
  if (cells.size() != columns) {
    throw InputError(
        place, "has " + std::to_string(cells.size()) + " columns, not " + std::to_string(columns));
  }
  const auto size = read_cell<std::uint64_t>(cells[0]);
  const Bits width(read_cell<std::uint64_t>(cells[1]));
  const MemoryFigures figures{Picojoules(read_cell<double>(cells[2])),
                              Picojoules(read_cell<double>(cells[3])),
                              SquareMicrons(read_cell<double>(cells[4]))};
  if (!table.rows[width].emplace(size, figures).second) {
    throw InputError(place, "gives a memory of an earlier line again");
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
  TechnologyTable table;
  std::istringstream lines(text);
  Place place{path, 0, 1};
  bool headed = false;
  for (std::string line; std::getline(lines, line);) {
    ++place.line;
    if (line.empty() || line.front() == '#') continue;
    if (headed) {
      read_row(line, place, table);
    } else {
      table.size = read_header(line, place);
      headed = true;
    }
  }
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
