#include "validation/errors.h"

#include <algorithm>
#include <cmath>

namespace attnsim::validation {
namespace {

/// The one of the greater size.
std::optional<double> greater(const std::optional<double>& one,
                              const std::optional<double>& other) {
  if (!one || !other) return one ? one : other;
  return std::abs(*other) > std::abs(*one) ? other : one;
}

/// Keeps the greater difference, with its sign.
void take_difference(const std::optional<double>& ours, const std::optional<double>& theirs,
                     std::optional<double>& greatest) {
  if (!ours || !theirs) return;
  greatest = greater(greatest, *ours - *theirs);
}

std::optional<double> utilization_error(const Figures& ours, const Figures& theirs) {
  std::optional<double> greatest;
  take_difference(ours.utilization_2d, theirs.utilization_2d, greatest);
  take_difference(ours.utilization_1d, theirs.utilization_1d, greatest);
  for (const auto& [einsum, utilization] : theirs.einsum_utilization) {
    const auto found = ours.einsum_utilization.find(einsum);
    if (found == ours.einsum_utilization.end()) continue;
    take_difference(found->second, utilization, greatest);
  }
  return greatest;
}

}  // namespace

const std::vector<ErrorColumn>& error_columns() {
  static const std::vector<ErrorColumn> columns{
      {"latency", &RowErrors::latency, &Tolerances::latency, true},
      {"utilization", &RowErrors::utilization, &Tolerances::utilization, false},
      {"traffic", &RowErrors::traffic, &Tolerances::traffic, true},
      {"energy", &RowErrors::energy, &Tolerances::energy, true},
      {"area", &RowErrors::area, &Tolerances::area, true}};
  return columns;
}

std::optional<double> relative_error(std::optional<double> ours, std::optional<double> published) {
  if (!ours || !published || *published == 0) return std::nullopt;
  return *ours / *published - 1;
}

RowErrors errors_of(const ComparedRow& row) {
  RowErrors errors;
  errors.latency = relative_error(row.ours.latency_s, row.published.latency_s);
  errors.utilization = utilization_error(row.ours, row.published);
  errors.traffic = relative_error(row.ours.traffic_bytes, row.published.traffic_bytes);
  errors.energy = relative_error(row.recounted_energy_pj, row.published.energy_pj);
  errors.area = greater(relative_error(row.ours.area_um2, row.published.area_um2),
                        relative_error(row.ours.array_area_um2, row.published.array_area_um2));
  return errors;
}

std::vector<std::string> misses(const ComparedRow& row, const Tolerances& within) {
  if (!row.failure.empty()) return {"no result"};
  std::vector<std::string> names;
  const auto errors = errors_of(row);
  for (const auto& column : error_columns()) {
    const auto& error = errors.*column.error;
    if (error && std::abs(*error) > within.*column.limit) names.emplace_back(column.name);
  }
  return names;
}

std::size_t count_missing(const StudyResult& study) {
  return static_cast<std::size_t>(
      std::count_if(study.rows.begin(), study.rows.end(), [&](const ComparedRow& row) {
        return !misses(row, study.tolerances.at(row.key.configuration)).empty();
      }));
}

}  // namespace attnsim::validation
