#include "report/comparison_table.h"

#include <gmock/gmock.h>
#include <sstream>

#include "report/example_run.h"

namespace attnsim::report {
namespace {

std::string text_of(const std::vector<RunRecord>& runs) {
  std::ostringstream out;
  print_comparison(out, runs);
  return out.str();
}

/// Half the time, another machine without the array, half the sequence.
RunRecord other_run() {
  auto run = example_run();
  run.label = "other";
  run.arch = "toy2";
  run.shapes["P"] = 2048;
  run.result.cycles /= 2;
  run.result.seconds /= 2;
  run.result.units[0].name = "cores";
  run.result.bound_by = "cores";
  run.result.energy_pj_by = {{"cores", 1e12}, {"dram", 1e12}};
  run.result.energy_pj = 2e12;
  return run;
}

TEST(ComparisonTable, SetsRunsSideBySide) {
  EXPECT_EQ(text_of({example_run(), other_run()}),
            R"(                                first            other
architecture                      toy             toy2
mapping                         plain            plain
cascade               attention_1pass  attention_1pass
model                            bert             bert
shape of P                       4096             2048
cycles                      1,000,000          500,000
time                         1.064 ms         531.9 us
speedup over first                 1x               2x
bound by                      array2d            cores
bound, of the cycles           99.00%          198.00%
utilization
  array2d                      99.00%                -
  dram                         50.00%           50.00%
  cores                             -           99.00%
traffic
  dram read                     3 GiB            3 GiB
  dram written                  1 GiB            1 GiB
energy                            3 J              2 J
  array2d                         2 J                -
  dram                            1 J              1 J
  cores                             -              1 J
)");
}

TEST(ComparisonTable, ShowsAShapeOnlyWhereRunsDiffer) {
  EXPECT_THAT(text_of({example_run(), example_run()}),
              testing::Not(testing::HasSubstr("shape of")));
}

}  // namespace
}  // namespace attnsim::report
