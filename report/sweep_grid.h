#pragma once

#include "report/html_page.h"
#include "report/sweep_view.h"

namespace attnsim::report {

/// Names of the grid's fields that charts refer to.
namespace sweep_field {
constexpr const char* grid = "points";  ///< the grid itself
constexpr const char* workload = "workload";
constexpr const char* configuration = "configuration";
constexpr const char* bound_by = "bound_by";
}  // namespace sweep_field

/// "p0" for the first parameter: its name may be anything.
[[nodiscard]] std::string parameter_field(std::size_t parameter);

/// Whether a row is on its workload's front over two measures: "front_cycles_energy".
[[nodiscard]] std::string front_field(const SweepMeasure& across, const SweepMeasure& up);

/// Every row with all that names it, its figures or its error; for charts also which fronts it is
/// on.
[[nodiscard]] HtmlGrid sweep_grid(const SweepView& view);

/// What a chart says of a row that the reader points at: the whole configuration and the figures.
[[nodiscard]] Json sweep_tips(const SweepView& view);

}  // namespace attnsim::report
