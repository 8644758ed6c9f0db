#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "validation/measured_rows.h"

/// How far off the model is, row by row and over rows of a kind: a total alone would hide a kernel
/// that is off behind others that are not.
namespace attnsim::validation {

/// An error of a row: predicted over measured, less 1; absent where one of them is.
struct MeasuredError {
  const char* name;   ///< "time": in columns of a CSV file
  const char* title;  ///< "simulated time"
  std::optional<double> (*of)(const ComparedMeasurement&);
};

namespace measured_error {
extern const MeasuredError time;      ///< of the simulated seconds
extern const MeasuredError cycles;    ///< of the simulated cycles: what a wrong clock is no part of
extern const MeasuredError clock;     ///< of the model's clock in this row
extern const MeasuredError bound;     ///< of the seconds that the mapping's busiest unit takes
extern const MeasuredError roofline;  ///< of the seconds at the machine's peaks
extern const MeasuredError energy;
}  // namespace measured_error

/// Those six, in that order.
[[nodiscard]] const std::vector<MeasuredError>& measured_errors();

/// Of the errors that there are.
struct ErrorStatistics {
  std::size_t rows = 0;
  double mape = 0;    ///< mean of the magnitudes
  double median = 0;  ///< of the magnitudes
  double bias = 0;    ///< mean with signs
  double worst = 0;   ///< the one of the greatest magnitude, with its sign
  std::size_t worst_row = 0;
};

/// Rows, by their place in the study.
using RowNumbers = std::vector<std::size_t>;

[[nodiscard]] RowNumbers all_rows_of(const MeasuredStudy& study);

[[nodiscard]] ErrorStatistics statistics_of(const MeasuredStudy& study, const RowNumbers& rows,
                                            const MeasuredError& error);

/// Rows that have something in common.
struct RowGroup {
  std::string name;
  RowNumbers rows;
};
struct Grouping {
  std::string title;  ///< what the groups differ in
  std::vector<RowGroup> groups;
};

/// A group a kernel, in the order of the file.
[[nodiscard]] Grouping by_kernel(const MeasuredStudy& study);
[[nodiscard]] Grouping by_kernel(const MeasuredStudy& study, const RowNumbers& rows);

/// By the number of keys, in binary orders.
[[nodiscard]] Grouping by_keys(const MeasuredStudy& study);

/// By family, phase, mask, keys, batch, width of a head, queries that share keys, and measured
/// time, each where the rows differ in it.
[[nodiscard]] std::vector<Grouping> by_problem(const MeasuredStudy& study);

/// What bound the rows of a group in the model.
struct UnitShare {
  std::string unit;
  std::size_t bounds = 0;  ///< rows that it bounds
  double busy = 0;         ///< share of the cycles that it is busy, mean over the simulated rows
};
/// The busiest first; units that are never busy are left out.
[[nodiscard]] std::vector<UnitShare> shares_of(const MeasuredStudy& study, const RowNumbers& rows);

/// From which MAPE on a kernel is reported as off, and the aim over all rows.
constexpr double kernel_limit = 0.20;
constexpr double total_limit = 0.10;

}  // namespace attnsim::validation
