#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "explore/input_cache.h"
#include "explore/record.h"
#include "explore/sweep.h"

namespace attnsim::explore {

/// The points of a sweep, in its order: bases outermost, then parameters as they stand in the file,
/// then workloads, models and, innermost, lengths.
struct SweepPoints {
  std::vector<Task> tasks;
  std::int64_t left_out = 0;  ///< by limits
};

/// What the sweep's file says, point by point, with keys. A point that cannot be loaded is one of
/// them; what no point could do is an error here: a name that is unknown, a set whose XPath selects
/// nothing, a formula that names what is not there.
/// @param version  of the program, for the keys
/// @throws InputError at the place in the sweep's file
[[nodiscard]] SweepPoints points_of(const Sweep& sweep, const std::string& version,
                                    InputCache& cache);

}  // namespace attnsim::explore
