#include "mappings/lower.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <stdexcept>

#include "mappings/bounds.h"
#include "mappings/counts.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

/// The unit and operation of that name. @throws std::out_of_range
struct Found {
  UnitId unit{};
  OpId op{};
};
Found find(const Lowered& lowered, const std::string& name) {
  for (std::size_t unit = 0; unit < lowered.schedule.units.size(); ++unit) {
    const auto id = static_cast<UnitId>(unit);
    const auto& ops = lowered.schedule.units[id].ops;
    for (std::size_t op = 0; op < ops.size(); ++op) {
      if (ops[static_cast<OpId>(op)].name == name) return {id, static_cast<OpId>(op)};
    }
  }
  throw std::out_of_range(name);
}

const TileOp& op(const Lowered& lowered, const std::string& name) {
  const auto at = find(lowered, name);
  return lowered.schedule.units[at.unit].ops[at.op];
}

std::int64_t runs(const Lowered& lowered, const std::string& name) {
  const auto at = find(lowered, name);
  const auto counts = count_executions(lowered.schedule);
  std::int64_t sum = 0;
  for (const auto count : counts[at.unit][at.op]) sum += count;
  return sum;
}

const FootprintLine& footprint(const Lowered& lowered, const std::string& tensors) {
  const auto found =
      std::find_if(lowered.footprint.begin(), lowered.footprint.end(),
                   [&](const FootprintLine& line) { return line.tensors == tensors; });
  if (found == lowered.footprint.end()) throw std::out_of_range(tensors);
  return *found;
}

// Cycles of a 256 x 256 tile: FuseMax, table of its twelve Einsums.
TEST(LowerFuseMax, GivesEachTileItsPublishedCycles) {
  const auto lowered = shipped_design("fusemax", 4096).lower();

  EXPECT_EQ(op(lowered, "QK").costs.front().occupancy, 64);
  EXPECT_EQ(op(lowered, "LM").costs.front().occupancy, 1);
  EXPECT_EQ(op(lowered, "RM").costs.front().occupancy, 1);
  EXPECT_EQ(op(lowered, "SLN").costs.front().occupancy, 7);
  EXPECT_EQ(op(lowered, "SLD").costs.front().occupancy, 1);
  EXPECT_EQ(op(lowered, "PRM").costs.front().occupancy, 7);
  EXPECT_EQ(op(lowered, "SPD").costs.front().occupancy, 1);
  EXPECT_EQ(op(lowered, "RD").costs.front().occupancy, 1);
  EXPECT_EQ(op(lowered, "SLNV").costs.front().occupancy, 64);
  EXPECT_EQ(op(lowered, "SPNV+RNV").costs.front().occupancy, 128);
  EXPECT_EQ(op(lowered, "AV").costs.front().occupancy, 64);
}

TEST(LowerFuseMax, LetsAColumnReductionTakeAHopPerRow) {
  const auto lowered = shipped_design("fusemax", 4096).lower();

  EXPECT_EQ(op(lowered, "LM").costs.front().latency, 256);
  EXPECT_EQ(op(lowered, "SLNV").costs.front().latency, 256);
  EXPECT_EQ(op(lowered, "SLN").costs.front().latency, 0);
}

TEST(LowerFuseMax, LoadsQueriesOnceAndKeysOncePerQueryBlock) {
  const auto lowered = shipped_design("fusemax", 65536).lower();

  EXPECT_EQ(runs(lowered, "load Q"), 2 * 3 * 256);       // each query tile once
  EXPECT_EQ(runs(lowered, "load BK"), 2 * 3 * 2 * 256);  // two blocks of 128 query tiles
  EXPECT_EQ(runs(lowered, "store AV"), 2 * 3 * 256);
}

TEST(LowerFuseMax, ChoosesTheLargestQueryBlockThatFits) {
  EXPECT_EQ(footprint(shipped_design("fusemax", 65536).lower(), "Q").pieces, 128 + 1);
  EXPECT_EQ(footprint(shipped_design("fusemax", 4096).lower(), "Q").pieces, 16 + 1);
}

TEST(LowerFuseMax, RunsAvOnlyWithTheLastKeyChunk) {
  const auto lowered = shipped_design("fusemax", 4096).lower();

  EXPECT_EQ(runs(lowered, "AV"), 2 * 3 * 16);
  EXPECT_EQ(runs(lowered, "QK"), 2 * 3 * 16 * 16);
}

TEST(LowerFuseMax, ShortensTheLastTileOfALengthThatTheTileDoesNotDivide) {
  auto design = shipped_design("fusemax", 1000);
  design.shapes["E"] = 48;
  const auto lowered = design.lower();

  const auto at = find(lowered, "QK");
  const auto counts = count_executions(lowered.schedule)[at.unit][at.op];
  std::int64_t macs = 0;
  for (std::size_t variant = 0; variant < counts.size(); ++variant) {
    for (const auto& action : lowered.accounting[at.unit][at.op][variant].actions) {
      if (action.what == "mac") macs += action.count * counts[variant];
    }
  }
  EXPECT_EQ(macs, 2LL * 3 * 48 * 1000 * 1000);  // every point once, none twice
}

