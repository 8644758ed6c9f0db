#pragma once

#include "explore/inputs.h"

namespace attnsim::explore {

/// Loads all that the point names but a mapping, which stays empty: what one is searched for.
/// @throws InputError as `load_inputs`, and for a GPU
[[nodiscard]] Inputs load_problem(const Point& point);

}  // namespace attnsim::explore
