#include "base/did_you_mean.h"

#include <gtest/gtest.h>

namespace attnsim {
namespace {

const std::vector<std::string> names{"memory", "array", "vector", "channel"};

TEST(DidYouMean, FindsAMisspelling) { EXPECT_EQ(nearest_name("memroy", names), "memory"); }

TEST(DidYouMean, CountsSwappedNeighboursOnce) {
  EXPECT_EQ(nearest_name("widht", {"width"}), "width");
}

TEST(DidYouMean, TakesNoNoticeOfCase) { EXPECT_EQ(nearest_name("ARRAY", names), "array"); }

TEST(DidYouMean, FindsNothingThatIsFar) { EXPECT_EQ(nearest_name("cache", names), ""); }

TEST(DidYouMean, AllowsAThirdOfTheLettersToDiffer) {
  EXPECT_EQ(nearest_name("xxctor", names), "vector");
  EXPECT_EQ(nearest_name("xxxtor", names), "");
}

TEST(DidYouMean, NeverReplacesAllLetters) { EXPECT_EQ(nearest_name("a", {"b"}), ""); }

TEST(DidYouMean, GivesTiesToTheFirst) { EXPECT_EQ(nearest_name("bat", {"cat", "hat"}), "cat"); }

TEST(DidYouMean, IsTheTailOfAMessage) {
  EXPECT_EQ(did_you_mean("vecctor", names), ", did you mean 'vector'?");
  EXPECT_EQ(did_you_mean("", names), "");
}

TEST(Join, PutsCommasBetween) {
  EXPECT_EQ(join(names), "memory, array, vector, channel");
  EXPECT_EQ(join({}), "");
}

}  // namespace
}  // namespace attnsim
