#include "report/sweep_view.h"

#include <gmock/gmock.h>

#include "report/example_sweep.h"
#include "report/number_in.h"
#include "report/sweep_charts.h"

namespace attnsim::report {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(NumberIn, ReadsLengthsAndQuantities) {
  EXPECT_EQ(number_in("16"), 16);
  EXPECT_EQ(number_in("0.5"), 0.5);
  EXPECT_EQ(number_in("4K"), 4096);
  EXPECT_EQ(number_in("16 MiB"), 16.0 * 1024 * 1024);
  EXPECT_EQ(number_in("2 GB/s"), 2e9);
  EXPECT_EQ(number_in("940 MHz"), 940e6);
}

TEST(NumberIn, IsAbsentInWords) {
  for (const auto* const text : {"", "flat", "4 apples", "4K more"}) {
    EXPECT_EQ(number_in(text), std::nullopt) << text;
  }
}

TEST(SweepView, SortsLevelsOfNumbersBySize) {
  auto sweep = example_sweep();
  for (auto& row : sweep.rows)
    row.parameters["buffer"] = row.position % 2 == 0 ? "2 MiB" : "16 KiB";
  const auto view = view_of(sweep);

  ASSERT_EQ(view.parameters.size(), 2U);
  EXPECT_EQ(view.parameters[0].name, "buffer");
  EXPECT_THAT(view.parameters[0].levels, ElementsAre("16 KiB", "2 MiB"));
  EXPECT_THAT(view.parameters[1].levels, ElementsAre("16", "32", "48"));
}

TEST(SweepView, LeavesOutParametersThatRepeatThePoint) {
  auto sweep = example_sweep();
  for (auto& row : sweep.rows) row.parameters["length"] = row.point.seq;
  ASSERT_EQ(view_of(sweep).parameters.size(), 1U);
  sweep.rows.front().parameters["length"] = "another";
  EXPECT_EQ(view_of(sweep).parameters.size(), 2U);
}

TEST(SweepView, NamesConfigurationsByMappingAndWhereItVariesByMachine) {
  auto sweep = example_sweep();
  EXPECT_THAT(view_of(sweep).configuration.levels, ElementsAre("flat", "fused"));
  sweep.rows.front().record.arch = "other";
  EXPECT_THAT(view_of(sweep).configuration.levels,
              ElementsAre("flat@other", "flat@toy", "fused@toy"));
}

TEST(SweepView, AWorkloadIsAModelAtAShape) {
  auto sweep = example_sweep();
  EXPECT_EQ(view_of(sweep).workloads.size(), 6U);
  EXPECT_EQ(view_of(sweep).workloads.front().label, "bert 1K");

  // The same words for another shape, as where a parameter sets it.
  sweep.rows.back().record.shapes["E"] = 128;
  const auto view = view_of(sweep);
  ASSERT_EQ(view.workloads.size(), 7U);
  EXPECT_EQ(view.workloads.back().label, "xlm 16K (E=128 M=16384)");
}

TEST(SweepView, RowsThatFailedAreOfNoWorkload) {
  const auto sweep = example_sweep();
  const auto view = view_of(sweep);
  int failed = 0;
  for (std::size_t i = 0; i < sweep.rows.size(); ++i) {
    EXPECT_EQ(view.workload[i].has_value(), view.result(i) != nullptr);
    failed += view.workload[i] ? 0 : 1;
  }
  EXPECT_EQ(failed, 2);
}

TEST(SweepView, LabelsSayWhatVaries) {
  auto sweep = example_sweep();
  EXPECT_EQ(view_of(sweep).label(0), "flat, pe 16");
  std::erase_if(sweep.rows, [](const auto& row) { return row.point.mapping == "fused"; });
  EXPECT_EQ(view_of(sweep).label(0), "pe 16");
}

TEST(SweepView, AFrontComparesPointsOfOneWorkloadOnly) {
  const auto sweep = example_sweep();
  const auto view = view_of(sweep);
  for (std::size_t workload = 0; workload < view.workloads.size(); ++workload) {
    const auto front = front_of(view, workload, time_measures()[0], cost_measures()[0]);
    ASSERT_FALSE(front.empty());
    for (const auto row : front) EXPECT_EQ(view.workload[row], workload);
  }
}

TEST(SweepView, PointsWithoutAFigureAreOnNoFront) {
  auto sweep = example_sweep();
  for (auto& row : sweep.rows) {
    if (row.record.result) row.record.result->area_um2.reset();
  }
  EXPECT_THAT(front_of(view_of(sweep), 0, time_measures()[0], cost_measures()[1]), IsEmpty());
}

TEST(ChosenRows, KeepTheEndsOfALongFrontAndSayWhatIsLeftOut) {
  auto sweep = example_sweep(40);
  std::erase_if(sweep.rows, [](const auto& row) {
    return row.point.mapping == "flat" || row.point.seq != "1K" || row.point.model != "bert";
  });
  const auto view = view_of(sweep);
  const auto front = front_of(view, 0, time_measures()[0], cost_measures()[0]);
  ASSERT_EQ(front.size(), 40U) << "larger arrays are faster and take more energy";
  const auto chosen = front_rows(view);

  EXPECT_EQ(chosen.rows.size(), most_rows);
  EXPECT_EQ(chosen.rows.front(), front.front());
  EXPECT_EQ(chosen.rows.back(), front.back());
  EXPECT_EQ(chosen.left_out, 40 - most_rows);
}

TEST(ChosenRows, TakeTheFastestOfEachConfiguration) {
  const auto sweep = example_sweep();
  const auto view = view_of(sweep);
  const auto chosen = fastest_rows(view);

  ASSERT_EQ(chosen.rows.size(), 2 * view.workloads.size());
  for (const auto row : chosen.rows) {
    for (const auto other : view.rows_of(*view.workload[row])) {
      if (view.configuration.values[other] != view.configuration.values[row]) continue;
      EXPECT_LE(view.result(row)->seconds, view.result(other)->seconds);
    }
  }
}

}  // namespace
}  // namespace attnsim::report
