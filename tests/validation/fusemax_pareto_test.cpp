// What the published sweep over PE counts leaves no room for.
#include <gtest/gtest.h>

#include "explore/executor.h"
#include "explore/inputs.h"
#include "sim/result.h"

namespace attnsim::validation {
namespace {

double traffic(const std::string& buffer) {
  const explore::Point point{
      "fusemax_pareto",
      "fusemax_tight",
      "",
      "bert",
      "256K",
      "",
      {"//@rows|//@columns|//@lanes=16", "//memory[@name='global_buffer']/@capacity=" + buffer,
       "//memory[@name='global_buffer']/@width=256 b", "//memory[@name='pe_registers']/@entries=4",
       "//memory[@name='lane_registers']/@entries=16"}};
  const auto inputs = explore::load_inputs(point);
  const auto lowered = explore::lower(inputs);
  const auto result =
      sim::summarize(inputs.architecture, lowered,
                     explore::execute(lowered.schedule, {true, explore::Executor::recurrence}));
  const auto& dram = result.traffic.at("dram");
  return static_cast<double>(dram.read + dram.write);
}

// The published buffer is eight tiles: two each of queries, numerators, keys and values. With a
// byte less one query tile stays at a time, and all keys and values come twice as often.
TEST(PublishedSweep, FillsTheGlobalBufferToTheLastByte) {
  EXPECT_NEAR(traffic("16383 B") / traffic("16 KiB"), 2, 0.001);
}

}  // namespace
}  // namespace attnsim::validation
