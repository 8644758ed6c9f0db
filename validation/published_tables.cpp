#include "validation/published_tables.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "base/value_text.h"

namespace attnsim::validation {
namespace {

constexpr const char* einsum_prefix = "einsum_";

const std::vector<std::string> key_columns{"configuration", "model", "sequence_length",
                                           "pe_dimension"};

using Field = std::optional<double> Figures::*;
constexpr std::array<std::pair<const char*, Field>, 7> figure_columns{
    {{"latency_s", &Figures::latency_s},
     {"utilization_2d", &Figures::utilization_2d},
     {"utilization_1d", &Figures::utilization_1d},
     {"traffic_bytes", &Figures::traffic_bytes},
     {"energy_pj", &Figures::energy_pj},
     {"area_um2", &Figures::area_um2},
     {"array_area_um2", &Figures::array_area_um2}}};

void check_columns(const CsvTable& table) {
  auto known = key_columns;
  for (const auto& [name, field] : figure_columns) known.emplace_back(name);
  for (const auto& column : table.columns()) {
    if (column.starts_with(einsum_prefix)) continue;
    if (std::find(known.begin(), known.end(), column) != known.end()) continue;
    throw InputError(table.place(), "unknown column '" + column + "'" +
                                        did_you_mean(column, known) + " (known: " + join(known) +
                                        ", " + einsum_prefix + "NAME)");
  }
}

RowKey key_of(const CsvTable& table, std::size_t row) {
  RowKey key{table.cell(row, "configuration"), table.cell(row, "model"),
             table.cell(row, "sequence_length"), std::nullopt};
  if (!table.has("pe_dimension")) return key;
  try {
    key.pe_dimension = value_of_text<std::int64_t>(table.cell(row, "pe_dimension"));
  } catch (const TextError& error) {
    throw InputError(table.place(row, "pe_dimension"), std::string("pe_dimension ") + error.what());
  }
  return key;
}

void take(const CsvTable& table, std::size_t row, const char* column, Field field,
          Figures& figures) {
  if (!table.has(column)) return;
  const auto value = table.number(row, column);
  if (!value) return;
  if (figures.*field) {
    throw InputError(table.place(row, column), std::string(column) + " of this row is there twice");
  }
  figures.*field = value;
}

void take_einsums(const CsvTable& table, std::size_t row, Figures& figures) {
  for (const auto& column : table.columns()) {
    if (!column.starts_with(einsum_prefix)) continue;
    const auto value = table.number(row, column);
    if (value)
      figures.einsum_utilization[column.substr(std::string(einsum_prefix).size())] = *value;
  }
}

PublishedRow& row_of(const RowKey& key, std::vector<PublishedRow>& rows) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const PublishedRow& row) { return row.key == key; });
  if (found != rows.end()) return *found;
  rows.push_back({key, {}});
  return rows.back();
}

}  // namespace

void add_rows(const CsvTable& table, std::vector<PublishedRow>& rows) {
  check_columns(table);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    auto& row = row_of(key_of(table, i), rows);
    for (const auto& [name, field] : figure_columns) take(table, i, name, field, row.figures);
    take_einsums(table, i, row.figures);
  }
}

}  // namespace attnsim::validation
