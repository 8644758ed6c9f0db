#pragma once

#include <map>
#include <optional>

#include "report/html_page.h"
#include "report/roofline.h"
#include "report/speedups.h"
#include "report/sweep_view.h"

namespace attnsim::report {

/// Whether any row has it, above zero.
[[nodiscard]] bool has_figure(const SweepView& view, const SweepMeasure& measure);

/// Time against what it costs, a mark a point, the fronts joined; of the rows of the page's grid.
[[nodiscard]] HtmlChart pareto_chart(const SweepView& view);

/// Bars over the baseline, by length and model.
[[nodiscard]] HtmlChart speedup_chart(const SweepView& view, const Speedups& speedups);

/// Rows whose details are drawn.
struct ChosenRows {
  std::string title;              ///< "the front of cycles and energy"
  std::vector<std::size_t> rows;  ///< by workload, then in their order
  std::size_t left_out = 0;       ///< that would belong to them
};

constexpr std::size_t most_rows = 16;  ///< of a workload in a chart of chosen rows

/// The front over cycles and energy of each workload; of a front of more than `most_rows` points
/// such as lie evenly along it, with both ends.
[[nodiscard]] ChosenRows front_rows(const SweepView& view);

/// The fastest point of each configuration (or of each value of the first parameter that varies).
[[nodiscard]] ChosenRows fastest_rows(const SweepView& view);

/// Operations a second over operations a byte, of rows whose machine is known.
[[nodiscard]] std::optional<HtmlChart> sweep_roofline(
    const SweepView& view, const std::vector<ChosenRows>& chosen,
    const std::map<std::size_t, Roofline>& machines);

}  // namespace attnsim::report
