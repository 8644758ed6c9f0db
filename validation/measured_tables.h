#pragma once

#include "report/html_page.h"
#include "validation/measured_errors.h"

namespace attnsim::validation {

/// The errors of each kernel and of all: time, cycles, bound, roofline, clock, energy.
[[nodiscard]] report::HtmlTable kernel_table(const MeasuredStudy& study);

/// The errors of the time by phase, mask, length and so on.
[[nodiscard]] report::HtmlTable problem_table(const MeasuredStudy& study);

/// The rows without a result and why; no rows if there are none.
[[nodiscard]] report::HtmlTable missing_table(const MeasuredStudy& study);

/// Every row: measured, simulated, errors, what bound it and the command that simulates it.
[[nodiscard]] report::HtmlTable measured_row_table(const MeasuredStudy& study);

}  // namespace attnsim::validation