TEST(LowerFuseMax, KeepsAsManyTilesInFlightAsTheArrayIsDeep) {
  const auto shallow = shipped_design("fusemax", 4096, {{"//array/@rows", "64"}}).lower();
  const auto deep = shipped_design("fusemax", 4096, {{"//array/@rows", "512"}}).lower();

  EXPECT_LT(footprint(shallow, "QK SLN").tiles, footprint(deep, "QK SLN").tiles);
}

TEST(LowerFuseMax, TakesAsDeepAPipelineAsTheRegistersHold) {
  const auto lowered =
      shipped_design("fusemax", 4096, {{"//memory[@name='pe_registers']/@entries", "4"}}).lower();

  EXPECT_EQ(footprint(lowered, "QK SLN").entries, 4);
}

TEST(LowerFuseMax, LeavesOutTheTilesThatACausalMaskExcludesWhole) {
  auto design = shipped_design("fusemax", 4096);
  design.cascade = shipped_cascade("attention_1pass_causal");
  const auto lowered = design.lower();

  EXPECT_EQ(runs(lowered, "QK"), 2 * 3 * (16 * 17 / 2));  // on and below the diagonal
  EXPECT_EQ(runs(lowered, "SPNV+RNV"), 2 * 3 * (16 * 17 / 2));
  EXPECT_EQ(runs(lowered, "AV"), 2 * 3 * 16);
  EXPECT_EQ(runs(lowered, "load BK"), 2 * 3 * 16);
  EXPECT_EQ(runs(lowered, "load Q"), 2 * 3 * 16);
}

TEST(LowerFlat, LeavesOutTheTilesThatACausalMaskExcludesWhole) {
  auto design = shipped_design("flat", 1024);
  design.cascade = shipped_cascade("attention_3pass_causal");
  const auto lowered = design.lower();

  EXPECT_EQ(runs(lowered, "QK"), 2 * 3 * (4 * 5 / 2));
  EXPECT_EQ(runs(lowered, "load V"), 2 * 3 * (4 * 5 / 2));
  EXPECT_EQ(runs(lowered, "store AV"), 2 * 3 * 4);
}

TEST(LowerFlat, SpillsTheShareThatItsStagingTilesOverbook) {
  const auto fits = shipped_design("flat", 1024).lower();
  const auto overbooked = shipped_design("flat", 4096).lower();

  EXPECT_THROW(static_cast<void>(find(fits, "spill of GM")), std::out_of_range);
  EXPECT_EQ(runs(overbooked, "spill of GM"), runs(overbooked, "GM"));
}

TEST(LowerFlat, ChainsTheSubtractionIntoTheExponential) {
  const auto lowered = shipped_design("flat", 1024).lower();

  EXPECT_EQ(op(lowered, "GM").costs.front().occupancy, 256);
  EXPECT_EQ(op(lowered, "SN+SD").costs.front().occupancy, 512);  // exp and add: no cycle for sub
  EXPECT_EQ(op(lowered, "A").costs.front().occupancy, 256);
}

TEST(LowerFlat, ReadsQueriesAgainForEveryKeyTileBecauseTheyStream) {
  const auto lowered = shipped_design("flat", 1024).lower();

  EXPECT_EQ(runs(lowered, "load Q"), 2 * 3 * 4 * 4);
  EXPECT_EQ(runs(lowered, "load K"), 2 * 3 * 4 * 4);
}

TEST(Bound, IsTheBusiestUnit) {
  const auto bound = bound_of(shipped_design("fusemax", 4096).lower().schedule);

  EXPECT_EQ(bound.by, "array1d");
  EXPECT_EQ(bound.cycles, 2 * 3 * 16 * (16 * 138 + 64));
}

TEST(Bound, MovesToTheMemoryWhenItsBandwidthShrinks) {
  const auto lowered =
      shipped_design("fusemax", 4096, {{"//memory[@name='dram']/@bandwidth", "5 GiB/s"}}).lower();

  EXPECT_EQ(bound_of(lowered.schedule).by, "dram");
}

TEST(Channel, CarriesTheOperandsOfEveryOperationOfItsUnit) {
  const auto path = std::string(ATTNSIM_SOURCE_DIR) + "/tests/mappings/narrow_channel.xml";
  auto design = shipped_design("fusemax", 1024);
  design.architecture = arch::load_architecture(path);
  const auto lowered = design.lower();

  // A 256 x 64 tile of Q and one of K, two bytes an element, over 4096 bits a cycle.
  EXPECT_EQ(op(lowered, "operands of QK").costs.front().occupancy, 2 * 256 * 64 * 16 / 4096 * 16);
  EXPECT_EQ(bound_of(lowered.schedule).by, "noc");
}

}  // namespace
}  // namespace attnsim::mappings
