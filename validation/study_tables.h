#pragma once

#include <optional>
#include <string>

#include "report/html_page.h"
#include "validation/study_points.h"

namespace attnsim::validation {

/// 0.0123 as "+1.230%"; "-" where absent.
[[nodiscard]] std::string signed_percent(std::optional<double> ratio);

/// With a capital: names of headlines and reasons stand at the start of a line here.
[[nodiscard]] std::string sentence(std::string text);

/// Four significant digits: 0.7875 as "78.75%", 0.79 as "79%".
[[nodiscard]] std::string percentage(double ratio);

/// Five significant digits, thousands grouped; a measure without a unit in percent.
[[nodiscard]] std::string measured(std::optional<double> value, const Measure& measure);

/// A factor, or a percentage for an energy.
[[nodiscard]] std::string headline_value(const Headline& headline, double ratio);

/// Claimed, from the table, ours, error.
[[nodiscard]] report::HtmlTable headline_table(const StudyResult& study);

/// The errors of each figure, a row for each configuration and one for all.
[[nodiscard]] report::HtmlTable error_table(const StudyResult& study);

/// Every row: each figure of theirs, ours and the error, and how long ours took to compute.
[[nodiscard]] report::HtmlTable row_table(const StudyResult& study);

/// The rows without a result and why; no rows if there are none.
[[nodiscard]] report::HtmlTable failure_table(const StudyResult& study);

}  // namespace attnsim::validation
