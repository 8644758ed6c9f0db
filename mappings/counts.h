#pragma once

#include "mappings/schedule.h"

namespace attnsim::mappings {

/// How often every operation of a Schedule runs, per variant, in closed form: no walk over the
/// iterations. An executor must count the same.
[[nodiscard]] ExecutionCounts count_executions(const Schedule& schedule);

}  // namespace attnsim::mappings
