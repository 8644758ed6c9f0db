#include <gmock/gmock.h>
#include <string>

#include "validation/measured_summary.h"
#include "validation/run_measured.h"

namespace attnsim::validation {
namespace {

/// The shipped measurements, by GPU: the listed shapes, and random ones of any size.
class MeasuredFile : public testing::TestWithParam<const char*> {};

void expect_bounds(const MeasuredStudy& study) {
  for (const auto& row : study.rows) {
    ASSERT_TRUE(row.simulated) << row.measured.kernel << ": " << row.failure;
    EXPECT_LE(row.simulated->bound_cycles, row.simulated->cycles) << row.command;
    EXPECT_GT(row.simulated->energy_pj, 0) << row.command;
  }
  EXPECT_GE(study.rows.size(), 130U);
}

/// Row for row, and never below its bound. The aims: a MAPE of the time of at most 10% over all
/// rows and 20% over a kernel's, 25% of the energy, and no kernel for which a roofline or the
/// mapping's bound does as well.
TEST_P(MeasuredFile, IsMetAndTheSimulationEarnsItsPlace) {
  const auto study = run_measured(
      load_measured(std::string(ATTNSIM_SOURCE_DIR "/validation/measured/") + GetParam() + ".csv"));
  expect_bounds(study);
  EXPECT_TRUE(within_limits(study, {total_limit, kernel_limit}));
  EXPECT_LE(statistics_of(study, all_rows_of(study), measured_error::energy).mape, 0.25);
  for (const auto* simpler : {&measured_error::roofline, &measured_error::bound}) {
    EXPECT_TRUE(kernels_unearned(study, *simpler).empty()) << simpler->title;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, MeasuredFile,
                         testing::Values("h100_2026-11-22", "h200_2026-11-22",
                                         "h100_random_2026-11-22", "h200_random_2026-11-22"),
                         [](const auto& file) {
                           const std::string name = file.param;
                           return name.substr(0, name.rfind('_'));
                         });

}  // namespace
}  // namespace attnsim::validation
