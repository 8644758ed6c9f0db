#include "report/pareto.h"

#include <gmock/gmock.h>
#include <random>

namespace attnsim::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// By the definition: which points no other one beats.
std::vector<bool> unbeaten(const std::vector<Costs>& points) {
  std::vector<bool> on_front;
  for (const auto& one : points) {
    bool beaten = false;
    for (const auto& other : points) {
      const bool as_good = other.across <= one.across && other.up <= one.up;
      beaten = beaten || (as_good && (other.across < one.across || other.up < one.up));
    }
    on_front.push_back(!beaten);
  }
  return on_front;
}

TEST(Pareto, OfNothingIsNothing) { EXPECT_THAT(pareto_front({}), IsEmpty()); }

TEST(Pareto, APointThatIsBetterInOneFigureStays) {
  EXPECT_THAT(pareto_front({{2, 1}, {1, 2}}), ElementsAre(1, 0));
}

TEST(Pareto, APointThatIsWorseInOneAndEqualInTheOtherGoes) {
  EXPECT_THAT(pareto_front({{1, 2}, {1, 1}}), ElementsAre(1));
  EXPECT_THAT(pareto_front({{2, 1}, {1, 1}}), ElementsAre(1));
}

TEST(Pareto, EqualPointsStayTogether) {
  EXPECT_THAT(pareto_front({{1, 1}, {2, 0}, {1, 1}}), ElementsAre(0, 2, 1));
}

TEST(Pareto, IsWhatNoOtherPointBeats) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> cost(0, 12);
  for (int round = 0; round < 200; ++round) {
    std::vector<Costs> points;
    for (int i = 0; i < 30; ++i) {
      const auto across = cost(random);
      points.push_back({static_cast<double>(across), static_cast<double>(cost(random))});
    }
    std::vector<bool> on_front(points.size());
    for (const auto at : pareto_front(points)) on_front[at] = true;
    EXPECT_EQ(on_front, unbeaten(points));
  }
}

}  // namespace
}  // namespace attnsim::report
