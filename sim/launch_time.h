#pragma once

#include <map>
#include <string>

#include "arch/components.h"
#include "mappings/launch.h"

namespace attnsim::sim {

/// Cycles from the first block's start to the last one's end, at a clock (of the multiprocessors:
/// the memories' bandwidths are in seconds).
/// @param cold  nothing of the data is in L2 yet
[[nodiscard]] double launch_cycles(const arch::Architecture& architecture, std::size_t units,
                                   const mappings::LoweredLaunch& launch, bool cold, double clock);

/// Cycles that each unit and memory is busy at the least, if all share the work evenly.
[[nodiscard]] std::map<std::string, double> bounds_of(const arch::Architecture& architecture,
                                                      const mappings::LoweredLaunch& launch,
                                                      double clock);

}  // namespace attnsim::sim
