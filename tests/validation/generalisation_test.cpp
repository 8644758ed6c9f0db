// Designs that no table has: other shapes, arrays, bandwidths and masks. Both executors agree to
// the cycle and on every count, and nothing is faster than its bound.
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

#include "explore/executor.h"
#include "explore/inputs.h"
#include "sim/result.h"

namespace attnsim::explore {
namespace {

struct Design {
  std::string name;
  Point point;
};

void PrintTo(const Design& design, std::ostream* out) { *out << design.name; }

std::vector<std::string> array_of(const std::string& rows, const std::string& columns) {
  return {"//array/@rows=" + rows, "//array/@columns=" + columns, "//vector/@lanes=" + columns};
}

std::vector<std::string> square(const std::string& size) { return array_of(size, size); }

std::vector<std::string> bandwidth(const std::string& rate) {
  return {"//memory[@name='dram']/@bandwidth=" + rate};
}

std::string shape(const std::string& lengths, const std::string& widths = "E=64,F=64",
                  const std::string& heads = "B=2,H=3") {
  return heads + "," + widths + "," + lengths;
}

Design fusemax(const std::string& name, const std::string& shapes,
               const std::vector<std::string>& sets = {}) {
  return {"FuseMax" + name, {"fusemax", "fusemax", "", "", "", shapes, sets}};
}

Design causal(const std::string& name, const std::string& mapping, const std::string& shapes,
              const std::vector<std::string>& sets = {}) {
  return {"Causal" + name, {"fusemax", mapping, "attention_1pass_causal", "", "", shapes, sets}};
}

Design lockstep(const std::string& name, const std::string& shapes,
                const std::vector<std::string>& sets = {}) {
  return {"Lockstep" + name, {"fusemax", "fusemax_architecture", "", "", "", shapes, sets}};
}

Design cascade(const std::string& name, const std::string& shapes,
               const std::vector<std::string>& sets = {}) {
  return {"OnePassOnFlat" + name, {"fusemax_cascade", "fusemax_cascade", "", "", "", shapes, sets}};
}

Design flat(const std::string& name, const std::string& mapping, const std::string& shapes,
            const std::vector<std::string>& sets = {}) {
  return {"Flat" + name, {"flat", mapping, "", "", "", shapes, sets}};
}

std::vector<Design> fusemax_designs() {
  return {fusemax("WithNarrowValues", shape("P=4K,M=4K", "E=128,F=64")),
          fusemax("WithWideValues", shape("P=4K,M=4K", "E=64,F=128")),
          fusemax("WithKeysOf80", shape("P=2K,M=2K", "E=80,F=96")),
          fusemax("WithFewQueries", shape("P=256,M=64K")),
          fusemax("WithFewKeys", shape("P=64K,M=256")),
          fusemax("WithQueriesThatNoTileDivides", shape("P=1000,M=4K")),
          fusemax("WithKeysThatNoTileDivides", shape("P=1K,M=4000")),
          fusemax("WithOneQuery", shape("P=1,M=16K")),
          fusemax("OfOneHead", shape("P=16K,M=16K", "E=64,F=64", "B=1,H=1")),
          fusemax("On128", shape("P=4K,M=4K"), square("128")),
          fusemax("On512", shape("P=16K,M=16K"), square("512")),
          fusemax("On64", shape("P=2K,M=2K", "E=32,F=32"), square("64")),
          fusemax("OnAWideArray", shape("P=4K,M=4K"), array_of("128", "256")),
          fusemax("OnATallArray", shape("P=4K,M=4K"), array_of("256", "128")),
          fusemax("StarvedOfBandwidth", shape("P=4K,M=4K"), bandwidth("8 GiB/s")),
          fusemax("WithAThirdOfTheBandwidth", shape("P=16K,M=16K"), bandwidth("133 GiB/s")),
          fusemax("WithPlentyOfBandwidth", shape("P=4K,M=4K"), bandwidth("3350 GB/s")),
          fusemax("WithASmallBuffer", shape("P=64K,M=8K"),
                  {"//memory[@name='global_buffer']/@capacity=1 MiB"}),
          fusemax("AtHalfTheClock", shape("P=4K,M=4K"), {"/architecture/@clock=470 MHz"}),
          fusemax("TwoTilesInFlight", shape("P=4K,M=4K"), {"//pipeline/@depth=2"}),
          fusemax("OneTileInFlight", shape("P=4K,M=4K"), {"//pipeline/@depth=1"})};
}

std::vector<Design> masked_and_lockstep_designs() {
  return {causal("Square", "fusemax", shape("P=8K,M=8K")),
          causal("WithMoreKeys", "fusemax", shape("P=2K,M=8K")),
          causal("WithTilesThatDoNotDivide", "fusemax", shape("P=5000,M=5000")),
          causal("On128", "fusemax", shape("P=4K,M=4K"), square("128")),
          causal("StarvedOfBandwidth", "fusemax", shape("P=4K,M=4K"), bandwidth("4 GiB/s")),
          lockstep("WithWideValues", shape("P=4K,M=4K", "E=64,F=128")),
          lockstep("WithQueriesThatNoTileDivides", shape("P=1000,M=4K")),
          lockstep("On128", shape("P=4K,M=4K"), square("128")),
          cascade("WithNarrowValues", shape("P=2K,M=2K", "E=128,F=32")),
          cascade("WithQueriesThatNoTileDivides", shape("P=1000,M=2K"))};
}

std::vector<Design> three_pass_designs() {
  return {
      flat("WithWideValues", "flat", shape("P=2K,M=2K", "E=64,F=128")),
      flat("WithKeysThatNoTileDivides", "flat", shape("P=1K,M=3000")),
      flat("On128", "flat", shape("P=2K,M=2K"), square("128")),
      flat("StarvedOfBandwidth", "flat", shape("P=2K,M=2K"), bandwidth("50 GiB/s")),
      flat("QueriesKeptWithFewKeys", "flat_q", shape("P=4K,M=1K")),
      flat("ValuesKeptWithNarrowKeys", "flat_v", shape("P=1K,M=1K", "E=32,F=128")),
      flat("UnfusedWithNarrowValues", "unfused", shape("P=2K,M=2K", "E=128,F=64")),
      flat("UnfusedWithFewQueries", "unfused", shape("P=256,M=16K")),
      flat("UnfusedWithTwiceTheBandwidth", "unfused", shape("P=2K,M=2K"), bandwidth("800 GiB/s"))};
}

Design linear(const std::string& name, const std::string& architecture, const std::string& shapes,
              const std::vector<std::string>& sets = {}) {
  return {"Linear" + name, {architecture, "linear_layers", "", "", "", shapes, sets}};
}

std::vector<Design> other_designs() {
  const auto in_step = "flat_weight_stationary";
  return {flat("InStepWithNarrowValues", in_step, shape("P=4K,M=8K", "E=128,F=64")),
          flat("InStepWithFewQueries", in_step, shape("P=1K,M=16K")),
          flat("InStepOn128", in_step, shape("P=4K,M=4K"), square("128")),
          flat("InStepWithTwiceTheBandwidth", in_step, shape("P=4K,M=4K"), bandwidth("800 GiB/s")),
          {"FuseMaxTightOn64",
           {"fusemax_pareto",
            "fusemax_tight",
            "",
            "",
            "",
            shape("P=4K,M=4K", "E=32,F=64"),
            {"//@rows|//@columns|//@lanes=64", "//memory[@name='global_buffer']/@capacity=128 KiB",
             "//memory[@name='global_buffer']/@width=1024 b"}}},
          linear("OnFuseMaxWithOddWidths", "fusemax", "B=3,P=1000,H=5,E=80,F=96,D=384,S=1500"),
          linear("OnFlatStarvedOfBandwidth", "flat", "B=4,P=1K,H=8,E=64,F=64,D=512,S=2048",
                 bandwidth("20 GiB/s")),
          linear("On128", "fusemax", "B=4,P=1K,H=8,E=64,F=64,D=512,S=2048", square("128"))};
}

class Generalisation : public testing::TestWithParam<Design> {};

TEST_P(Generalisation, RunsTheSameInBothExecutorsAndWithinItsBound) {
  const auto inputs = load_inputs(GetParam().point);
  const auto lowered = lower(inputs);
  const auto systemc = execute(lowered.schedule, {true, Executor::systemc});
  const auto recurrence = execute(lowered.schedule, {true, Executor::recurrence});
  EXPECT_EQ(systemc.cycles, recurrence.cycles);
  const auto result = sim::summarize(inputs.architecture, lowered, systemc);
  const auto other = sim::summarize(inputs.architecture, lowered, recurrence);
  EXPECT_EQ(result.actions, other.actions);
  EXPECT_GT(result.bound_cycles, 0);
  EXPECT_LE(result.bound_cycles, result.cycles);
  const auto of_any_mapping = algorithm_bound(inputs);
  EXPECT_GT(of_any_mapping.cycles, 0);
  EXPECT_LE(of_any_mapping.cycles, result.cycles);
}

std::string name_of(const testing::TestParamInfo<Design>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(FuseMax, Generalisation, testing::ValuesIn(fusemax_designs()), name_of);
INSTANTIATE_TEST_SUITE_P(Masks, Generalisation, testing::ValuesIn(masked_and_lockstep_designs()),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Others, Generalisation, testing::ValuesIn(other_designs()), name_of);
INSTANTIATE_TEST_SUITE_P(ThreePass, Generalisation, testing::ValuesIn(three_pass_designs()),
                         name_of);

}  // namespace
}  // namespace attnsim::explore
