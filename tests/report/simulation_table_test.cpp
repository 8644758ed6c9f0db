#include "report/simulation_table.h"

#include <gmock/gmock.h>
#include <sstream>

#include "report/example_run.h"

namespace attnsim::report {
namespace {

TEST(SimulationTable, ShowsEveryPartOfTheResultWithItsUnit) {
  std::ostringstream out;

  print_simulation(out, example_run());

  EXPECT_EQ(out.str(), R"(cascade       attention_1pass
mapping       plain
architecture  toy
model         bert
shapes        B=64 M=4096 P=4096
cycles        1,000,000
time          1.064 ms at 940 MHz
lower bound   990,000 (99.00% of the cycles), the occupancy of array2d
energy        3 J
simulated     1,234 operations one by one, the rest skipped exactly (steady state)

unit     busy cycles    busy  utilization
array2d      990,000  99.00%       99.00%
dram         500,000  50.00%       50.00%

Einsum  on       busy cycles  of all cycles
QK      array2d      640,000         64.00%
SLN     array2d      350,000         35.00%

memory   read  written
dram    3 GiB    1 GiB

component  energy  of all energy
array2d       2 J         66.67%
dram          1 J         33.33%
)");
}

TEST(SimulationTable, SaysThatNothingWasSkippedAndNamesNoModelWithoutOne) {
  auto run = example_run();
  run.result.skipped = false;
  run.model.clear();
  std::ostringstream out;

  print_simulation(out, run);

  EXPECT_THAT(out.str(), testing::HasSubstr("1,234 operations one by one, nothing skipped"));
  EXPECT_THAT(out.str(), testing::Not(testing::HasSubstr("model")));
}

TEST(SimulationTable, ShowsTheAreaInALineOfItsOwn) {
  auto run = example_run();
  run.result.area_um2 = 1.30295e9;
  std::ostringstream out;

  print_simulation(out, run);

  EXPECT_THAT(out.str(), testing::HasSubstr("\narea          1303 mm^2\n"));
}

TEST(SimulationTable, SaysWhatLacksAnArea) {
  auto run = example_run();
  run.result.area_um2_by = {{"array2d", 1e9}};
  run.result.area_missing = {"buffer", "array1d (div, exp)"};
  std::ostringstream out;

  print_simulation(out, run);

  EXPECT_THAT(
      out.str(),
      testing::HasSubstr("\narea          unknown: none given for buffer, array1d (div, exp)\n"));
}

}  // namespace
}  // namespace attnsim::report
