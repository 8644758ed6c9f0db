#include "validation/study_csv.h"

#include <fmt/format.h>
#include <vector>

#include "report/csv_cells.h"
#include "validation/errors.h"

namespace attnsim::validation {
namespace {

using report::cell;
using report::quoted;

struct FigureColumn {
  const char* name;
  std::optional<double> Figures::*field;
};

const std::vector<FigureColumn>& figure_columns() {
  static const std::vector<FigureColumn> columns{
      {"latency_s", &Figures::latency_s},           {"utilization_2d", &Figures::utilization_2d},
      {"utilization_1d", &Figures::utilization_1d}, {"traffic_bytes", &Figures::traffic_bytes},
      {"energy_pj", &Figures::energy_pj},           {"area_um2", &Figures::area_um2},
      {"array_area_um2", &Figures::array_area_um2}};
  return columns;
}

std::string header() {
  std::string line = "configuration,model,sequence_length,pe_dimension";
  for (const auto& column : figure_columns()) {
    line += fmt::format(",{0}_published,{0}", column.name);
  }
  line += ",energy_recounted_pj";
  for (const auto& column : error_columns()) line += fmt::format(",{}_error", column.name);
  return line + ",bound_cycles,cycles,bound_by,outside,failure,command,wall_seconds\n";
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

std::string line_of(const ComparedRow& row, const Tolerances& within) {
  const auto& key = row.key;
  auto line = fmt::format("{},{},{},", key.configuration, key.model, key.sequence_length);
  if (key.pe_dimension) line += std::to_string(*key.pe_dimension);
  for (const auto& column : figure_columns()) {
    line += cell(row.published.*column.field) + cell(row.ours.*column.field);
  }
  line += cell(row.recounted_energy_pj);
  const auto errors = errors_of(row);
  for (const auto& column : error_columns()) line += cell(errors.*column.error);
  line += fmt::format(",{},{},{},{},{},{}", row.bound_cycles, row.cycles, row.bound_by,
                      joined(misses(row, within)), row.failure.empty() ? "" : quoted(row.failure),
                      quoted(row.command));
  return line + cell(row.wall_seconds) + '\n';
}

}  // namespace

std::string study_csv(const StudyResult& study) {
  auto text = header();
  for (const auto& row : study.rows) {
    text += line_of(row, study.tolerances.at(row.key.configuration));
  }
  return text;
}

}  // namespace attnsim::validation
