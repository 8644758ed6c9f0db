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

SimResult simulated(const std::string& design, const Published& row) {
  const auto architecture = mappings::shipped_architecture(design);
  const auto mapping = mappings::shipped_mapping(design);
  const auto model =
      workloads::load_model(workloads::find_shipped(workloads::Shipped::model, row.model));
  const auto shapes =
      workloads::shapes_of(model, workloads::parse_sequence_length(row.sequence_length));
  const auto lowered =
      mappings::lower(mappings::shipped_cascade(mapping.cascade), architecture, mapping, shapes);
  return summarize(architecture, lowered, execute_systemc(lowered.schedule));
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
  for (const auto& row : rows) expect_close(row, simulated("fusemax", row), 0.01);
}

// The shipped FLAT mapping makes the choices that the artifact makes for widths of 64 up to 64K.
TEST(PublishedAttention, OfFlatIsReproducedForHeadsOf64UpTo64K) {
  std::size_t compared = 0;
  for (const auto& row : published("flat")) {
    if (row.model == "xlm" || row.sequence_length == "256K" || row.sequence_length == "1M")
      continue;
    expect_close(row, simulated("flat", row), 0.03);
    ++compared;
  }
  EXPECT_EQ(compared, 12U);
}

}  // namespace
}  // namespace attnsim::sim
