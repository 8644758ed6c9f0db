#include "report/json.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "report/example_run.h"

namespace attnsim::report {
namespace {

Json document_of(const RunRecord& run) {
  auto json = to_json(run.result);
  json["config"] = {{"arch", {{"name", run.arch}, {"resolved", {{"clock_hz", run.clock_hz}}}}},
                    {"mapping", {{"name", run.mapping}}},
                    {"cascade", {{"name", run.cascade}}},
                    {"model", {{"name", run.model}}},
                    {"shapes", run.shapes}};
  return json;
}

std::string complaint_about(const std::string& text) {
  try {
    static_cast<void>(run_from_json(text, "run.json"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "no complaint";
}

TEST(ResultJson, HasTheDocumentedFields) {
  const auto json = to_json(example_run().result);

  EXPECT_EQ(json["cycles"], 1000000);
  EXPECT_EQ(json["energy_pj"], 3e12);
  EXPECT_EQ(json["bound_cycles"], 990000);
  EXPECT_EQ(json["bound_by"], "array2d");
  EXPECT_EQ(json["skipped"], true);
  EXPECT_EQ(json["utilization"]["array2d"], 0.99);
  EXPECT_EQ(json["traffic_bytes"]["dram"]["read"], 3221225472);
  EXPECT_EQ(json["traffic_bytes"]["dram"]["write"], 1073741824);
  EXPECT_EQ(json["energy_pj_by"]["array2d"], 2e12);
  EXPECT_EQ(
      json["einsums"][0],
      Json({{"name", "QK"}, {"unit", "array2d"}, {"busy_cycles", 640000}, {"utilization", 0.625}}));
  EXPECT_EQ(json["actions"][0], Json({{"component", "array2d"},
                                      {"action", "mac"},
                                      {"tensor", "QK"},
                                      {"count", 123456789012}}));
}

TEST(ResultJson, ReadsBackAsTheRunThatItWasWrittenFrom) {
  const auto run = example_run();
  const auto text = to_text(document_of(run));

  const auto read = run_from_json(text, "run.json");

  EXPECT_EQ(read.model, "bert");
  EXPECT_EQ(read.shapes, run.shapes);
  EXPECT_EQ(read.clock_hz, run.clock_hz);
  EXPECT_EQ(to_text(document_of(read)), text);
}

TEST(ResultJson, HasTheAreaWhereItIsKnown) {
  auto run = example_run();
  for (const char* absent : {"area_um2", "area_um2_by", "area_missing"}) {
    EXPECT_FALSE(to_json(run.result).contains(absent)) << absent;
  }
  run.result.area_um2 = 12.5;
  run.result.area_um2_by = {{"array2d", 10}, {"buffer", 2.5}};

  const auto json = to_json(run.result);

  EXPECT_EQ(json["area_um2"], 12.5);
  EXPECT_EQ(json["area_um2_by"]["buffer"], 2.5);
  EXPECT_FALSE(json.contains("area_missing"));
}

TEST(ResultJson, ReadsBackTheAreaAndWhatLacksOne) {
  auto run = example_run();
  run.result.area_um2_by = {{"array2d", 10}};
  run.result.area_missing = {"buffer"};
  const auto text = to_text(document_of(run));

  const auto read = run_from_json(text, "run.json").result;

  EXPECT_EQ(read.area_um2, std::nullopt);
  EXPECT_EQ(read.area_um2_by, run.result.area_um2_by);
  EXPECT_EQ(read.area_missing, run.result.area_missing);
}

TEST(ResultJson, ReadsARunWithoutAModel) {
  auto json = document_of(example_run());
  json["config"]["model"] = nullptr;

  EXPECT_EQ(run_from_json(to_text(json), "run.json").model, "");
}

TEST(ResultJson, NamesTheFieldThatIsMissing) {
  auto json = document_of(example_run());
  json.erase("bound_by");

  EXPECT_THAT(complaint_about(to_text(json)),
              testing::AllOf(testing::StartsWith("run.json: is not a result of "),
                             testing::HasSubstr("'bound_by' not found")));
}

TEST(ResultJson, RejectsTextThatIsNoJson) {
  EXPECT_THAT(complaint_about("{"), testing::HasSubstr("parse error"));
  EXPECT_THAT(complaint_about("[]"), testing::HasSubstr("is not a result of "));
}

TEST(ResultJson, ReplacesBytesThatAreNoText) {
  EXPECT_EQ(to_text(Json{{"name", "\xff"}}), "{\n  \"name\": \"\xEF\xBF\xBD\"\n}\n");
}

TEST(ArchitectureJson, GivesEveryDefaultWithItsUnit) {
  arch::Architecture architecture;
  architecture.name = "toy";
  architecture.clock = Hertz(940e6);
  arch::MemorySpec memory;
  memory.name = "dram";
  memory.bandwidth = BytesPerSecond(1e9);
  memory.area = SquareMicrons(5);
  memory.table = "sram";
  arch::ChannelSpec channel;
  channel.name = "bus";
  channel.width = Bits(128);
  architecture.components = {memory, channel, arch::ArraySpec(), arch::VectorSpec()};

  const auto json = to_json(architecture);

  EXPECT_EQ(json["clock_hz"], 940e6);
  EXPECT_EQ(json["word_bits"], 16);
  EXPECT_EQ(json["components"][0]["bandwidth_bytes_per_second"], 1e9);
  EXPECT_FALSE(json["components"][0].contains("capacity_bytes"));
  EXPECT_EQ(json["components"][0]["area_um2"], 5);
  EXPECT_EQ(json["components"][0]["table"], "sram");
  EXPECT_FALSE(json["components"][1].contains("area_um2"));
  EXPECT_EQ(json["components"][1]["width_bits"], 128);
  EXPECT_EQ(json["components"][2]["reduction"], "chain");
  EXPECT_EQ(json["components"][3]["reduction"], "tree");
}

}  // namespace
}  // namespace attnsim::report
