#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "validation/measured_errors.h"

/// What a comparison comes to, in sentences.
namespace attnsim::validation {

/// Rows without a result that have the reason in common.
struct MissingRows {
  std::string kernel;
  std::string why;
  std::size_t rows = 0;
};

/// Rows that were not simulated, then those whose measurement failed its check.
[[nodiscard]] std::vector<MissingRows> missing_rows(const MeasuredStudy& study);

/// The kernels whose times are off by more than `limit` in the mean.
[[nodiscard]] std::vector<RowGroup> kernels_off(const MeasuredStudy& study, double limit);

/// The kernels for which a simpler model, a roofline or the mapping's bound, is no worse than the
/// simulation.
[[nodiscard]] std::vector<RowGroup> kernels_unearned(const MeasuredStudy& study,
                                                     const MeasuredError& simpler);

/// What a MAPE of the time may be.
struct MeasuredLimits {
  double all = 0;     ///< over all rows
  double kernel = 0;  ///< over a kernel's
};
/// Whether they hold and every row has a result: a row that was not simulated holds nothing.
[[nodiscard]] bool within_limits(const MeasuredStudy& study, const MeasuredLimits& limits);

/// How many rows were simulated on what; how far off they are; which kernels are off; where the
/// simulation does not earn its place; rows that were measured faster than the machine can be.
[[nodiscard]] std::vector<std::string> summary_lines(const MeasuredStudy& study);

}  // namespace attnsim::validation
