#include "explore/front.h"

#include <gmock/gmock.h>
#include <limits>

#include "base/error.h"

namespace attnsim::explore {
namespace {

using testing::HasSubstr;

const Objectives both{Objective::cycles, Objective::energy};

TEST(Front, HoldsWhatNothingBeats) {
  Front front(both);
  EXPECT_TRUE(front.add({10, 5, 0}, 0));
  EXPECT_TRUE(front.add({5, 10, 0}, 1));
  EXPECT_FALSE(front.add({10, 6, 0}, 2));
  EXPECT_EQ(front.members().size(), 2U);
  EXPECT_TRUE(front.add({5, 5, 9}, 3));  // better than both; the buffer is no objective
  ASSERT_EQ(front.members().size(), 1U);
  EXPECT_EQ(front.members().front().point, 3U);
}

TEST(Front, KeepsTheFirstOfEquals) {
  Front front(both);
  EXPECT_TRUE(front.add({1, 1, 1}, 0));
  EXPECT_FALSE(front.add({1, 1, 2}, 1));
  EXPECT_EQ(front.members().front().point, 0U);
}

TEST(Front, FactorIsThatOfTheWorstObjectiveOfTheBestMember) {
  Front front(both);
  EXPECT_EQ(front.factor_to({1, 1, 1}), std::numeric_limits<double>::infinity());
  front.add({10, 30, 0}, 0);
  front.add({20, 20, 0}, 1);
  EXPECT_DOUBLE_EQ(front.factor_to({10, 20, 0}), 1.5);
  EXPECT_DOUBLE_EQ(front.factor_to({40, 25, 0}), 0.8);
  EXPECT_EQ(front.factor_to({0, 25, 0}), std::numeric_limits<double>::infinity());
}

TEST(Objectives, AreReadInTheirOrder) {
  EXPECT_EQ(parse_objectives("energy,cycles"), both);
  EXPECT_EQ(parse_objectives("buffer"), Objectives{Objective::buffer});
}

TEST(Objectives, RejectsWhatIsNone) {
  for (const auto* text : {"", "cycle", "cycles,", "cycles energy"}) {
    try {
      static_cast<void>(parse_objectives(text));
      ADD_FAILURE() << text;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("is no objective"));
      EXPECT_THAT(error.what(), HasSubstr("known: cycles, energy, buffer"));
    }
  }
}

}  // namespace
}  // namespace attnsim::explore
