#pragma once

#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// The plan as a loop nest in text, a line each: loops with trips and tiles, what every level holds
/// and its bytes, each Einsum with its unit, tile shape and cycles, and the transfers.
[[nodiscard]] std::vector<std::string> draw(const Problem& problem, const Plan& plan);

}  // namespace attnsim::mappings
