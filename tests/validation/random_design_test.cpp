// Random machines, shapes and mapping choices: the executors agree with each other, with the
// closed-form counts, and with the bound.
#include <gtest/gtest.h>

#include "base/error.h"
#include "mappings/algorithm_bound.h"
#include "mappings/shipped.h"
#include "validation/every_executor.h"

namespace attnsim::sim {
namespace {

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
      const auto shapes = mappings::complete_shapes(design.cascade, design.architecture,
                                                    design.mapping, design.shapes);
      EXPECT_LE(mappings::algorithm_bound(design.cascade, design.architecture, shapes).cycles,
                sim::execute_recurrence(lowered.schedule).cycles);
      skipped += expect_the_same_from_every_executor(lowered.schedule) ? 1 : 0;
    } catch (const InfeasibleError&) {
      ++infeasible;
    }
  }
  EXPECT_GT(skipped, designs / 2);
  EXPECT_LT(infeasible, designs / 10);
}

}  // namespace
}  // namespace attnsim::sim
