#include "validation/measured_errors.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "validation/errors.h"

namespace attnsim::validation {
namespace {

constexpr double hertz_per_megahertz = 1e6;
constexpr double picojoules_per_millijoule = 1e9;

using Row = ComparedMeasurement;
using Error = std::optional<double>;

Error time_error(const Row& row) {
  if (!row.simulated) return std::nullopt;
  return relative_error(row.simulated->seconds, row.measured.seconds());
}

Error cycles_error(const Row& row) {
  if (!row.simulated) return std::nullopt;
  return relative_error(static_cast<double>(row.simulated->cycles), row.measured.cycles());
}

Error clock_error(const Row& row) {
  if (!row.simulated) return std::nullopt;
  return relative_error(row.simulated->clock_hz, row.measured.sm_clock_mhz * hertz_per_megahertz);
}

Error bound_error(const Row& row) {
  if (!row.simulated) return std::nullopt;
  return relative_error(row.simulated->bound_seconds, row.measured.seconds());
}

/// Of the rows that are simulated alone: the two stand side by side.
Error roofline_error(const Row& row) {
  if (!row.simulated) return std::nullopt;
  return relative_error(row.roofline_s, row.measured.seconds());
}

Error energy_error(const Row& row) {
  if (!row.simulated || !row.measured.energy_mj) return std::nullopt;
  return relative_error(row.simulated->energy_pj,
                        *row.measured.energy_mj * picojoules_per_millijoule);
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

namespace measured_error {
const MeasuredError time{"time", "simulated time", time_error};
const MeasuredError cycles{"cycles", "simulated cycles", cycles_error};
const MeasuredError clock{"clock", "clock", clock_error};
const MeasuredError bound{"bound", "bound of the mapping", bound_error};
const MeasuredError roofline{"roofline", "roofline", roofline_error};
const MeasuredError energy{"energy", "simulated energy", energy_error};
}  // namespace measured_error

const std::vector<MeasuredError>& measured_errors() {
  static const std::vector<MeasuredError> errors{measured_error::time,     measured_error::cycles,
                                                 measured_error::clock,    measured_error::bound,
                                                 measured_error::roofline, measured_error::energy};
  return errors;
}

RowNumbers all_rows_of(const MeasuredStudy& study) {
  RowNumbers rows(study.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

ErrorStatistics statistics_of(const MeasuredStudy& study, const RowNumbers& rows,
                              const MeasuredError& error) {
  ErrorStatistics statistics;
  std::vector<double> magnitudes;
  for (const auto row : rows) {
    const auto value = error.of(study.rows[row]);
    if (!value) continue;
    magnitudes.push_back(std::abs(*value));
    statistics.mape += std::abs(*value);
    statistics.bias += *value;
    if (statistics.rows++ > 0 && std::abs(*value) <= std::abs(statistics.worst)) continue;
    statistics.worst = *value;
    statistics.worst_row = row;
  }
  if (statistics.rows == 0) return statistics;
  statistics.mape /= static_cast<double>(statistics.rows);
  statistics.bias /= static_cast<double>(statistics.rows);
  statistics.median = median_of(std::move(magnitudes));
  return statistics;
}

std::vector<UnitShare> shares_of(const MeasuredStudy& study, const RowNumbers& rows) {
  std::map<std::string, UnitShare> shares;
  double simulated = 0;
  for (const auto number : rows) {
    const auto& row = study.rows[number];
    if (!row.simulated) continue;
    ++simulated;
    ++shares[row.simulated->bound_by].bounds;
    for (const auto& [unit, busy] : row.simulated->busy) shares[unit].busy += busy;
  }
  std::vector<UnitShare> sorted;
  for (auto& [unit, share] : shares) {
    if (share.busy <= 0 && share.bounds == 0) continue;
    sorted.push_back({unit, share.bounds, share.busy / simulated});
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const UnitShare& a, const UnitShare& b) { return a.busy > b.busy; });
  return sorted;
}

}  // namespace attnsim::validation
