#include "validation/tile_study.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

#include "base/csv_table.h"
#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/xml.h"
#include "explore/inputs.h"
#include "workloads/library.h"
#include "workloads/model.h"

namespace attnsim::validation {
namespace {

namespace fs = std::filesystem;

/// "Y=256 X=256", as cells hold no commas, in the form of the command line.
std::string with_commas(std::string text) {
  std::replace(text.begin(), text.end(), ' ', ',');
  return text;
}

double required(const CsvTable& table, std::size_t row, const std::string& column) {
  const auto number = table.number(row, column);
  if (number && *number > 0) return *number;
  throw InputError(table.place(row, column), column + " must be a number greater than 0");
}

TileRow read_row(const CsvTable& table, std::size_t row) {
  TileRow result;
  result.name = table.cell(row, "case");
  result.cascade = table.cell(row, "cascade");
  result.shape = table.cell(row, "shape");
  result.query_tiles = table.cell(row, "query_tiles");
  result.key_tiles = table.cell(row, "key_tiles");
  result.tiles_are = table.cell(row, "tiles_are");
  result.published_text = table.cell(row, "end_to_end_speedup");
  result.published = required(table, row, "end_to_end_speedup");
  result.share = required(table, row, "share");
  if (result.share <= 1) return result;
  throw InputError(table.place(row, "share"), "share must be at most 1");
}

void run(TileRow& row) {
  const auto cascade =
      explore::read_cascade(find_shipped(workloads::Shipped::cascade, row.cascade));
  const auto parse = [](const std::string& text) {
    return workloads::parse_shape(with_commas(text));
  };
  const einsum::Tiling tiling{"", parse(row.query_tiles), parse(row.key_tiles)};
  const auto shapes = shapes_for_tiles(cascade, tiling, parse(row.shape));
  row.tiles = count_tiles(cascade, tiling, shapes).all;
  row.ours = einsum::end_to_end_speedup(row.tiles.speedup(), row.share);
}

void keep_only(const std::vector<std::string>& cases, const Place& place, TileStudyResult& study) {
  std::vector<std::string> known;
  for (const auto& row : study.rows) {
    if (known.empty() || known.back() != row.name) known.push_back(row.name);
  }
  for (const auto& name : cases) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw InputError(place, "the study has no case '" + name + "'" + did_you_mean(name, known) +
                                " (known: " + join(known) + ")");
  }
  std::erase_if(study.rows, [&](const TileRow& row) {
    return std::find(cases.begin(), cases.end(), row.name) == cases.end();
  });
}

}  // namespace

bool TileRow::is_exact() const {
  const auto point = published_text.find('.');
  const auto digits = point == std::string::npos ? 0 : published_text.size() - point - 1;
  return fmt::format("{:.{}f}", ours, digits) == published_text;
}

std::string TileRow::command() const {
  return fmt::format("attnsim tiles {} --shape {} --query-tiles {} --key-tiles {} --share {}",
                     cascade, with_commas(shape), with_commas(query_tiles), with_commas(key_tiles),
                     share);
}

std::size_t TileStudyResult::outside() const {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const TileRow& row) {
    return !(std::abs(row.error()) <= within);
  }));
}

std::size_t TileStudyResult::exact() const {
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](const TileRow& row) { return row.is_exact(); }));
}

double TileStudyResult::greatest_error() const {
  double greatest = 0;
  for (const auto& row : rows) greatest = std::max(greatest, std::abs(row.error()));
  return greatest;
}

TileStudyResult run_tile_study(const std::string& path, const std::vector<std::string>& cases) {
  const auto root = XmlElement::load(path, "tile_study");
  TileStudyResult study;
  study.name = root.required<std::string>("name");
  study.title = root.required<std::string>("title");
  study.source = root.required<std::string>("source");
  study.within = root.required<double>("within");
  const auto file = fs::path(path).parent_path() / root.required<std::string>("table");
  static_cast<void>(root.children({}));
  root.reject_unread();
  const auto table = CsvTable::load(file.string());
  for (std::size_t row = 0; row < table.rows(); ++row) study.rows.push_back(read_row(table, row));
  if (!cases.empty()) keep_only(cases, root.place(), study);
  for (auto& row : study.rows) run(row);
  return study;
}

}  // namespace attnsim::validation
