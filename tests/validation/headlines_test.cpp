#include "validation/headlines.h"

#include <gtest/gtest.h>

namespace attnsim::validation {
namespace {

RowOutcome outcome(const std::string& configuration, const std::string& length, double theirs,
                   double ours, std::vector<double> energies) {
  RowOutcome made;
  made.row.key = {configuration, "bert", length, std::nullopt};
  made.row.published.latency_s = theirs;
  made.row.published.energy_pj = theirs;
  made.row.ours.latency_s = ours;
  made.row.ours.energy_pj = energies.empty() ? ours : energies.back();
  made.energies_pj = std::move(energies);
  return made;
}

Claim claim(Claim::Metric metric, std::vector<std::string> of, std::vector<std::string> over) {
  return {"c", metric, std::move(of), std::move(over), 2, {}};
}

TEST(Headlines, AreTheArithmeticMeanOfTheRatios) {
  const std::vector<RowOutcome> outcomes{
      outcome("slow", "1K", 4, 6, {}), outcome("slow", "4K", 9, 8, {}),
      outcome("fast", "1K", 2, 2, {}), outcome("fast", "4K", 3, 1, {})};
  const auto made =
      headlines_of({claim(Claim::Metric::latency, {"slow"}, {"fast"})}, outcomes).front();
  EXPECT_EQ(made.published, (4.0 / 2 + 9.0 / 3) / 2);
  EXPECT_EQ(made.ours, (6.0 / 2 + 8.0 / 1) / 2);
  EXPECT_EQ(made.ours_uncorrected, std::nullopt);
}

TEST(Headlines, SumTheConfigurationsOfASide) {
  const std::vector<RowOutcome> outcomes{outcome("slow", "1K", 4, 6, {}),
                                         outcome("fast", "1K", 2, 2, {}),
                                         outcome("linear", "1K", 2, 2, {})};
  const auto made =
      headlines_of({claim(Claim::Metric::latency, {"slow", "linear"}, {"fast", "linear"})},
                   outcomes)
          .front();
  EXPECT_EQ(made.published, 6.0 / 4);
  EXPECT_EQ(made.ours, 8.0 / 4);
}

TEST(Headlines, LeaveOutWhatOneSideHasNoResultFor) {
  auto failed = outcome("fast", "4K", 3, 1, {});
  failed.row.ours = {};
  const std::vector<RowOutcome> outcomes{outcome("slow", "1K", 4, 6, {}),
                                         outcome("slow", "4K", 9, 8, {}),
                                         outcome("fast", "1K", 2, 2, {}), failed};
  const auto made =
      headlines_of({claim(Claim::Metric::latency, {"slow"}, {"fast"})}, outcomes).front();
  EXPECT_EQ(made.ours, 6.0 / 2);
}

TEST(Headlines, OfEnergyAreRecountedAndBesideThatOurOwn) {
  const std::vector<RowOutcome> outcomes{outcome("a", "1K", 1, 0, {1, 3}),
                                         outcome("b", "1K", 2, 0, {2, 4})};
  const auto made = headlines_of({claim(Claim::Metric::energy, {"a"}, {"b"})}, outcomes).front();
  EXPECT_EQ(made.published, 0.5);
  EXPECT_EQ(made.ours, 0.5);
  EXPECT_EQ(made.ours_uncorrected, 0.75);
}

TEST(Corrections, AreWhatEachRuleChangesWhenItIsGivenUpAfterTheOnesBefore) {
  const std::vector<RowOutcome> outcomes{outcome("a", "1K", 1, 0, {1, 2, 3}),
                                         outcome("b", "1K", 2, 0, {2, 2, 4})};
  const auto made = corrections_of({claim(Claim::Metric::energy, {"a"}, {"b"})}, outcomes,
                                   {{"first", "because"}, {"second", "since"}});
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0].rule, "first");
  EXPECT_EQ(made[0].ratio, 1.0);
  EXPECT_EQ(made[0].change, 0.5);
  EXPECT_EQ(made[1].ratio, 0.75);
  EXPECT_EQ(made[1].change, -0.25);
}

TEST(Corrections, OfLatencyThereAreNone) {
  EXPECT_TRUE(
      corrections_of({claim(Claim::Metric::latency, {"a"}, {"b"})}, {}, {{"r", "w"}}).empty());
}

}  // namespace
}  // namespace attnsim::validation
