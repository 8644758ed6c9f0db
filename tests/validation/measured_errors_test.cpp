#include "validation/measured_errors.h"

#include <gmock/gmock.h>
#include <sstream>

#include "base/complaint.h"
#include "validation/example_measurements.h"
#include "validation/measured_csv.h"
#include "validation/measured_summary.h"
#include "validation/measured_text.h"

namespace attnsim::validation {
namespace {

using testing::DoubleEq;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

std::vector<std::string> names_of(const std::vector<RowGroup>& groups) {
  std::vector<std::string> names;
  names.reserve(groups.size());
  for (const auto& group : groups) names.push_back(group.name);
  return names;
}

/// A study of rows that are off by so much.
MeasuredStudy study_of(const std::vector<double>& errors) {
  MeasuredStudy study;
  for (const auto error : errors) {
    ComparedMeasurement row;
    row.measured = example_measurements().rows[0];
    row.simulated = example_prediction(row.measured);
    row.simulated->seconds = row.measured.seconds() * (1 + error);
    study.rows.push_back(row);
  }
  return study;
}

TEST(MeasuredErrors, SeparateTheClockFromTheCycles) {
  const auto study = example_measured_study();
  const auto& row = study.rows[1];  // measured at 1.6 GHz, simulated at 1.8 GHz
  EXPECT_THAT(measured_error::time.of(row), Optional(DoubleNear(0.1, 1e-9)));
  EXPECT_THAT(measured_error::clock.of(row), Optional(DoubleNear(1.8 / 1.6 - 1, 1e-4)));
  EXPECT_THAT(measured_error::cycles.of(row), Optional(DoubleNear(1.1 * 1.8 / 1.6 - 1, 1e-4)));
}

TEST(MeasuredErrors, OfBoundRooflineAndEnergyAreAgainstTheMeasurement) {
  const auto row = example_measured_study().rows[0];
  EXPECT_THAT(measured_error::bound.of(row), Optional(DoubleNear(0.55 - 1, 1e-9)));
  EXPECT_THAT(measured_error::roofline.of(row), Optional(DoubleNear(0.5 - 1, 1e-9)));
  EXPECT_THAT(measured_error::energy.of(row), Optional(DoubleNear(-0.2, 1e-9)));
}

TEST(MeasuredErrors, AreAbsentWhereNothingWasMeasuredOrSimulated) {
  const auto study = example_measured_study();
  EXPECT_EQ(measured_error::energy.of(study.rows[2]), std::nullopt);  // 0: not measured
  EXPECT_EQ(measured_error::time.of(study.rows[5]), std::nullopt);
  EXPECT_EQ(measured_error::roofline.of(study.rows[5]), std::nullopt);  // not simulated
}

TEST(MeasuredErrors, RooflineIsTheSlowerOfOperationsAndBytes) {
  const auto row = example_measurements().rows[0];  // 20 TFLOP/s and 50 GB/s for 100 us
  EXPECT_THAT(roofline_seconds(row, {"", 40e12, 1e12}), Optional(DoubleEq(50e-6)));
  EXPECT_THAT(roofline_seconds(row, {"", 40e12, 0.05e12}), Optional(DoubleEq(100e-6)));
}

TEST(MeasuredErrors, StatisticsAreOfMagnitudesTheBiasOfSigns) {
  const auto study = study_of({-0.3, 0.1, 0.2, -0.1});
  const auto of = statistics_of(study, all_rows_of(study), measured_error::time);
  EXPECT_EQ(of.rows, 4U);
  EXPECT_NEAR(of.mape, 0.175, 1e-12);
  EXPECT_NEAR(of.median, 0.15, 1e-12);
  EXPECT_NEAR(of.bias, -0.025, 1e-12);
  EXPECT_NEAR(of.worst, -0.3, 1e-12);
  EXPECT_EQ(of.worst_row, 0U);
  EXPECT_EQ(statistics_of(study, {}, measured_error::time).rows, 0U);
}

TEST(MeasuredErrors, GroupEveryRowOnceByEachThing) {
  const auto study = example_measured_study();
  EXPECT_THAT(names_of(by_kernel(study).groups),
              ElementsAre("flash", "window", "decode", "mystery"));
  std::vector<std::string> titles;
  for (const auto& grouping : by_problem(study)) {
    titles.push_back(grouping.title);
    std::size_t rows = 0;
    for (const auto& group : grouping.groups) rows += group.rows.size();
    EXPECT_EQ(rows, study.rows.size()) << grouping.title;
  }
  EXPECT_THAT(titles, ElementsAre("family", "phase", "mask", "keys (M)", "batch (B)",
                                  "query heads that share keys (H/J)", "measured time"));
}

TEST(MeasuredErrors, GroupsOfSizesStandInTheirOrder) {
  const auto study = example_measured_study();
  EXPECT_THAT(names_of(by_keys(study).groups), ElementsAre("1K", "1K to 2K", "4K"));
  EXPECT_THAT(names_of(by_problem(study).back().groups),
              ElementsAre("1 us to 10 us", "10 us to 100 us", "100 us to 1 ms"));
}

TEST(MeasuredErrors, SharesAreMeansOverTheSimulatedRows) {
  const auto study = example_measured_study();
  const auto shares = shares_of(study, all_rows_of(study));
  ASSERT_EQ(shares.size(), 2U);  // the idle unit is left out
  EXPECT_EQ(shares[0].unit, "hbm");
  EXPECT_DOUBLE_EQ(shares[0].busy, 0.5);
  EXPECT_EQ(shares[0].bounds, 1U);
  EXPECT_DOUBLE_EQ(shares[1].busy, (4 * 0.5 + 0.1) / 5);
  EXPECT_EQ(shares[1].bounds, 4U);
}

TEST(MeasuredRows, AreInTheOrderOfTheFileWhateverTheWorkers) {
  const auto rows = example_measurements().rows;
  const auto one = predict_rows(rows, example_prediction, 1);
  const auto three = predict_rows(rows, example_prediction, 3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(one[i].measured.place.line, rows[i].place.line);
    EXPECT_EQ(one[i].failure, three[i].failure);
    EXPECT_EQ(one[i].simulated.has_value(), three[i].simulated.has_value());
  }
}

TEST(MeasuredRows, ARowThatThrowsIsARowWithItsError) {
  const auto rows = predict_rows(example_measurements().rows, example_prediction, 1);
  EXPECT_EQ(rows[5].failure, "not simulated: no mapping gpu/mystery");
  EXPECT_FALSE(rows[5].simulated);
  EXPECT_TRUE(rows[4].simulated);
}

TEST(MeasuredRows, SayHowManyAreDone) {
  std::vector<std::size_t> seen;
  const auto rows = example_measurements().rows;
  static_cast<void>(
      predict_rows(rows, example_prediction, 3, [&](std::size_t done) { seen.push_back(done); }));
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(MeasuredRows, AreThoseOfTheKernelsNamed) {
  auto table = example_measurements();
  keep_kernels({"fl*", "decode"}, table);
  EXPECT_EQ(table.rows.size(), 4U);
  EXPECT_EQ(table.failed.size(), 1U);
  EXPECT_THAT(complaint([&] {
                keep_kernels({"flsh"}, table);
                return 0;
              }),
              HasSubstr("m.csv: no kernel is named like 'flsh', did you mean 'flash'? (there are: "
                        "flash, decode)"));
}

TEST(MeasuredSummary, NamesTheKernelsThatAreOff) {
  const auto study = example_measured_study();
  EXPECT_THAT(names_of(kernels_off(study, 0.2)), ElementsAre("window"));
  EXPECT_THAT(names_of(kernels_off(study, 0.05)), ElementsAre("flash", "window", "decode"));
}

TEST(MeasuredSummary, NamesTheKernelsForWhichASimplerModelIsAsGood) {
  auto study = example_measured_study();
  const auto& roofline = measured_error::roofline;
  EXPECT_THAT(names_of(kernels_unearned(study, roofline)), ElementsAre("decode"));  // 10% as well
  EXPECT_THAT(names_of(kernels_unearned(study, measured_error::bound)), testing::IsEmpty());
  study.rows[3].roofline_s = study.rows[3].measured.seconds();
  EXPECT_THAT(names_of(kernels_unearned(study, roofline)), ElementsAre("window", "decode"));
  EXPECT_THAT(summary_lines(study),
              testing::Contains("The roofline does as well as the simulation for: window 0.0%, "
                                "decode 10.0%."));
}

TEST(MeasuredSummary, LimitsHoldUpToTheirValueAndForRowsWithAResultAlone) {
  const auto study = study_of({-0.125, 0.125});
  EXPECT_TRUE(within_limits(study, {0.13, 0.13}));
  EXPECT_FALSE(within_limits(study, {0.12, 0.13}));
  EXPECT_FALSE(within_limits(study, {0.13, 0.12}));
  EXPECT_FALSE(within_limits(example_measured_study(), {1, 1}));  // the mystery
  EXPECT_FALSE(within_limits(MeasuredStudy{}, {1, 1}));
}

TEST(MeasuredSummary, SaysWhereAMeasurementBeatsTheMachine) {
  auto study = example_measured_study();
  EXPECT_THAT(summary_lines(study), testing::Not(testing::Contains(HasSubstr("faster than"))));
  study.rows[0].roofline_s = 101e-6;
  EXPECT_THAT(summary_lines(study).back(), HasSubstr("1 row was measured faster than"));
}

TEST(MeasuredCsv, HasALineForEachRowWithItsErrors) {
  const auto table = CsvTable::parse(measured_csv(example_measured_study()), "out.csv");
  ASSERT_EQ(table.rows(), 6U);
  EXPECT_EQ(table.cell(3, "extra"), "sinks=4 window=512");
  EXPECT_NEAR(*table.number(3, "time_error"), -0.4, 1e-9);
  EXPECT_EQ(table.cell(4, "bound_by"), "hbm");
  EXPECT_EQ(table.number(5, "time_error"), std::nullopt);
  EXPECT_EQ(table.cell(5, "failure"), "not simulated: no mapping gpu/mystery");
  EXPECT_EQ(table.cell(4, "command"), "attnsim simulate --mapping gpu/decode");
}

TEST(MeasuredCsv, IsReadBackWhateverTheNameOfAKernel) {
  auto study = example_measured_study();
  study.rows[0].measured.kernel = "# a, \"b\"";
  const auto table = CsvTable::parse(measured_csv(study), "out.csv");
  ASSERT_EQ(table.rows(), 6U);
  EXPECT_EQ(table.cell(0, "kernel"), "# a, \"b\"");
}

/// The whole message of a comparison: a golden text, of a made-up model, so that only a change of
/// the message changes it.
TEST(MeasuredText, IsThis) {
  std::ostringstream out;
  print_measured(out, example_measured_study());
  EXPECT_EQ(out.str(), R"(m.csv
  GPU: Example GPU, 4 SMs
  driver: 1.2, toolkit: CUDA 13.0
  clocks: SM at most 2000 MHz, memory 1000 MHz, power limit 700 W
  date: 2026-11-22
  command: attnsim-gpu run --csv <b>.csv

Simulated on gpu/example at up to 2 GHz: 5 of 6 rows. 1 more failed the check of their measurement and are left out.
Time: MAPE 16.0% (aim: 10%), median 10.0%, bias +0.0%; of the cycles 17.9%, of the mapping's bound 50.0%, of a roofline 44.5%. Energy: MAPE 20.0%, bias -20.0%.
Off by more than 20% in the mean: window 40.0%.
The roofline does as well as the simulation for: decode 10.0%.

Error of the simulated time by kernel; beside it that of the cycles (no clock in it), of the
mapping's bound, of a roofline, and the bias of the clock:
  kernel   rows   MAPE  median   worst    bias  cycles' MAPE  bound's  roofline's   clock
  flash       3  10.0%   10.0%  +10.0%  +10.0%         16.2%    45.0%       45.8%   +5.0%
  window      1  40.0%   40.0%  -40.0%  -40.0%         40.0%    70.0%       75.0%   +0.0%
  decode      1  10.0%   10.0%  +10.0%  +10.0%          1.0%    45.0%       10.0%  -10.0%
  mystery     0      -       -       -       -             -        -           -       -
  all         5  16.0%   10.0%  -40.0%   +0.0%         17.9%    50.0%       44.5%   +1.0%

Error of the simulated energy (measured in a loop of runs, where the L2 is warm):
  kernel   rows   MAPE  median   worst    bias
  flash       2  20.0%   20.0%  -20.0%  -20.0%
  window      1  20.0%   20.0%  -20.0%  -20.0%
  decode      1  20.0%   20.0%  -20.0%  -20.0%
  mystery     0      -       -       -       -
  all         4  20.0%   20.0%  -20.0%  -20.0%

Error of the simulated time by problem:
                                     rows   MAPE  median   worst    bias  cycles' MAPE  bound's  roofline's   clock
  family
    prefill                             4  17.5%   10.0%  -40.0%   -2.5%         22.1%    51.2%       53.1%   +3.8%
    dense decode                        1  10.0%   10.0%  +10.0%  +10.0%          1.0%    45.0%       10.0%  -10.0%
  phase
    many queries (prefill)              4  17.5%   10.0%  -40.0%   -2.5%         22.1%    51.2%       53.1%   +3.8%
    one query (decode)                  1  10.0%   10.0%  +10.0%  +10.0%          1.0%    45.0%       10.0%  -10.0%
  mask
    not causal                          2  10.0%   10.0%  +10.0%  +10.0%          1.0%    45.0%       30.0%  -10.0%
    causal                              3  20.0%   10.0%  -40.0%   -6.7%         29.2%    53.3%       54.2%   +8.3%
  keys (M)
    1K                                  2  10.0%   10.0%  +10.0%  +10.0%         12.4%    45.0%       50.0%   +1.3%
    1K to 2K                            1  10.0%   10.0%  +10.0%  +10.0%          1.0%    45.0%       10.0%  -10.0%
    4K                                  2  25.0%   25.0%  -40.0%  -15.0%         31.9%    57.5%       56.2%   +6.2%
  batch (B)
    1                                   3  10.0%   10.0%  +10.0%  +10.0%         16.2%    45.0%       45.8%   +5.0%
    2                                   1  40.0%   40.0%  -40.0%  -40.0%         40.0%    70.0%       75.0%   +0.0%
    4                                   1  10.0%   10.0%  +10.0%  +10.0%          1.0%    45.0%       10.0%  -10.0%
  query heads that share keys (H/J)
    1                                   3  10.0%   10.0%  +10.0%  +10.0%         16.2%    45.0%       45.8%   +5.0%
    4                                   2  25.0%   25.0%  -40.0%  -15.0%         20.5%    57.5%       42.5%   -5.0%
  measured time
    1 us to 10 us                       0      -       -       -       -             -        -           -       -
    10 us to 100 us                     2  10.0%   10.0%  +10.0%  +10.0%         12.4%    45.0%       30.0%   +1.3%
    100 us to 1 ms                      3  20.0%   10.0%  -40.0%   -6.7%         21.6%    53.3%       54.2%   +0.8%

Where the time goes in the model:
  kernel  rows bound by  busy in the mean
  flash   tensor 3       hbm 50%, tensor 50%
  window  tensor 1       hbm 50%, tensor 50%
  decode  hbm 1          hbm 50%, tensor 10%

The worst row of each kernel:
  kernel  shape                                                          measured  simulated   error  bound by
  flash   B=1 H=8 J=8 P=1024 M=1024 E=64 F=64                              100 us     110 us  +10.0%  tensor
  window  B=2 H=8 J=2 P=4096 M=4096 E=64 F=64 causal sinks=4 window=512    200 us     120 us  -40.0%  tensor
  decode  B=4 H=8 J=2 P=1 M=1500 E=64 F=64                                  10 us      11 us  +10.0%  hbm

Rows without a result:
  rows  kernel   why
     1  mystery  not simulated: no mapping gpu/mystery
     1  flash    its measurement: error: out of memory, "2" of 1 GiB
)");
}

}  // namespace
}  // namespace attnsim::validation
