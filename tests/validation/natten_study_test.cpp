#include <algorithm>
#include <gmock/gmock.h>

#include "base/error.h"
#include "validation/run_study.h"
#include "validation/tile_study_report.h"

namespace attnsim::validation {
namespace {

using testing::HasSubstr;

const TileStudyResult& natten() {
  static const auto study = run_tile_study(find_study("natten"));
  return study;
}

TEST(NattenStudy, HasEveryPublishedPointWithinTwoPercent) {
  ASSERT_EQ(natten().rows.size(), 23U);
  for (const auto& row : natten().rows) {
    EXPECT_NEAR(row.ours / row.published, 1, 0.02) << row.command();
  }
  EXPECT_EQ(natten().outside(), 0U);
}

TEST(NattenStudy, IsTodayThisFarOff) {
  EXPECT_NEAR(natten().greatest_error(), 0.0113, 0.00005);
  EXPECT_EQ(natten().exact(), 15U);
}

/// The mean over query tiles would not do: it is the worst one that the points follow.
TEST(NattenStudy, FollowsTheWorstQueryTileAndNotTheMean) {
  const auto& first = natten().rows.front();
  EXPECT_EQ(first.published_text, "1.73");
  EXPECT_TRUE(first.is_exact());
  EXPECT_NEAR(einsum::end_to_end_speedup(first.tiles.mean_speedup(), first.share), 1.97, 0.005);
}

TEST(NattenStudy, WritesEveryRowWithItsCommand) {
  const auto csv = tile_study_csv(natten());
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 24);
  EXPECT_THAT(csv, HasSubstr("flux_90,gna,Y=256 X=256 WY=80 WX=80 SY=16 SX=16,Y=16 X=16,J=16 I=8,"
                             "named,0.518,512,50,10.24,1.88,"));
  EXPECT_THAT(csv, HasSubstr("\"attnsim tiles gna --shape Y=256,X=256,WY=80,WX=80,SY=16,SX=16 "
                             "--query-tiles Y=16,X=16 --key-tiles J=16,I=8 --share 0.518\"\n"));
}

TEST(NattenStudy, RunsTheCasesAskedFor) {
  EXPECT_EQ(run_tile_study(find_study("natten"), {"flux_90"}).rows.size(), 3U);
  try {
    static_cast<void>(run_tile_study(find_study("natten"), {"flux"}));
    FAIL() << "there is no such case";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the study has no case 'flux'"));
    EXPECT_THAT(error.what(), HasSubstr("(known: hunyuan_91, hunyuan_58, cosmos_89, cosmos_56, "
                                        "flux_90)"));
  }
}

}  // namespace
}  // namespace attnsim::validation
