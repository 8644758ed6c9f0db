#pragma once

#include "mappings/schedule.h"

namespace attnsim::mappings {

/// How often every operation of a Schedule runs, per variant, in closed form. An executor must
/// count the same. No walk over the iterations, but for one thing: of the loops that the regions of
/// one operation name, all but the innermost are gone through.
[[nodiscard]] ExecutionCounts count_executions(const Schedule& schedule);

}  // namespace attnsim::mappings
