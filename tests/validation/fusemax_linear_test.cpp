// The published figures of the linear layers against what the mechanism gives: one mapping for
// every model, length and buffer, nothing chosen by hand.
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "mappings/shipped.h"
#include "sim/recurrence_executor.h"
#include "sim/result.h"
#include "sim/systemc_executor.h"
#include "workloads/model.h"

namespace attnsim::sim {
namespace {

struct Published {
  std::string architecture;
  std::string model;
  std::string sequence_length;
  double latency_s = 0;
  double traffic_bytes = 0;
  double energy_pj = 0;
};

const std::string prefix = "linear_";

std::vector<Published> published() {
  std::ifstream file(std::string(ATTNSIM_SOURCE_DIR) + "/validation/published/fusemax_linear.csv");
  std::vector<Published> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(prefix, 0) != 0) continue;
    std::istringstream cells(line);
    std::vector<std::string> cell;
    for (std::string text; std::getline(cells, text, ',');) cell.push_back(text);
    rows.push_back({cell[0].substr(prefix.size()), cell[1], cell[2], std::stod(cell[3]),
                    std::stod(cell[4]), std::stod(cell[5])});
  }
  return rows;
}

mappings::Lowered lowered(const Published& row, const std::vector<XmlOverride>& overrides = {}) {
  const auto model =
      workloads::load_model(workloads::find_shipped(workloads::Shipped::model, row.model));
  const auto shapes =
      workloads::shapes_of(model, workloads::parse_sequence_length(row.sequence_length));
  return mappings::lower(mappings::shipped_cascade("linear_layers"),
                         mappings::shipped_architecture(row.architecture),
                         mappings::shipped_mapping("linear_layers", overrides), shapes);
}

void expect_close(const Published& row, const SimResult& result) {
  const auto& dram = result.traffic.at("dram");
  EXPECT_NEAR(result.seconds / row.latency_s, 1.0, 0.01);
  EXPECT_DOUBLE_EQ(static_cast<double>(dram.read + dram.write), row.traffic_bytes);
  EXPECT_GE(result.cycles, result.bound_cycles);
  // The artifact counts the registers of one PE of the 65536: as good as none.
  const auto energy = result.energy_pj - result.energy_pj_by.at("pe_registers");
  EXPECT_NEAR(energy / row.energy_pj, 1.0, 0.0001);
}

TEST(PublishedLinearLayers, AreReproducedForEveryModelLengthAndBuffer) {
  const auto rows = published();
  ASSERT_EQ(rows.size(), 48U);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.architecture + " " + row.model + " " + row.sequence_length);
    const auto design = lowered(row);
    const auto architecture = mappings::shipped_architecture(row.architecture);
    expect_close(row, summarize(architecture, design, execute_recurrence(design.schedule)));
  }
}

TEST(PublishedLinearLayers, TakeTheSameCyclesInSystemC) {
  std::size_t compared = 0;
  for (const auto& row : published()) {
    if (row.sequence_length != "1K" && row.sequence_length != "1M") continue;
    SCOPED_TRACE(row.architecture + " " + row.model + " " + row.sequence_length);
    const auto design = lowered(row);
    const auto architecture = mappings::shipped_architecture(row.architecture);
    const auto systemc = summarize(architecture, design, execute_systemc(design.schedule));
    const auto recurrence = summarize(architecture, design, execute_recurrence(design.schedule));
    EXPECT_EQ(systemc.cycles, recurrence.cycles);
    EXPECT_EQ(systemc.energy_pj, recurrence.energy_pj);  // the same counts
    ++compared;
  }
  EXPECT_EQ(compared, 16U);
}

// Only the time says so: the traffic is the same.
TEST(PublishedLinearLayers, AreMissedWhereResultsAndOperandsTakeTurns) {
  for (const auto& row : published()) {
    if (row.sequence_length != "4K") continue;
    SCOPED_TRACE(row.architecture + " " + row.model);
    const auto design = lowered(row, {{"//keep[@at='pe_registers']/@buffers", "1"}});
    const auto architecture = mappings::shipped_architecture(row.architecture);
    const auto result = summarize(architecture, design, execute_recurrence(design.schedule));
    EXPECT_GT(result.seconds / row.latency_s, 1.05);
  }
}

}  // namespace
}  // namespace attnsim::sim
