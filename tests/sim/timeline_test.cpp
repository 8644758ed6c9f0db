#include "sim/timeline.h"

#include <gmock/gmock.h>

#include "sim/recorded.h"
#include "sim/recurrence_executor.h"
#include "sim/schedule_parts.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

using namespace parts;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class TimelineOf : public testing::TestWithParam<Execute> {};

INSTANTIATE_TEST_SUITE_P(Executors, TimelineOf,
                         testing::Values(&execute_systemc, &execute_recurrence),
                         [](const auto& test) {
                           return test.index == 0 ? "systemc" : "recurrence";
                         });

/// Loads of 5 cycles that arrive 40 later, into 2 slots; uses of 25.
Schedule loads_and_uses(std::int64_t n) {
  return Pair{.n = n, .slots = 2, .load = {5, 40}, .use = 25}.schedule();
}

TEST_P(TimelineOf, APairOfUnitsIsWhatOneDrawsByHand) {
  const auto timeline = record(GetParam(), loads_and_uses(3), false).timeline;

  ASSERT_THAT(timeline.lanes, SizeIs(2));
  EXPECT_EQ(timeline.lanes[0].name, "loader");
  EXPECT_EQ(timeline.works[1].name, "use");
  EXPECT_THAT(timeline.slices, ElementsAre(Slice{0, 0, 0, 5, {0}}, Slice{0, 0, 5, 10, {1}},
                                           Slice{1, 1, 45, 70, {0}}, Slice{0, 0, 70, 75, {2}},
                                           Slice{1, 1, 70, 95, {1}}, Slice{1, 1, 115, 140, {2}}));
  EXPECT_EQ(timeline.cycles, 140);
}

TEST_P(TimelineOf, TokensAreTakenWhenAnOperationStartsAndGivenAtArrival) {
  const auto levels = record(GetParam(), loads_and_uses(3), false).timeline.levels;

  ASSERT_THAT(levels, SizeIs(2));
  EXPECT_EQ(levels[0].name, "full");
  EXPECT_THAT(levels[0].samples,
              ElementsAre(LevelSample{0, 0}, LevelSample{50, 1}, LevelSample{70, 0}));
  EXPECT_EQ(levels[1].slots, 2);
  EXPECT_THAT(levels[1].samples, ElementsAre(LevelSample{0, 1}, LevelSample{5, 0},
                                             LevelSample{95, 1}, LevelSample{140, 2}));
}

TEST_P(TimelineOf, ASkipIsWholePeriodsAndTimesGoOnBehindIt) {
  const auto timeline = record(GetParam(), loads_and_uses(1000), true).timeline;

  ASSERT_THAT(timeline.skips, SizeIs(1));
  const auto& skip = timeline.skips.front();
  EXPECT_EQ(skip.period(), 70);  // two slots are filled and used
  EXPECT_EQ(skip.end - skip.start, skip.periods * skip.period());
  EXPECT_LT(timeline.slices.size(), 100U);
  EXPECT_EQ(timeline.slices.back(), (Slice{1, 1, 35'000, 35'025, {999}}));
}

TEST_P(TimelineOf, AWindowInTheMiddleOfABillionIsLeaptTo) {
  const auto schedule = loads_and_uses(1'000'000'000);
  const Window window{20'000'000'000, 20'000'000'070};

  const auto [run, timeline] = record(GetParam(), schedule, true, {window});

  EXPECT_LT(run.simulated_ops, 1000);
  EXPECT_THAT(timeline.skips, IsEmpty());
  std::vector<double> busy(2);
  for (const auto& slice : timeline.slices) {
    busy[slice.lane] += std::min(slice.end, static_cast<double>(window.end)) -
                        std::max(slice.start, static_cast<double>(window.begin));
  }
  EXPECT_THAT(busy, ElementsAre(10, 50));
}

TEST_P(TimelineOf, PartsOfACycleAreKept) {
  auto schedule =
      Pair{.n = 3, .slots = 3, .load = {5, 0}, .use = 1, .load_subcycles = 4}.schedule();

  const auto timeline = record(GetParam(), schedule, false).timeline;

  EXPECT_EQ(timeline.slices[1], (Slice{0, 0, 1.25, 2.5, {1}}));
  EXPECT_EQ(timeline.slices[2], (Slice{1, 1, 2, 3, {0}}));  // arrivals are at whole cycles
}

TEST_P(TimelineOf, AnEdgeOfTheWindowOutsideLeavesASliceOut) {
  const auto slices_in = [&](std::int64_t begin, std::int64_t end) {
    return record(GetParam(), loads_and_uses(3), false, {{begin, end}}).timeline.slices;
  };

  EXPECT_THAT(slices_in(10, 45), IsEmpty());
  EXPECT_THAT(slices_in(9, 45), ElementsAre(Slice{0, 0, 5, 10, {1}}));
  EXPECT_THAT(slices_in(10, 46), ElementsAre(Slice{1, 1, 45, 70, {0}}));
}

TEST(Timeline, AnIterationIsTextByRank) {
  Timeline timeline;
  timeline.works = {{0, "QK", {}, 0, {"p1", "m1"}, {}}, {0, "AV", {}, 0, {}, {}}};

  EXPECT_EQ(iteration_text(timeline, {0, 0, 0, 1, {3, 0}}), "p1=3 m1=0");
  EXPECT_EQ(iteration_text(timeline, {0, 1, 0, 1, {}}), "");
}

}  // namespace
}  // namespace attnsim::sim
