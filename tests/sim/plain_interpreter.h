#pragma once

#include "mappings/schedule.h"
#include "sim/execution.h"

namespace attnsim::sim {

/// The semantics of a schedule written down as directly as possible: every program is unrolled into
/// a list, every token is a list of arrivals. Shares no code with the executors; their oracle.
/// @pre the schedule cannot deadlock
[[nodiscard]] Execution interpret_plainly(const mappings::Schedule& schedule);

}  // namespace attnsim::sim
