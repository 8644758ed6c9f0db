#include "report/speedups.h"

#include <cmath>
#include <gmock/gmock.h>

#include "base/error.h"
#include "report/example_sweep.h"

namespace attnsim::report {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Rows of one workload: a mapping, a parameter and a time each.
explore::SweepResults timed(
    const std::vector<std::tuple<std::string, std::string, double>>& points) {
  explore::SweepResults sweep;
  for (const auto& [mapping, pe, seconds] : points) {
    explore::SweepRow row;
    row.point.mapping = mapping;
    row.point.seq = "1K";
    row.parameters["pe"] = pe;
    row.record.result.emplace().seconds = seconds;
    sweep.rows.push_back(std::move(row));
  }
  return sweep;
}

std::string complaint(const SweepView& view, const std::string& text) {
  try {
    (void)parse_baseline(view, text);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Speedups, AreGeometricMeansOfEqualPoints) {
  const auto sweep = timed({{"a", "1", 8}, {"a", "2", 6}, {"b", "1", 4}, {"b", "2", 0.75}});
  const auto speedups = speedups_of(view_of(sweep), {"configuration", "a"});

  ASSERT_THAT(speedups.levels, ElementsAre("b"));
  ASSERT_EQ(speedups.overall.size(), 1U);
  EXPECT_DOUBLE_EQ(speedups.overall[0].mean, 4);  // of 2 and 8
  EXPECT_EQ(speedups.overall[0].pairs, 2);
  EXPECT_DOUBLE_EQ(speedups.overall[0].least, 2);
  EXPECT_DOUBLE_EQ(speedups.overall[0].most, 8);
  EXPECT_EQ(speedups.unpaired, 0);
}

TEST(Speedups, CountPointsWithoutACounterpart) {
  const auto sweep = timed({{"a", "1", 8}, {"b", "1", 4}, {"b", "2", 1}});
  const auto speedups = speedups_of(view_of(sweep), {"configuration", "a"});

  EXPECT_DOUBLE_EQ(speedups.overall.at(0).mean, 2);
  EXPECT_EQ(speedups.unpaired, 1);
}

TEST(Speedups, MayBeOverAParameter) {
  const auto sweep = timed({{"a", "1", 8}, {"a", "2", 4}, {"b", "1", 3}, {"b", "2", 3}});
  const auto speedups = speedups_of(view_of(sweep), {"pe", "1"});

  EXPECT_THAT(speedups.levels, ElementsAre("2"));
  EXPECT_DOUBLE_EQ(speedups.overall.at(0).mean, std::sqrt(2.0));
}

TEST(Speedups, AreOfOneWorkloadEach) {
  const auto sweep = example_sweep();
  const auto view = view_of(sweep);
  const auto speedups = speedups_of(view, *default_baseline(view));

  EXPECT_EQ(speedups.by_workload.size(), view.workloads.size());
  for (const auto& speedup : speedups.by_workload) EXPECT_GT(speedup.mean, 1);
}

TEST(Baseline, IsTheFirstConfigurationOrElseTheFirstValue) {
  const auto both = timed({{"b", "2", 1}, {"a", "1", 1}});
  EXPECT_EQ(default_baseline(view_of(both))->level, "b");
  const auto one = timed({{"a", "2", 1}, {"a", "1", 1}});
  EXPECT_EQ(default_baseline(view_of(one))->axis, "pe");
  EXPECT_EQ(default_baseline(view_of(one))->level, "1");
  const auto none = timed({{"a", "1", 1}});
  EXPECT_EQ(default_baseline(view_of(none)), std::nullopt);
}

TEST(Baseline, ThatIsNoneSaysWhatThereIs) {
  const auto sweep = timed({{"flat", "1", 1}, {"fused", "2", 1}});
  const auto view = view_of(sweep);

  EXPECT_EQ(parse_baseline(view, "pe=2").level, "2");
  EXPECT_THAT(complaint(view, "configuration=flatt"),
              AllOf(HasSubstr("--baseline configuration=flatt"), HasSubstr("did you mean 'flat'"),
                    HasSubstr("there are: flat, fused")));
  EXPECT_THAT(complaint(view, "size=2"), HasSubstr("it has: configuration, pe"));
  EXPECT_THAT(complaint(view, "pe"), HasSubstr("no point has pe ''"));
}

}  // namespace
}  // namespace attnsim::report
