// The published FuseMax evaluation: what the mechanism gives for every row of its tables.
#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include "validation/errors.h"
#include "validation/run_study.h"
#include "validation/study_csv.h"

namespace attnsim::validation {
namespace {

/// Without wall times.
StudyResult run_fusemax(const StudyOptions& options = {}) {
  auto result = run_study(find_study("fusemax"), options);
  for (auto& row : result.rows) row.wall_seconds.reset();
  return result;
}

const StudyResult& study() {
  static const auto result = run_fusemax();
  return result;
}

std::string name_of(const RowKey& key) {
  auto name = key.configuration + " " + key.model + " " + key.sequence_length;
  if (key.pe_dimension) name += " " + std::to_string(*key.pe_dimension);
  return name;
}

/// The greatest error of any row of a configuration, in size.
double greatest(const std::string& configuration, std::optional<double> RowErrors::*column) {
  double found = 0;
  for (const auto& row : study().rows) {
    if (row.key.configuration != configuration) continue;
    found = std::max(found, std::abs((errors_of(row).*column).value_or(0)));
  }
  return found;
}

void expect_all_rows() {
  std::map<std::string, int> rows;
  for (const auto& row : study().rows) ++rows[row.key.configuration];
  EXPECT_EQ(rows, (std::map<std::string, int>{{"architecture", 24},
                                              {"binding", 24},
                                              {"cascade", 24},
                                              {"flat", 24},
                                              {"linear_flat", 24},
                                              {"linear_fusemax", 24},
                                              {"pareto", 24},
                                              {"unfused", 24}}));
}

void expect_rows_within_tolerances() {
  for (const auto& row : study().rows) {
    const auto outside = misses(row, study().tolerances.at(row.key.configuration));
    EXPECT_TRUE(outside.empty()) << name_of(row.key) << ": " << outside.front() << ' '
                                 << row.failure;
    EXPECT_LE(row.bound_cycles, row.cycles) << name_of(row.key);
  }
}

void expect_every_figure_compared() {
  for (const auto& row : study().rows) {
    const auto& theirs = row.published;
    const auto errors = errors_of(row);
    EXPECT_EQ(theirs.latency_s.has_value(), errors.latency.has_value());
    EXPECT_EQ(theirs.traffic_bytes.has_value(), errors.traffic.has_value());
    EXPECT_EQ(theirs.energy_pj.has_value(), errors.energy.has_value());
    EXPECT_EQ(theirs.area_um2.has_value(), errors.area.has_value());
    EXPECT_EQ(theirs.utilization_2d.has_value(), errors.utilization.has_value());
    for (const auto& [einsum, utilization] : theirs.einsum_utilization) {
      EXPECT_TRUE(row.ours.einsum_utilization.contains(einsum)) << name_of(row.key) << einsum;
    }
  }
}

/// Tighter than the tolerances: what the mechanism gives today.
void expect_today_s_errors() {
  for (const auto& [configuration, tolerances] : study().tolerances) {
    EXPECT_LT(greatest(configuration, &RowErrors::latency), 0.005) << configuration;
    EXPECT_LT(greatest(configuration, &RowErrors::energy), 0.001) << configuration;
  }
  EXPECT_LT(greatest("binding", &RowErrors::latency), 0.001);
  EXPECT_LT(greatest("pareto", &RowErrors::area), 0.00005);
  // One PE's registers are 3 of 10^6 of this energy: three reads and three writes a multiplication.
  EXPECT_LT(greatest("linear_flat", &RowErrors::energy), 1e-6);
  EXPECT_LT(greatest("linear_fusemax", &RowErrors::energy), 1e-6);
}

void expect_claims() {
  ASSERT_EQ(study().headlines.size(), 4U);
  for (const auto& headline : study().headlines) {
    EXPECT_NEAR(headline.published / headline.claimed, 1, 0.001) << headline.name;
    EXPECT_NEAR(headline.ours / headline.published, 1, 0.01) << headline.name;
  }
}

void expect_energy_taken_apart() {
  for (const auto& row : study().rows) {
    ASSERT_EQ(row.energy_steps_pj.size(), study().rules.size() + 1);
    EXPECT_EQ(row.energy_steps_pj.front(), *row.recounted_energy_pj);
    EXPECT_DOUBLE_EQ(row.energy_steps_pj.back(), *row.ours.energy_pj);
  }
}

void expect_every_rule_to_matter() {
  for (std::size_t i = 0; i < study().rules.size(); ++i) {
    const bool matters =
        std::any_of(study().rows.begin(), study().rows.end(), [&](const ComparedRow& row) {
          return std::abs(row.energy_steps_pj[i + 1] / row.energy_steps_pj[i] - 1) > 0.001;
        });
    EXPECT_TRUE(matters) << study().rules[i].name;
  }
}

// A process each, and it runs the whole study: one test.
TEST(FuseMaxStudy, HasEveryRowWithinItsToleranceAndItsClaims) {
  expect_all_rows();
  expect_rows_within_tolerances();
  expect_every_figure_compared();
  expect_today_s_errors();
  expect_claims();
  expect_energy_taken_apart();
  expect_every_rule_to_matter();
}

// The other mappings meet SystemC at smaller shapes: Generalisation, ZippedDesigns.
TEST(FuseMaxStudy, IsTheSameOnOneWorkerAndThroughSystemC) {
  StudyOptions some;
  some.configurations = {"cascade", "binding", "pareto"};
  auto one = some;
  one.workers = 1;
  auto systemc = some;
  systemc.executor.executor = explore::Executor::systemc;
  const auto csv = study_csv(run_fusemax(some));
  EXPECT_EQ(study_csv(run_fusemax(one)), csv);
  EXPECT_EQ(study_csv(run_fusemax(systemc)), csv);
}

}  // namespace
}  // namespace attnsim::validation
