#include <gmock/gmock.h>
#include <map>

#include "validation/measured_summary.h"
#include "validation/run_measured.h"

namespace attnsim::validation {
namespace {

/// The shipped measurements, by GPU. What a file comes to is simulated once for all tests.
class MeasuredFile : public testing::TestWithParam<const char*> {
 protected:
  static const MeasuredStudy& study() {
    static std::map<std::string, MeasuredStudy> studies;
    const std::string path =
        std::string(ATTNSIM_SOURCE_DIR "/validation/measured/") + GetParam() + ".csv";
    auto found = studies.find(path);
    if (found == studies.end()) {
      found = studies.emplace(path, run_measured(load_measured(path))).first;
    }
    return found->second;
  }
};

TEST_P(MeasuredFile, IsSimulatedRowForRowAndNeverBelowItsBound) {
  for (const auto& row : study().rows) {
    ASSERT_TRUE(row.simulated) << row.measured.kernel << ": " << row.failure;
    EXPECT_LE(row.simulated->bound_cycles, row.simulated->cycles) << row.command;
    EXPECT_GT(row.simulated->energy_pj, 0) << row.command;
  }
  EXPECT_GE(study().rows.size(), 400U);
}

/// The aims: a MAPE of the time of at most 10% over all rows and 20% over a kernel's, 25% of the
/// energy, and no kernel for which a roofline or the mapping's bound does as well.
TEST_P(MeasuredFile, IsMetAndTheSimulationEarnsItsPlace) {
  EXPECT_TRUE(within_limits(study(), {total_limit, kernel_limit}));
  EXPECT_LE(statistics_of(study(), all_rows_of(study()), measured_error::energy).mape, 0.25);
  for (const auto* simpler : {&measured_error::roofline, &measured_error::bound}) {
    EXPECT_TRUE(kernels_unearned(study(), *simpler).empty()) << simpler->title;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, MeasuredFile,
                         testing::Values("h100_2026-11-22", "h200_2026-11-22"),
                         [](const auto& file) { return std::string(file.param).substr(0, 4); });

}  // namespace
}  // namespace attnsim::validation
