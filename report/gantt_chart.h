#pragma once

#include <string>
#include <vector>

#include "report/html_page.h"

namespace attnsim::report {

/// Something that occupied a unit, port or channel.
struct GanttSlice {
  std::string lane;
  std::string name;       ///< the Einsum, or "load K"
  double start = 0;       ///< cycles
  double end = 0;         ///< cycles
  std::string iteration;  ///< of the loops around it: "M1 3, P1 0"
};

/// What a machine does in a window of time.
struct Gantt {
  std::string title;               ///< whose it is
  std::string note;                ///< which window
  std::vector<std::string> lanes;  ///< in the order of the machine
  std::vector<GanttSlice> slices;
};

/// A line for each lane, a bar for each slice.
[[nodiscard]] HtmlChart gantt_chart(const Gantt& gantt);

}  // namespace attnsim::report
