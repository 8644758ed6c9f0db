// FuseMax's published sweep over PE counts: latency, traffic and area of each size, from one
// architecture and one mapping.
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include "mappings/shipped.h"
#include "sim/recurrence_executor.h"
#include "sim/result.h"
#include "workloads/model.h"

namespace attnsim::sim {
namespace {

struct Published {
  std::string model;
  std::uint64_t pe_dimension = 0;
  std::string global_buffer_bytes;
  std::string pe_entries;
  std::string lane_entries;
  double latency_s = 0;
  double traffic_bytes = 0;
  double area_um2 = 0;
  double array_area_um2 = 0;
};

std::vector<Published> published() {
  std::ifstream file(ATTNSIM_SOURCE_DIR "/validation/published/fusemax_pareto.csv");
  std::vector<Published> rows;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("binding,")) continue;
    std::istringstream cells(line);
    std::vector<std::string> cell;
    for (std::string text; std::getline(cells, text, ',');) cell.push_back(text);
    rows.push_back({cell.at(1), std::stoull(cell.at(2)), cell.at(3), cell.at(4), cell.at(5),
                    std::stod(cell.at(6)), std::stod(cell.at(7)), std::stod(cell.at(8)),
                    std::stod(cell.at(9))});
  }
  return rows;
}

/// What `--set` would be given for this row.
std::vector<XmlOverride> sizes_of(const Published& row) {
  const auto memory = [](const std::string& name, const std::string& attribute) {
    return "//memory[@name='" + name + "']/@" + attribute;
  };
  return {{"//@rows|//@columns|//@lanes", std::to_string(row.pe_dimension)},
          {memory("global_buffer", "capacity"), row.global_buffer_bytes + " B"},
          {memory("global_buffer", "width"), std::to_string(16 * row.pe_dimension) + " b"},
          {memory("pe_registers", "entries"), row.pe_entries},
          {memory("lane_registers", "entries"), row.lane_entries},
          // Not published: the tiles in flight, which are twice as long in XLM's heads of 128.
          {memory("column_buffer", "entries"), row.model == "xlm" ? "1088" : "544"}};
}

SimResult simulated(const Published& row) {
  const auto architecture = mappings::shipped_architecture("fusemax_pareto", sizes_of(row));
  const auto mapping = mappings::shipped_mapping("fusemax_tight");
  const auto model =
      workloads::load_model(workloads::find_shipped(workloads::Shipped::model, row.model));
  const auto shapes = workloads::shapes_of(model, workloads::parse_sequence_length("256K"));
  const auto lowered =
      mappings::lower(mappings::shipped_cascade(mapping.cascade), architecture, mapping, shapes);
  return summarize(architecture, lowered, execute_recurrence(lowered.schedule));
}

double traffic(const SimResult& result) {
  const auto& dram = result.traffic.at("dram");
  return static_cast<double>(dram.read + dram.write);
}

TEST(PublishedSweep, OfFuseMaxOverPeCountsIsReproduced) {
  const auto rows = published();
  ASSERT_EQ(rows.size(), 24U);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.model + " on " + std::to_string(row.pe_dimension));
    const auto result = simulated(row);
    EXPECT_NEAR(result.seconds / row.latency_s, 1, 0.005);
    EXPECT_NEAR(traffic(result) / row.traffic_bytes, 1, 1e-9);
    ASSERT_TRUE(result.area_um2);
    // All of it but the networks: a square micron a column and two more.
    EXPECT_NEAR(*result.area_um2 / row.area_um2, 1, 3e-5);
    const auto& area = result.area_um2_by;
    EXPECT_NEAR((area.at("array2d") + area.at("pe_registers")) / row.array_area_um2, 1, 3e-5);
  }
}

// The published buffer is eight tiles: two each of queries, numerators, keys and values. With a
// byte less one query tile stays at a time, and all keys and values come twice as often.
TEST(PublishedSweep, FillsTheGlobalBufferToTheLastByte) {
  auto row = published().front();
  const auto whole = traffic(simulated(row));
  row.global_buffer_bytes = std::to_string(std::stoull(row.global_buffer_bytes) - 1);

  EXPECT_NEAR(traffic(simulated(row)) / whole, 2, 0.001);
}

}  // namespace
}  // namespace attnsim::sim
