#pragma once

#include <iosfwd>
#include <vector>

#include "report/run_record.h"

namespace attnsim::report {

/// Runs side by side, a column each: time, speedup over the first, utilization of each unit,
/// traffic of each memory, energy of each component and what bound each run. A component that a
/// run does not have shows as "-".
/// @param runs  at least one
void print_comparison(std::ostream& out, const std::vector<RunRecord>& runs);

}  // namespace attnsim::report
