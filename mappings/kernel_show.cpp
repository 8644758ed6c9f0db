#include <fmt/format.h>

#include "mappings/launch.h"

namespace attnsim::mappings {

std::vector<std::string> draw_launches(const LoweredKernel& kernel) {
  std::vector<std::string> lines;
  for (const auto& launch : kernel.launches) {
    lines.push_back(fmt::format(
        "launch {}: {} {} of {} {}, {}", launch.name, launch.order.size(),
        launch.persistent ? "pieces of work" : "blocks", launch.classes.size(),
        launch.classes.size() == 1 ? "kind" : "kinds",
        launch.persistent ? "taken by a block that stays on each multiprocessor"
                          : fmt::format("{} at once on a multiprocessor", launch.residents)));
    for (std::size_t kind = 0; kind < launch.classes.size() && kind < 8; ++kind) {
      const auto& each = launch.classes[kind];
      lines.push_back(
          fmt::format("  kind {}: {} blocks, {:.0f} B through L2 each, {:.0f} B of them memory's",
                      kind, each.blocks, each.totals.l2_bytes, each.totals.dram_bytes));
    }
    if (launch.classes.size() > 8) lines.emplace_back("  ...");
  }
  return lines;
}

}  // namespace attnsim::mappings
