#include "report/sweep_timeline.h"

#include <algorithm>
#include <fmt/format.h>

#include "explore/timeline.h"
#include "report/human.h"

namespace attnsim::report {
namespace {

std::string window_text(const sim::Timeline& timeline) {
  auto text = fmt::format("Cycles {} to {} of {}.", grouped(timeline.window.begin),
                          grouped(std::min(timeline.window.end, timeline.cycles)),
                          grouped(timeline.cycles));
  if (timeline.left_out > 0) {
    text += fmt::format(" The last {} operations of the window are left out.",
                        grouped(timeline.left_out));
  }
  return text;
}

}  // namespace

Gantt timeline_of(const explore::Inputs& inputs, const std::string& title) {
  const auto timeline = explore::timeline(inputs);
  Gantt gantt{title, window_text(timeline), {}, {}};
  for (const auto& lane : timeline.lanes) gantt.lanes.push_back(lane.name);
  for (const auto& slice : timeline.slices) {
    gantt.slices.push_back({gantt.lanes[slice.lane], timeline.works[slice.work].name, slice.start,
                            slice.end, sim::iteration_text(timeline, slice)});
  }
  return gantt;
}

}  // namespace attnsim::report
