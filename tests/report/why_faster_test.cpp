#include "report/why_faster.h"

#include <gmock/gmock.h>

#include "base/did_you_mean.h"

namespace attnsim::report {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// A run at 1 GHz whose array is busy for `busy` of `cycles`, on one Einsum.
RunRecord run_of(std::int64_t cycles, std::int64_t busy, const std::string& unit = "array",
                 bool port = false) {
  RunRecord run;
  run.clock_hz = 1e9;
  run.result.cycles = cycles;
  run.result.seconds = static_cast<double>(cycles) / 1e9;
  run.result.bound_cycles = busy;
  run.result.bound_by = unit;
  run.result.units = {{unit, port, static_cast<double>(busy), 0}};
  if (!port) run.result.einsums = {{"QK", unit, busy, 0}};
  return run;
}

std::string words(const RunRecord& fast, const RunRecord& slow) {
  return join(in_words(why_faster(fast, slow), "fast", "slow"), " ");
}

TEST(WhyFaster, AmountsAddUpToTheDifference) {
  const auto why = why_faster(run_of(1000, 900), run_of(1700, 1100));

  EXPECT_EQ(why.difference(), 700);
  EXPECT_EQ(why.busier, 200);
  EXPECT_EQ(why.waits_longer, 500);
  EXPECT_EQ(why.busier + why.waits_longer, why.difference());
}

TEST(WhyFaster, DoesNotDependOnTheOrder) {
  const auto fast = run_of(1000, 900);
  const auto slow = run_of(1700, 1100);
  EXPECT_EQ(why_faster(slow, fast).busier, why_faster(fast, slow).busier);
  EXPECT_EQ(why_faster(slow, fast).faster.total, 1000);
}

TEST(WhyFaster, NineTenthsOfTheDifferenceNameTheCause) {
  const auto fast = run_of(1000, 1000);
  EXPECT_EQ(why_faster(fast, run_of(2000, 1900)).cause, WhyCause::busier);
  EXPECT_EQ(why_faster(fast, run_of(2000, 1899)).cause, WhyCause::both);
  EXPECT_EQ(why_faster(fast, run_of(2000, 1101)).cause, WhyCause::both);
  EXPECT_EQ(why_faster(fast, run_of(2000, 1100)).cause, WhyCause::waiting);
}

TEST(WhyFaster, WaitingMayOutweighLessWork) {
  const auto fast = run_of(1000, 1000);
  const auto slow = run_of(2000, 500);
  const auto why = why_faster(fast, slow);

  EXPECT_EQ(why.busier, -500);
  EXPECT_EQ(why.waits_longer, 1500);
  EXPECT_EQ(why.cause, WhyCause::waiting);
  EXPECT_THAT(words(fast, slow), HasSubstr("busy for 500 cycles less (-50.00% of the difference) "
                                           "and waits for 1,500 cycles more (150.00%)"));
}

TEST(WhyFaster, EqualTimesHaveNoCause) {
  EXPECT_EQ(why_faster(run_of(1000, 900), run_of(1000, 500)).cause, WhyCause::none);
  EXPECT_EQ(why_faster(run_of(1000, 900), run_of(1001, 900)).cause, WhyCause::waiting);
  EXPECT_THAT(words(run_of(1000, 900), run_of(1000, 500)),
              HasSubstr("fast and slow take the same time."));
}

TEST(WhyFaster, CountsSecondsWhereClocksDiffer) {
  const auto fast = run_of(3000, 3000);
  auto slow = run_of(2000, 1000);
  slow.clock_hz = 5e8;
  slow.result.seconds = 4e-6;
  const auto why = why_faster(fast, slow);

  EXPECT_TRUE(why.in_seconds);
  EXPECT_DOUBLE_EQ(why.difference(), 1e-6);
  EXPECT_DOUBLE_EQ(why.busier, 2e-6 - 3e-6);
  EXPECT_THAT(words(fast, slow), HasSubstr("fast takes 3 us, slow 4 us: 1.333x as long."));
}

TEST(WhyFaster, NamesTheEinsumThatTakesLonger) {
  const auto fast = run_of(1000, 1000);
  auto slow = run_of(2000, 2000);
  slow.result.einsums = {{"QK", "array", 1100, 0}, {"AV", "array", 900, 0}};
  const auto why = why_faster(fast, slow);

  ASSERT_EQ(why.einsums.size(), 2U);
  EXPECT_EQ(why.einsums[0].einsum, "AV");
  EXPECT_EQ(why.einsums[0].longer, 900);
  EXPECT_THAT(words(fast, slow),
              HasSubstr("The largest part of the longer work in slow is AV (900 cycles more)"));
}

TEST(WhyFaster, SaysBytesOnlyWhereAPortBinds) {
  auto fast = run_of(1000, 900);
  fast.result.traffic["dram"] = {80, 20};
  auto slow = run_of(4000, 4000, "dram", true);
  slow.result.traffic["dram"] = {300, 100};

  EXPECT_EQ(why_faster(fast, slow).bytes_ratio, 4);
  EXPECT_THAT(words(fast, slow), HasSubstr("slow moves 4x the bytes of fast through dram."));
  auto computes = run_of(4000, 4000);
  computes.result.traffic["dram"] = {300, 100};
  EXPECT_THAT(words(fast, computes), Not(HasSubstr("bytes")));
}

/// Two units that compute, busy for these cycles of a thousand.
RunRecord two_units(std::int64_t cycles, double one, double other) {
  auto run = run_of(cycles, static_cast<std::int64_t>(one));
  run.result.units.push_back({"vector", false, other, 0});
  return run;
}

TEST(WhyFaster, SaysWhetherUnitsWorkAtOnceByTheirBusyTimes) {
  const auto fast = two_units(1000, 900, 900);
  EXPECT_THAT(words(fast, two_units(2000, 1000, 1000)),
              AllOf(HasSubstr("add up to 100.00% of the time in slow: they may as well work one "
                              "after another"),
                    HasSubstr("in fast to 180.00%: there, several work at the same time")));
  EXPECT_THAT(words(fast, two_units(2000, 1000, 1002)),
              HasSubstr("100.10% of the time in slow, some at the same time"));
  EXPECT_THAT(words(two_units(1000, 400, 600), two_units(2000, 500, 600)),
              HasSubstr("in fast to 100.00%."));
  EXPECT_THAT(words(two_units(1000, 900, 10), two_units(2000, 1000, 1000)),
              Not(HasSubstr("add up")));
}

}  // namespace
}  // namespace attnsim::report
