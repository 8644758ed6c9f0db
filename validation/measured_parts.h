#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/chart_parts.h"
#include "validation/measured_errors.h"

/// What the charts and tables of a comparison with measurements share.
namespace attnsim::validation {

/// 0.0712 as "+7.1%"; "-" where absent.
[[nodiscard]] std::string error_text(std::optional<double> error);

/// A row for a mark and its tooltip: its kernel and shape, and all that is measured and simulated.
[[nodiscard]] report::Json row_value(const ComparedMeasurement& row);
/// The lines of that tooltip.
[[nodiscard]] report::Json row_tips();

/// Colour and shape by the field "kernel", with one legend.
void add_kernel_marks(const MeasuredStudy& study, report::Json& encoding);

/// The kernels of the study, in order.
[[nodiscard]] report::Json kernel_names(const MeasuredStudy& study);

/// A logarithmic axis from `least` to `most`, with a line at each power of ten.
[[nodiscard]] report::Json powers_axis(const char* field, const char* title, double least,
                                       double most);

/// How many kernels a chart's values have.
[[nodiscard]] int kernels_in(const report::Json& values);

using report::wide_chart;

}  // namespace attnsim::validation
