#pragma once

#include <optional>
#include <string>
#include <vector>

#include "report/html_page.h"
#include "validation/study_points.h"

/// The charts of a study as Vega-Lite specifications with their data in them. A configuration has
/// one colour throughout; ours is filled, theirs is an outline.
namespace attnsim::validation {

/// How a number is written beside a mark.
enum class Spelling { percent, factor };

struct BarChart {
  std::string title;
  std::string note;
  std::string axis;
  Spelling spelling = Spelling::percent;
  bool with_one = false;  ///< a line at 1, the baseline's own place
};

/// A panel for each model, a group for each length, a bar for each configuration.
[[nodiscard]] report::HtmlChart bar_chart(const StudyResult& study, const BarChart& chart,
                                          const std::vector<Point>& points);

/// A panel for each configuration; for each length their bar and ours, stacked from the Einsums.
[[nodiscard]] report::HtmlChart einsum_chart(const EinsumPoints& einsums);

/// Area against latency over the sizes of the array, both logarithmic, a line for each model.
/// Absent if no row varies the array.
[[nodiscard]] std::optional<report::HtmlChart> pareto_chart(const StudyResult& study);

/// The error of every row, a panel for each figure; absent if no row has both sides of one.
[[nodiscard]] std::optional<report::HtmlChart> error_chart(const StudyResult& study);

}  // namespace attnsim::validation
