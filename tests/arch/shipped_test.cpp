// The shipped architectures hold the figures of the FuseMax artifact (f543beb).
#include <gtest/gtest.h>
#include <string>

#include "arch/area.h"
#include "arch/reader.h"
#include "arch/technology.h"

namespace attnsim::arch {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

Architecture shipped(const std::string& name) {
  return load_architecture(ATTNSIM_SOURCE_DIR "/arch/" + name + ".xml");
}

TEST(ShippedArchitectures, ShareClockWordAndDram) {
  for (const char* name : {"fusemax", "flat"}) {
    const auto architecture = shipped(name);
    EXPECT_EQ(architecture.name, name);
    EXPECT_EQ(architecture.clock, Hertz(940e6));
    EXPECT_EQ(architecture.technology, "45nm");
    EXPECT_EQ(architecture.word, Bits(16));
    const auto& dram = *architecture.find_memory("dram");
    EXPECT_EQ(dram.bandwidth, BytesPerSecond(400.0 * 1024 * 1024 * 1024));
    EXPECT_EQ(dram.capacity, std::nullopt);
    EXPECT_EQ(dram.width, Bits(64));
    EXPECT_EQ(dram.read_energy, Picojoules(249.6));
    EXPECT_EQ(dram.write_energy, Picojoules(249.6));
    EXPECT_EQ(architecture.unit_names(), (std::vector<std::string>{"array2d", "array1d"}));
    EXPECT_EQ(architecture.find_array("array2d")->rows, 256U);
    EXPECT_EQ(architecture.find_array("array2d")->columns, 256U);
    EXPECT_EQ(architecture.find_vector("array1d")->lanes, 256U);
  }
}

TEST(ShippedFuseMax, HasItsMemories) {
  const auto architecture = shipped("fusemax");
  const auto& buffer = *architecture.find_memory("global_buffer");
  EXPECT_EQ(buffer.capacity, Bytes(std::uint64_t{16} << 20U));
  EXPECT_EQ(buffer.width, Bits(4096));
  EXPECT_EQ(buffer.read_energy, Picojoules(12512.760572));
  EXPECT_EQ(buffer.write_energy, Picojoules(15751.460572));
  EXPECT_EQ(architecture.find_memory("pe_registers")->instances, 65536U);
  EXPECT_EQ(architecture.find_memory("pe_registers")->entries, 12U);
  EXPECT_EQ(architecture.find_memory("column_buffer")->instances, 256U);
  EXPECT_EQ(architecture.find_memory("column_buffer")->capacity, Bytes(544 * 256 * 2));
  EXPECT_EQ(architecture.find_memory("lane_registers")->entries, 32U);
  EXPECT_EQ(architecture.find_memory("lane_registers")->unit, "array1d");
}

TEST(ShippedFuseMax, MakesExpAndSubtractionSevenCycles) {
  const auto architecture = shipped("fusemax");
  for (const auto& ops : {architecture.find_array("array2d")->operations,
                          architecture.find_vector("array1d")->operations}) {
    EXPECT_EQ(ops.at("exp").cycles + ops.at("sub").cycles, Cycles(7));
    EXPECT_DOUBLE_EQ((ops.at("exp").energy + ops.at("sub").energy).count(), 111.3265);
    EXPECT_EQ(ops.at("exp").primitives, (Counts{{"mac", 6}}));
    EXPECT_EQ(ops.at("sub").primitives, (Counts{{"add", 1}}));
    EXPECT_EQ(ops.at("max").energy, Picojoules(0.028036));
  }
}

TEST(ShippedFuseMax, DividesInTheVectorOnly) {
  const auto architecture = shipped("fusemax");
  EXPECT_EQ(architecture.find_array("array2d")->operations.count("div"), 0U);
  EXPECT_EQ(architecture.find_vector("array1d")->operations.at("div").energy,
            Picojoules(36.251153));
}

TEST(ShippedFlat, MultipliesOnlyInTheArray) {
  const auto flat = shipped("flat");
  const auto& ops = flat.find_array("array2d")->operations;
  EXPECT_EQ(ops.size(), 3U);
  EXPECT_EQ(ops.at("mac").energy, Picojoules(17.1645));
  EXPECT_EQ(ops.at("mul").cycles, Cycles(1));
  EXPECT_EQ(ops.at("add").energy, Picojoules(8.3395));
}

TEST(ShippedFlat, ChainsTheSubtractionIntoTheExp) {
  const auto flat = shipped("flat");
  const auto& exp = flat.find_vector("array1d")->operations.at("exp");
  EXPECT_EQ(exp.cycles, Cycles(1));
  EXPECT_EQ(exp.energy, Picojoules(94.6475));
  EXPECT_EQ(exp.chains, std::vector<std::string>{"sub"});
}

TEST(ShippedFlat, HasItsMemories) {
  const auto architecture = shipped("flat");
  EXPECT_EQ(architecture.find_memory("global_buffer")->capacity, Bytes(std::uint64_t{32} << 20U));
  EXPECT_EQ(architecture.find_memory("global_buffer")->write_energy, Picojoules(27097.564592));
  EXPECT_EQ(architecture.find_memory("pe_registers")->entries, 4U);
  EXPECT_EQ(architecture.find_memory("lane_registers")->read_energy, Picojoules(2.190435));
}

// By hand from the artifact's tables: FLAT 65536 x 18359.30968 + 256 x 50412.80638 + 175.717e6,
// FuseMax 65536 x 18431.86880 + 256 x 42184.44114 + 84.2012e6.
TEST(ShippedArchitectures, HaveThePublishedAreas) {
  EXPECT_NEAR(area_of(shipped("flat")).total().value().count(), 1391.82e6, 0.01e6);
  EXPECT_NEAR(area_of(shipped("fusemax")).total().value().count(), 1302.95e6, 0.01e6);
  EXPECT_EQ(area_of(shipped("fusemax_cascade")).total(), area_of(shipped("flat")).total());
}

TEST(ShippedFuseMax, HasItsArrayMostlyInRegisters) {
  const auto area = area_of(shipped("fusemax"));
  EXPECT_NEAR(area.by.at("pe_registers").count(), 65536 * 16837.57936, 1);
  EXPECT_NEAR(area.by.at("array2d").count(), 65536 * (1545 + 49.28944), 1);
  EXPECT_EQ(area.by.at("column_buffer"), SquareMicrons(0));  // none in the artifact
  EXPECT_EQ(area.by.count("dram"), 0U);
}

// Its rows for the depths that arch/fusemax.xml and arch/flat.xml have.
TEST(ShippedTechnology, OfRegisterFilesAgreesWithTheArchitectures) {
  const auto table = load_technology_table(ATTNSIM_SOURCE_DIR "/arch/technology/rf_45nm.csv");
  const auto flat = shipped("flat");
  for (const char* name : {"pe_registers", "lane_registers"}) {
    const auto& memory = *flat.find_memory(name);
    const auto figures = figures_at(table, memory.entries, memory.width);
    EXPECT_EQ(figures.read_energy, memory.read_energy);
    EXPECT_EQ(figures.write_energy, memory.write_energy);
    EXPECT_EQ(figures.area * static_cast<double>(memory.instances), memory.area);
  }
}

// Apart from the address generator, which arch/fusemax.xml has and the table has not.
TEST(ShippedTechnology, OfSramAgreesWithTheArchitecture) {
  const auto table =
      load_technology_table(ATTNSIM_SOURCE_DIR "/arch/technology/sram_45nm_lstp.csv");
  const auto fusemax = shipped("fusemax");
  const auto& buffer = *fusemax.find_memory("global_buffer");
  const auto figures = figures_at(table, buffer.capacity->count(), buffer.width);
  EXPECT_NEAR(figures.read_energy.count() / buffer.read_energy.count(), 1, 1e-5);
  EXPECT_NEAR(figures.write_energy.count() / buffer.write_energy.count(), 1, 1e-5);
  EXPECT_NEAR(figures.area.count() / buffer.area->count(), 1, 1e-5);
}

TEST(ShippedTechnology, IsReadableThroughout) {
  const std::string folder = ATTNSIM_SOURCE_DIR "/arch/technology";
  const auto names = technology_tables_in(folder);
  EXPECT_GE(names.size(), 7U);
  for (const auto& name : names) {
    EXPECT_NO_THROW(static_cast<void>(load_technology_table(folder + "/" + name + ".csv"))) << name;
  }
}

TEST(ShippedArchitectures, TakeOverrides) {
  const auto architecture = load_architecture(
      ATTNSIM_SOURCE_DIR "/arch/fusemax.xml",
      {{"//memory[@name='dram']/@bandwidth", "800 GiB/s"}, {"//array/@rows", "128"}});
  EXPECT_EQ(architecture.find_memory("dram")->bandwidth, BytesPerSecond(858993459200.0));
  EXPECT_EQ(architecture.find_memory("pe_registers")->instances, 128U * 256U);
}

}  // namespace
}  // namespace attnsim::arch
