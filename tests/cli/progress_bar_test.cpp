#include "cli/progress_bar.h"

#include <gtest/gtest.h>

namespace attnsim::cli {
namespace {

TEST(ProgressBar, CountsWhatWasThereBeforeButNotForTheRate) {
  EXPECT_EQ(progress_text(500, 250, 1000, 3, 2.0),
            "[######################--------] 750 of 1000, 125/s, 2 s to go, 3 failed");
}

TEST(ProgressBar, KnowsNoRateBeforeTheFirstPoint) {
  EXPECT_EQ(progress_text(0, 0, 10, 0, 1.0), "[------------------------------] 0 of 10");
  EXPECT_EQ(progress_text(10, 0, 10, 0, 1.0), "[##############################] 10 of 10");
  EXPECT_EQ(progress_text(0, 0, 0, 0, 0), "[##############################] 0 of 0");
}

TEST(ProgressBar, ShowsADecimalOfASlowRate) {
  EXPECT_EQ(progress_text(0, 1, 100, 0, 2.0),
            "[------------------------------] 1 of 100, 0.5/s, 3 min 18 s to go");
}

TEST(Duration, IsInTheTwoLargestUnits) {
  EXPECT_EQ(duration_text(0.2), "1 s");
  EXPECT_EQ(duration_text(59), "59 s");
  EXPECT_EQ(duration_text(60), "1 min 0 s");
  EXPECT_EQ(duration_text(3599), "59 min 59 s");
  EXPECT_EQ(duration_text(3600), "1 h 0 min");
}

}  // namespace
}  // namespace attnsim::cli
