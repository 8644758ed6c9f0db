#pragma once

#include <string>

#include "report/html_page.h"
#include "validation/measured_rows.h"

namespace attnsim::validation {

/// The page of a comparison: what was measured where, how far off each kernel is, beside the bound
/// and a roofline, where the time goes in the model, and every row.
[[nodiscard]] report::HtmlPage measured_document(const MeasuredStudy& study);

/// That page as a file that opens without a network.
/// @throws InputError where the chart libraries are not installed
[[nodiscard]] std::string measured_page(const MeasuredStudy& study);

}  // namespace attnsim::validation
