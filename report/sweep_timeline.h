#pragma once

#include <string>

#include "explore/inputs.h"
#include "report/gantt_chart.h"

namespace attnsim::report {

/// Runs a point again and shows some periods of its steady state.
/// @throws InputError where its mapping is of launches, DeadlockError
[[nodiscard]] Gantt timeline_of(const explore::Inputs& inputs, const std::string& title);

}  // namespace attnsim::report
