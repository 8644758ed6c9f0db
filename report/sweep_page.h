#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "explore/record.h"
#include "report/gantt_chart.h"
#include "report/html_page.h"
#include "report/roofline.h"
#include "report/speedups.h"

namespace attnsim::report {

/// What a page says of a sweep beyond its results: it takes the files of its points.
struct SweepMachines {
  std::map<std::size_t, Roofline> rooflines;  ///< by row
  std::optional<Gantt> timeline;
  HtmlListing loops;                 ///< the loop tree of the timeline's point; may be empty
  std::vector<std::string> missing;  ///< why something is not there, a sentence each
};

/// The rows of which the page shows details: those that `SweepMachines` should know.
[[nodiscard]] std::vector<std::size_t> detailed_rows(const SweepView& view);

/// The row whose timeline is worth a look: the fastest of the last workload.
[[nodiscard]] std::optional<std::size_t> best_row(const SweepView& view);

/// A sweep's page: fronts, speedups, where time, energy and bytes go, every point, and what made
/// it. What the sweep lacks is left out.
/// @param baseline  absent: `default_baseline`
[[nodiscard]] HtmlPage sweep_document(const SweepView& view,
                                      const std::optional<Baseline>& baseline,
                                      const SweepMachines& machines);

}  // namespace attnsim::report
