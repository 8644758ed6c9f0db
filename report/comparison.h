#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/run_record.h"

namespace attnsim::report {

/// A figure of runs side by side.
struct ComparisonRow {
  struct Cell {
    std::string text;  ///< "-" where the run has none
    std::optional<double> value{};
  };
  std::string name;
  std::vector<Cell> cells;  ///< by run; none: a heading
};

/// Inputs, time, speedup over the first run, utilization of each unit, traffic of each memory and
/// energy of each component.
/// @param runs  at least one
[[nodiscard]] std::vector<ComparisonRow> comparison_of(const std::vector<RunRecord>& runs);

/// Utilization of its unit by each Einsum.
[[nodiscard]] std::vector<ComparisonRow> einsum_comparison(const std::vector<RunRecord>& runs);

/// Whether a row's figures are apart by more than a hundredth of the first one, or its texts differ
/// where it has no figures.
[[nodiscard]] bool differs(const ComparisonRow& row);

}  // namespace attnsim::report
