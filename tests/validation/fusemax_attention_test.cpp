// The published FuseMax attention figures against what the mechanism gives, through SystemC.
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "mappings/shipped.h"
#include "sim/result.h"
#include "sim/systemc_executor.h"
#include "workloads/model.h"

namespace attnsim::sim {
namespace {

struct Published {
  std::string configuration;
  std::string model;
  std::string sequence_length;
  double latency_s = 0;
  double utilization_2d = 0;
  double utilization_1d = 0;
  double traffic_bytes = 0;
};

std::vector<Published> published(const std::string& configuration) {
  std::ifstream file(std::string(ATTNSIM_SOURCE_DIR) +
                     "/validation/published/fusemax_attention.csv");
  std::vector<Published> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(configuration + ",", 0) != 0) continue;
    std::istringstream cells(line);
    std::vector<std::string> cell;
    for (std::string text; std::getline(cells, text, ',');) cell.push_back(text);
    rows.push_back({cell[0], cell[1], cell[2], std::stod(cell[3]), std::stod(cell[4]),
                    std::stod(cell[5]), std::stod(cell[6])});
  }
  return rows;
}

/// How a published row is run: files, and what its mapping leaves to the length.
struct Setup {
  std::string architecture;
  std::string mapping;
  std::vector<XmlOverride> overrides;
};

SimResult simulated(const Setup& setup, const Published& row) {
  const auto architecture = mappings::shipped_architecture(setup.architecture);
  const auto mapping = mappings::shipped_mapping(setup.mapping, setup.overrides);
  const auto model =
      workloads::load_model(workloads::find_shipped(workloads::Shipped::model, row.model));
  const auto shapes =
      workloads::shapes_of(model, workloads::parse_sequence_length(row.sequence_length));
  const auto lowered =
      mappings::lower(mappings::shipped_cascade(mapping.cascade), architecture, mapping, shapes);
  return summarize(architecture, lowered, execute_systemc(lowered.schedule));
}

bool at_least_256k(const Published& row) {
  return row.sequence_length == "256K" || row.sequence_length == "1M";
}

/// The query block of the artifact's mapper: all of them up to 64K, then 32K (16K for heads of
/// 128).
Setup unfused(const Published& row) {
  if (!at_least_256k(row)) return {"flat", "unfused", {}};
  return {
      "flat", "unfused", {{"//for[@tile='65536']/@tile", row.model == "xlm" ? "16384" : "32768"}}};
}

/// What stays on chip beside the scores, as FLAT's own simulator chose it; from 256K on not even
/// the scores do.
Setup flat(const Published& row) {
  if (at_least_256k(row)) return {"flat", "flat_weight_stationary", {}};
  if (row.model != "xlm") return {"flat", "flat", {}};
  const bool whole_head = row.sequence_length == "1K" || row.sequence_length == "4K";
  return {"flat", whole_head ? "flat_v" : "flat_q", {}};
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

void expect_close(const Published& row, const SimResult& result, double traffic_tolerance) {
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
  for (const auto& row : rows) expect_close(row, simulated({"fusemax", "fusemax", {}}, row), 0.01);
}

TEST(PublishedAttention, OfFuseMaxWithoutItsBindingIsReproduced) {
  const auto rows = published("architecture");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    expect_close(row, simulated({"fusemax", "fusemax_architecture", {}}, row), 0.01);
  }
}

TEST(PublishedAttention, OfTheOnePassCascadeOnFlatsArraysIsReproduced) {
  const auto rows = published("cascade");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    expect_close(row, simulated({"fusemax_cascade", "fusemax_cascade", {}}, row), 0.01);
  }
}

TEST(PublishedAttention, OfUnfusedIsReproduced) {
  const auto rows = published("unfused");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) expect_close(row, simulated(unfused(row), row), 0.03);
}

TEST(PublishedAttention, OfFlatIsReproduced) {
  const auto rows = published("flat");
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    expect_close(row, simulated(flat(row), row), at_least_256k(row) ? 0.0001 : 0.03);
  }
}

}  // namespace
}  // namespace attnsim::sim
