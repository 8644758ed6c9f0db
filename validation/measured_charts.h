#pragma once

#include <optional>

#include "report/html_page.h"
#include "validation/measured_errors.h"

/// The charts of a comparison with measurements. A kernel has one colour and shape throughout.
/// Each is absent where no row has what it draws.
namespace attnsim::validation {

/// Simulated over measured time, both logarithmic, with lines at 1:1 and 10% to either side.
[[nodiscard]] std::optional<report::HtmlChart> time_scatter(const MeasuredStudy& study);

/// The error of every row over its measured time.
[[nodiscard]] std::optional<report::HtmlChart> error_over_time(const MeasuredStudy& study);

/// The error of every row, a line for each kernel with its MAPE.
[[nodiscard]] std::optional<report::HtmlChart> error_by_kernel(const MeasuredStudy& study);

/// The MAPE of the simulation, of the mapping's bound and of a roofline, for each kernel.
[[nodiscard]] std::optional<report::HtmlChart> earned_chart(const MeasuredStudy& study);

/// The mean error of each kernel at each number of keys.
[[nodiscard]] std::optional<report::HtmlChart> error_map(const MeasuredStudy& study);

/// How busy each unit is in the mean over a kernel's rows.
[[nodiscard]] std::optional<report::HtmlChart> busy_map(const MeasuredStudy& study);

/// Operations a second over operations a byte: measured, simulated, and the roofline.
[[nodiscard]] std::optional<report::HtmlChart> measured_roofline(const MeasuredStudy& study);

}  // namespace attnsim::validation
