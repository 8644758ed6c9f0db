// Why FuseMax is fast: tiles are interleaved so that the 256-cycle column reductions are hidden.
#include <gtest/gtest.h>

#include "mappings/shipped.h"
#include "sim/result.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

SimResult with_depth(const std::string& depth) {
  const auto design = mappings::shipped_design("fusemax", 4096, {}, {{"//pipeline/@depth", depth}});
  const auto lowered = design.lower();
  return summarize(design.architecture, lowered, execute_systemc(lowered.schedule));
}

/// Cycles for each 256 x 256 tile of scores (2 x 3 heads, 16 x 16 tiles).
double cycles_per_tile(const SimResult& result) {
  return static_cast<double>(result.cycles) / (2 * 3 * 16 * 16);
}

double utilization_of_2d(const SimResult& result) {
  for (const auto& use : result.units) {
    if (use.name == "array2d") return use.utilization;
  }
  return -1;
}

TEST(Interleaving, HidesTheColumnLatency) {
  const auto result = with_depth("fit");

  EXPECT_LT(cycles_per_tile(result), 1.01 * (138 + 64.0 / 16));  // the 1D array's work
  EXPECT_GT(utilization_of_2d(result), 0.95);
}

TEST(Interleaving, SwitchedOffLeavesTheArrayWaitingForEveryReduction) {
  const auto result = with_depth("1");

  // QK, LM, the way down the column, RM, then SLN, SLD and SLNV: one after another.
  EXPECT_GE(cycles_per_tile(result), 64 + 1 + 256 + 1 + 7 + 1 + 64);
  EXPECT_LT(utilization_of_2d(result), 0.36);
}

TEST(Interleaving, PaysOffWithEveryTileInFlightUntilTheLatencyIsHidden) {
  const auto one = with_depth("1").cycles;
  const auto two = with_depth("2").cycles;
  const auto four = with_depth("4").cycles;
  const auto fit = with_depth("fit").cycles;

  EXPECT_GT(one, two);
  EXPECT_GT(two, four);
  EXPECT_LE(fit, four);
}

TEST(DoubleBuffering, LetsTheNextKeysLoadWhileTheLastAreInUse) {
  const auto with_buffers = [](const std::string& buffers) {
    const auto lowered = mappings::shipped_design(
                             "fusemax", 2048, {{"//memory[@name='dram']/@bandwidth", "100 GiB/s"}},
                             {{"//keep[@tensor='BK BV']/@buffers", buffers}})
                             .lower();
    return execute_systemc(lowered.schedule).cycles;
  };

  EXPECT_GT(with_buffers("1"), with_buffers("2") * 11 / 10);
}

}  // namespace
}  // namespace attnsim::sim
