#include "sim/timeline.h"

namespace attnsim::sim {

void describe(Timeline& timeline, const mappings::Lowered& lowered) {
  for (std::size_t lane = 0; lane < timeline.lanes.size(); ++lane)
    timeline.lanes[lane].port = lowered.resources[static_cast<mappings::UnitId>(lane)].port;
  for (auto& work : timeline.works) {
    const auto unit = static_cast<mappings::UnitId>(work.lane);
    work.actions = lowered.accounting[unit][work.op][work.variant].actions;
  }
}

std::string iteration_text(const Timeline& timeline, const Slice& slice) {
  const auto& ranks = timeline.works[slice.work].ranks;
  std::string text;
  for (std::size_t depth = 0; depth < ranks.size(); ++depth) {
    if (depth > 0) text += ' ';
    text += ranks[depth] + "=" + std::to_string(slice.iteration[depth]);
  }
  return text;
}

}  // namespace attnsim::sim
