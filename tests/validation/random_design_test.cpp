// Random machines, shapes and mapping choices: the executors agree with each other, with the
// closed-form counts, and with the bound.
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "mappings/bounds.h"
#include "mappings/counts.h"
#include "mappings/shipped.h"
#include "sim/recurrence_executor.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}
  std::string of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(engine_)];
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }

 private:
  std::mt19937 engine_;
};

mappings::Design random_design(Draw& draw) {
  const auto name = draw.of({"fusemax", "flat"});
  const auto pes = draw.of({"8", "16", "32", "48"});
  const std::vector<XmlOverride> machine{
      {"//array/@rows", pes},
      {"//array/@columns", pes},
      {"//vector/@lanes", pes},
      {"//memory[@name='dram']/@bandwidth", draw.of({"3 GiB/s", "40 GB/s", "111 GiB/s", "4 TB/s"})},
      {"//memory[@name='global_buffer']/@capacity", draw.of({"256 KiB", "1 MiB", "16 MiB"})},
      {"//array/@hop", draw.of({"1 cycle", "3 cycles"})}};
  const std::vector<XmlOverride> choices{{"//pipeline/@depth", draw.of({"1", "2", "3", "fit"})}};
  auto design = mappings::shipped_design(name, draw.between(1, 700), machine, choices);
  if (draw.between(0, 1) == 1) {
    design.cascade = mappings::shipped_cascade(design.mapping.cascade + "_causal");
  }
  design.shapes["B"] = draw.between(1, 5);
  design.shapes["H"] = draw.between(1, 6);
  design.shapes["E"] = draw.between(1, 40);
  design.shapes["F"] = draw.between(1, name == "flat" ? 8 : 40);
  design.shapes["M"] = draw.between(1, 900);
  return design;
}

void expect_same(const Execution& one, const Execution& other) {
  EXPECT_EQ(one.cycles, other.cycles);
  for (std::size_t unit = 0; unit < one.counts.size(); ++unit) {
    const auto id = static_cast<mappings::UnitId>(unit);
    for (std::size_t op = 0; op < one.counts[id].size(); ++op) {
      EXPECT_EQ(one.counts[id][static_cast<mappings::OpId>(op)],
                other.counts[id][static_cast<mappings::OpId>(op)]);
    }
  }
}

TEST(RandomDesign, GivesTheSameCyclesAndCountsHoweverItIsExecuted) {
  constexpr int designs = 160;
  int skipped = 0;
  int infeasible = 0;
  for (int i = 0; i < designs; ++i) {
    SCOPED_TRACE("design " + std::to_string(i));
    Draw draw(static_cast<unsigned>(i));
    const auto design = random_design(draw);
    try {
      const auto lowered = design.lower();
      const auto reference = execute_systemc(lowered.schedule, {/*steady_state=*/false});
      const auto skipping = execute_systemc(lowered.schedule);
      expect_same(reference, skipping);
      expect_same(reference, execute_recurrence(lowered.schedule, {/*steady_state=*/false}));
      expect_same(reference, execute_recurrence(lowered.schedule));
      expect_same(reference, {reference.cycles, mappings::count_executions(lowered.schedule)});
      EXPECT_GE(reference.cycles, mappings::bound_of(lowered.schedule).cycles);
      skipped += skipping.skipped ? 1 : 0;
    } catch (const InfeasibleError&) {
      ++infeasible;
    }
  }
  EXPECT_GT(skipped, designs / 2);
  EXPECT_LT(infeasible, designs / 10);
}

}  // namespace
}  // namespace attnsim::sim
