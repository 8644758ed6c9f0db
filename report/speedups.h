#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/sweep_view.h"

namespace attnsim::report {

/// What speedups are over: the points at one level of an axis.
struct Baseline {
  std::string axis;  ///< "configuration", or a parameter
  std::string level;
};

/// The first configuration, or where there is one only, the first value of the first parameter that
/// varies; absent where nothing varies.
[[nodiscard]] std::optional<Baseline> default_baseline(const SweepView& view);

/// "configuration=flat" as typed.
/// @throws InputError naming the axes or levels that there are
[[nodiscard]] Baseline parse_baseline(const SweepView& view, const std::string& text);

/// Geometric mean over pairs of points that are alike in all but the baseline's axis.
struct Speedup {
  std::string level;
  std::optional<std::size_t> workload;  ///< absent: over all workloads
  double mean = 0;                      ///< baseline's time over this one's
  double least = 0;
  double most = 0;
  int pairs = 0;
};

struct Speedups {
  Baseline baseline;
  std::vector<std::string> levels;   ///< but the baseline's
  std::vector<Speedup> by_workload;  ///< by level, then workload
  std::vector<Speedup> overall;      ///< by level
  int unpaired = 0;                  ///< points without a counterpart in the baseline
};

/// Of the rows that are ok.
[[nodiscard]] Speedups speedups_of(const SweepView& view, const Baseline& baseline);

}  // namespace attnsim::report
