#pragma once

#include <string>
#include <vector>

#include "report/html_page.h"
#include "sim/result.h"

namespace attnsim::report {

/// A result among those that are set side by side.
struct BreakdownRow {
  std::string label;
  std::string workload;  ///< results of several workloads are drawn one workload at a time
  std::string set;       ///< likewise: "the front", "the fastest of each configuration"
  const sim::SimResult* result = nullptr;
};

/// Lists for the workload and the set of what is drawn, where there are several of them; adds the
/// transform that keeps the chosen ones of values with `workload` and `set`.
/// @param workloads, sets  in their order; the last workload and the first set are drawn first
void add_row_choices(Json& spec, const std::vector<std::string>& workloads,
                     const std::vector<std::string>& sets);

/// Utilization by unit and Einsum, energy by component, traffic by memory. Bars are in the order of
/// the rows. A chart whose figures no row has is left out.
[[nodiscard]] std::vector<HtmlChart> breakdown_charts(const std::vector<BreakdownRow>& rows);

}  // namespace attnsim::report
