#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// A loop that a tensor lacks, and so sums over, around one that goes on to other tiles of it.
struct SplitSum {
  int sum = 0;             ///< depth of the former, the outermost such
  int other = 0;           ///< depth of the first of the latter
  std::int64_t tiles = 1;  ///< that one iteration of the former makes
};

/// How the loops of `path`, which are around `maker`, split the sums of `tensor`; nothing if each
/// is complete before another is begun. Loops of one iteration split nothing, and neither do those
/// in one iteration of which alone `maker` runs.
[[nodiscard]] std::optional<SplitSum> split_sum(const Problem& problem, const Plan& plan,
                                                const PlanOp& maker,
                                                const std::vector<LoopId>& path,
                                                const std::string& tensor);

}  // namespace attnsim::mappings
