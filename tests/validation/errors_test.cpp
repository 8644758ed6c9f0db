#include "validation/errors.h"

#include <gtest/gtest.h>

#include "validation/study_csv.h"

namespace attnsim::validation {
namespace {

ComparedRow row() {
  ComparedRow made;
  made.key = {"a", "bert", "1K", std::nullopt};
  made.published.latency_s = 2;
  made.published.utilization_2d = 0.5;
  made.published.utilization_1d = 1;
  made.published.energy_pj = 8;
  made.ours.latency_s = 2.5;
  made.ours.utilization_2d = 0.75;
  made.ours.utilization_1d = 0.875;
  made.ours.energy_pj = 16;
  made.recounted_energy_pj = 9;
  made.command = "attnsim simulate --set \"//a/@b=1\"";
  return made;
}

TEST(RowErrors, AreSharesOfTheirsAndForUtilizationTheGreatestDifference) {
  const auto errors = errors_of(row());
  EXPECT_EQ(errors.latency, 0.25);
  EXPECT_EQ(errors.utilization, 0.25);
  EXPECT_EQ(errors.energy, 0.125);
  EXPECT_EQ(errors.traffic, std::nullopt);
  EXPECT_EQ(errors.area, std::nullopt);
}

TEST(RowErrors, CountTheUtilizationOfEachEinsum) {
  auto made = row();
  made.published.einsum_utilization["QK"] = 0.875;
  made.ours.einsum_utilization["QK"] = 0.25;
  EXPECT_EQ(errors_of(made).utilization, -0.625);
}

TEST(RowErrors, AreMissesFromJustBeyondTheTolerance) {
  EXPECT_TRUE(misses(row(), {0.25, 0.25, 0, 0.125, 0}).empty());
  EXPECT_EQ(misses(row(), {0.249, 0.25, 0, 0.125, 0}), (std::vector<std::string>{"latency"}));
  EXPECT_EQ(misses(row(), {0.25, 0.249, 0, 0.124, 0}),
            (std::vector<std::string>{"utilization", "energy"}));
}

TEST(RowErrors, OfARowWithoutAResultSaySo) {
  auto made = row();
  made.failure = "does not fit";
  EXPECT_EQ(misses(made, {1, 1, 1, 1, 1}), (std::vector<std::string>{"no result"}));
}

TEST(StudyCsv, HasTheirsBesideOursAndQuotesTheCommand) {
  StudyResult study;
  study.rows.push_back(row());
  study.tolerances["a"] = {0.25, 0.25, 0, 0, 0};
  EXPECT_EQ(study_csv(study),
            "configuration,model,sequence_length,pe_dimension,latency_s_published,latency_s,"
            "utilization_2d_published,utilization_2d,utilization_1d_published,utilization_1d,"
            "traffic_bytes_published,traffic_bytes,energy_pj_published,energy_pj,"
            "area_um2_published,area_um2,array_area_um2_published,array_area_um2,energy_recounted_"
            "pj,latency_error,utilization_error,"
            "traffic_error,energy_error,area_error,bound_cycles,cycles,bound_by,outside,failure,"
            "command,wall_seconds\n"
            "a,bert,1K,,2,2.5,0.5,0.75,1,0.875,,,8,16,,,,,9,0.25,0.25,,0.125,,0,0,,energy,,"
            "\"attnsim simulate --set \"\"//a/@b=1\"\"\",\n");
}

}  // namespace
}  // namespace attnsim::validation
