#pragma once

#include <string>

#include "validation/measured_rows.h"

namespace attnsim::validation {

/// Every row, simulated beside measured, with the errors (as ratios), the bound, what bound it and
/// the command that simulates it.
[[nodiscard]] std::string measured_csv(const MeasuredStudy& study);

}  // namespace attnsim::validation
