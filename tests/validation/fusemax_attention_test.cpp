// The published FuseMax attention figures against what the mechanism gives, through SystemC.
#include <gtest/gtest.h>

#include "sim/result.h"
#include "sim/systemc_executor.h"
#include "validation/fusemax_rows.h"

namespace attnsim::sim {
namespace {

using validation::at_least_256k;
using validation::published;
using validation::PublishedRow;

SimResult simulated(const PublishedRow& row) {
  const auto inputs = explore::load_inputs(validation::point_of(row));
  const auto lowered = explore::lower(inputs);
  return summarize(inputs.architecture, lowered, execute_systemc(lowered.schedule));
}

double utilization(const SimResult& result, const std::string& unit) {
  for (const auto& use : result.units) {
    if (use.name == unit) return use.utilization;
  }
  return -1;
}

double traffic(const SimResult& result) {
  const auto& dram = result.traffic.at("dram");
  return static_cast<double>(dram.read + dram.write);
}

void expect_close(const PublishedRow& row, const SimResult& result, double traffic_tolerance) {
  SCOPED_TRACE(row.configuration + " " + row.model + " " + row.sequence_length);
  EXPECT_NEAR(result.seconds / row.latency_s, 1.0, 0.01);
  EXPECT_NEAR(utilization(result, "array2d"), row.utilization_2d, 0.01);
  EXPECT_NEAR(utilization(result, "array1d"), row.utilization_1d, 0.01);
  EXPECT_NEAR(traffic(result) / row.traffic_bytes, 1.0, traffic_tolerance);
  EXPECT_GE(result.cycles, result.bound_cycles);
}

TEST(PublishedAttention, OfFuseMaxIsReproducedForEveryModelAndLength) {
  const auto rows = published("binding");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) expect_close(row, simulated(row), 0.01);
}

TEST(PublishedAttention, OfFuseMaxWithoutItsBindingIsReproduced) {
  const auto rows = published("architecture");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    expect_close(row, simulated(row), 0.01);
  }
}

TEST(PublishedAttention, OfTheOnePassCascadeOnFlatsArraysIsReproduced) {
  const auto rows = published("cascade");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    expect_close(row, simulated(row), 0.01);
  }
}

TEST(PublishedAttention, OfUnfusedIsReproduced) {
  const auto rows = published("unfused");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) expect_close(row, simulated(row), 0.03);
}

TEST(PublishedAttention, OfFlatIsReproduced) {
  const auto rows = published("flat");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    expect_close(row, simulated(row), at_least_256k(row) ? 0.0001 : 0.03);
  }
}

}  // namespace
}  // namespace attnsim::sim
