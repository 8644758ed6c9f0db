#include "report/human.h"

#include <gmock/gmock.h>
#include <limits>

namespace attnsim::report {
namespace {

TEST(Human, GroupsCountsByThousands) {
  EXPECT_EQ(grouped(std::int64_t{0}), "0");
  EXPECT_EQ(grouped(std::int64_t{999}), "999");
  EXPECT_EQ(grouped(std::int64_t{1000}), "1,000");
  EXPECT_EQ(grouped(std::int64_t{12884901888}), "12,884,901,888");
  EXPECT_EQ(grouped(std::int64_t{-999}), "-999");
  EXPECT_EQ(grouped(std::int64_t{-1000}), "-1,000");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::min()), "-9,223,372,036,854,775,808");
}

TEST(Human, RoundsFractionsOfACycle) { EXPECT_EQ(grouped(1234.5), "1,235"); }

TEST(Human, GivesSecondsThePrefixThatLeavesOneToThousand) {
  EXPECT_EQ(human_seconds(3.42712), "3.427 s");
  EXPECT_EQ(human_seconds(0.017), "17 ms");
  EXPECT_EQ(human_seconds(4.2e-5), "42 us");
  EXPECT_EQ(human_seconds(1.06e-9), "1.06 ns");
  EXPECT_EQ(human_seconds(0), "0 s");
  EXPECT_EQ(human_seconds(1892.3), "1,892 s");
}

TEST(Human, RoundsUpIntoTheNextPrefix) {
  EXPECT_EQ(human_seconds(0.99994), "999.9 ms");
  EXPECT_EQ(human_seconds(0.99996), "1 s");
}

TEST(Human, GivesHertzAndEnergyTheirPrefix) {
  EXPECT_EQ(human_hertz(940e6), "940 MHz");
  EXPECT_EQ(human_hertz(1.5e9), "1.5 GHz");
  EXPECT_EQ(human_energy(17.1645), "17.16 pJ");
  EXPECT_EQ(human_energy(1000), "1 nJ");
  EXPECT_EQ(human_energy(2.5e12), "2.5 J");
  EXPECT_EQ(human_energy(0), "0 pJ");
}

TEST(Human, GivesAreasInSquareMillimetresFromAThousandSquareMicrons) {
  EXPECT_EQ(human_area(999), "999 um^2");
  EXPECT_EQ(human_area(1000), "0.001 mm^2");
  EXPECT_EQ(human_area(1.30295e9), "1303 mm^2");
  EXPECT_EQ(human_area(4.88508e9), "4885 mm^2");
  EXPECT_EQ(human_area(0), "0 um^2");
}

TEST(Human, GivesBytesBinaryPrefixes) {
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1024), "1 KiB");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(std::int64_t{96} << 30U), "96 GiB");
}

TEST(Human, ShowsNoShareOfNothing) {
  EXPECT_EQ(share(1, 4), "25.00%");
  EXPECT_EQ(share(0, 0), "-");
}

}  // namespace
}  // namespace attnsim::report
