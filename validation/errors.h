#pragma once

#include <optional>
#include <string>
#include <vector>

#include "validation/study.h"

namespace attnsim::validation {

/// 0.01 for one percent more; absent where one of them is, or theirs is 0.
[[nodiscard]] std::optional<double> relative_error(std::optional<double> ours,
                                                   std::optional<double> published);

/// Ours against theirs, by column; absent where one of the two says nothing. Utilizations as the
/// greatest difference of any, all else as ours / theirs - 1.
struct RowErrors {
  std::optional<double> latency;
  std::optional<double> utilization;
  std::optional<double> traffic;
  std::optional<double> energy;  ///< of the recounted energy
  std::optional<double> area;    ///< of the chip or of its 2D array, whichever is further off
};

/// One column of `RowErrors`, its limit, and what heads it.
struct ErrorColumn {
  const char* name;
  std::optional<double> RowErrors::*error;
  double Tolerances::*limit;
  bool relative;
};

/// Latency, utilization, traffic, energy, area.
[[nodiscard]] const std::vector<ErrorColumn>& error_columns();

[[nodiscard]] RowErrors errors_of(const ComparedRow& row);

/// The columns that lie outside of their tolerance; {"no result"} for a row that failed.
[[nodiscard]] std::vector<std::string> misses(const ComparedRow& row, const Tolerances& within);

/// The rows that miss something.
[[nodiscard]] std::size_t count_missing(const StudyResult& study);

}  // namespace attnsim::validation
