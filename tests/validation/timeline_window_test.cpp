#include <algorithm>
#include <gmock/gmock.h>

#include "base/error.h"
#include "explore/timeline.h"

namespace attnsim::explore {
namespace {

using testing::IsEmpty;
using testing::Not;

Inputs point(const std::string& arch, const std::string& mapping, const std::string& shape) {
  Point point;
  point.arch = arch;
  point.mapping = mapping;
  point.shape = shape;
  return load_inputs(point);
}

sim::Skip skip(std::int64_t start, std::int64_t end, std::int64_t periods) {
  return {start, end, periods};
}

TEST(Timeline, ShowsSomePeriodsOfAMillionTokensInFull) {
  const auto inputs = point("fusemax", "fusemax", "B=64,H=12,P=1M,M=1M,E=64,F=64");

  const auto few = timeline(inputs, 2);
  const auto more = timeline(inputs, 4);

  ASSERT_THAT(few.slices, Not(IsEmpty()));
  EXPECT_THAT(few.skips, IsEmpty());
  EXPECT_EQ(more.window.end - more.window.begin, 2 * (few.window.end - few.window.begin));
  for (const auto* unit : {"array2d", "array1d"}) {
    const auto of_unit = [&](const sim::Slice& slice) {
      return few.lanes[slice.lane].name == unit;
    };
    EXPECT_TRUE(std::any_of(few.slices.begin(), few.slices.end(), of_unit)) << unit;
  }
  const auto transfer = std::find_if(
      few.works.begin(), few.works.end(),
      [&](const sim::Work& work) { return few.lanes[work.lane].port && !work.actions.empty(); });
  EXPECT_NE(transfer, few.works.end());
}

TEST(Timeline, OfARunInWhichNothingRepeatsIsItsBeginning) {
  const auto inputs = point("fusemax", "fusemax", "B=1,H=1,P=256,M=512,E=64,F=64");

  const auto all = timeline(inputs);
  const auto some = timeline(inputs, 4, 10);

  EXPECT_EQ(all.window, sim::Window{});
  EXPECT_EQ(some.slices.size(), 10U);
  EXPECT_EQ(some.left_out, static_cast<std::int64_t>(all.slices.size()) - 10);
}

TEST(Timeline, OfLaunchesThereIsNone) {
  const auto inputs =
      point("gpu/h100_sxm", "gpu/flash_attention_3", "B=1,H=8,P=2K,M=2K,E=128,F=128,J=8");

  EXPECT_THROW(static_cast<void>(timeline(inputs)), InputError);
}

TEST(WindowOf, TheSteadyStateIsTheInnermostOfTheLongestSkip) {
  sim::Timeline whole;
  whole.cycles = 100'000;
  whole.skips = {skip(500, 900, 4),        // of a loop before
                 skip(2000, 9000, 70),     // the inner loop of the period that follows
                 skip(12'000, 92'000, 8),  // of 10,000 cycles each
                 skip(93'000, 99'000, 60)};

  EXPECT_EQ(window_of(Part::steady, whole), (sim::Window{2000, 2400}));
  EXPECT_EQ(window_of(Part::steady, whole, 100), (sim::Window{2000, 9000}));
  EXPECT_EQ(window_of(Part::first, whole), (sim::Window{0, 500}));
  EXPECT_EQ(window_of(Part::last, whole), (sim::Window{99'000, 100'000}));
}

TEST(WindowOf, WithoutSkipsThereIsNone) {
  for (const auto part : {Part::first, Part::steady, Part::last})
    EXPECT_EQ(window_of(part, sim::Timeline()), std::nullopt);
}

}  // namespace
}  // namespace attnsim::explore
