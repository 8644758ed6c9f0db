#include "validation/headlines.h"

#include <gtest/gtest.h>

namespace attnsim::validation {
namespace {

ComparedRow row(const std::string& configuration, const std::string& length, double theirs,
                double ours, std::vector<double> energies) {
  ComparedRow made;
  made.key = {configuration, "bert", length, std::nullopt};
  made.published.latency_s = theirs;
  made.published.energy_pj = theirs;
  made.ours.latency_s = ours;
  made.ours.energy_pj = energies.empty() ? ours : energies.back();
  made.energy_steps_pj = std::move(energies);
  return made;
}

Claim claim(Claim::Metric metric, std::vector<std::string> of, std::vector<std::string> over) {
  return {"c", metric, std::move(of), std::move(over), 2, {}};
}

TEST(Headlines, AreTheArithmeticMeanOfTheRatios) {
  const std::vector<ComparedRow> rows{row("slow", "1K", 4, 6, {}), row("slow", "4K", 9, 8, {}),
                                      row("fast", "1K", 2, 2, {}), row("fast", "4K", 3, 1, {})};
  const auto made = headlines_of({claim(Claim::Metric::latency, {"slow"}, {"fast"})}, rows).front();
  EXPECT_EQ(made.published, (4.0 / 2 + 9.0 / 3) / 2);
  EXPECT_EQ(made.ours, (6.0 / 2 + 8.0 / 1) / 2);
  EXPECT_EQ(made.ours_uncorrected, std::nullopt);
}

TEST(Headlines, SumTheConfigurationsOfASide) {
  const std::vector<ComparedRow> rows{row("slow", "1K", 4, 6, {}), row("fast", "1K", 2, 2, {}),
                                      row("linear", "1K", 2, 2, {})};
  const auto made =
      headlines_of({claim(Claim::Metric::latency, {"slow", "linear"}, {"fast", "linear"})}, rows)
          .front();
  EXPECT_EQ(made.published, 6.0 / 4);
  EXPECT_EQ(made.ours, 8.0 / 4);
}

TEST(Headlines, LeaveOutWhatOneSideHasNoResultFor) {
  auto failed = row("fast", "4K", 3, 1, {});
  failed.ours = {};
  const std::vector<ComparedRow> rows{row("slow", "1K", 4, 6, {}), row("slow", "4K", 9, 8, {}),
                                      row("fast", "1K", 2, 2, {}), failed};
  const auto made = headlines_of({claim(Claim::Metric::latency, {"slow"}, {"fast"})}, rows).front();
  EXPECT_EQ(made.ours, 6.0 / 2);
}

TEST(Headlines, OfEnergyAreRecountedAndBesideThatOurOwn) {
  const std::vector<ComparedRow> rows{row("a", "1K", 1, 0, {1, 3}), row("b", "1K", 2, 0, {2, 4})};
  const auto made = headlines_of({claim(Claim::Metric::energy, {"a"}, {"b"})}, rows).front();
  EXPECT_EQ(made.published, 0.5);
  EXPECT_EQ(made.ours, 0.5);
  EXPECT_EQ(made.ours_uncorrected, 0.75);
}

TEST(Corrections, AreWhatEachRuleChangesWhenItIsGivenUpAfterTheOnesBefore) {
  const std::vector<ComparedRow> rows{row("a", "1K", 1, 0, {1, 2, 3}),
                                      row("b", "1K", 2, 0, {2, 2, 4})};
  const auto made = corrections_of({claim(Claim::Metric::energy, {"a"}, {"b"})}, rows,
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
