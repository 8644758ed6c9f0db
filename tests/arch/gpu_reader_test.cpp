#include <gtest/gtest.h>

#include "arch/reader.h"
#include "base/complaint.h"

namespace attnsim::arch {
namespace {

const std::string memories =
    "<memory name='m' bandwidth='1 GB/s'/><memory name='c' capacity='1 MiB' bandwidth='2 GB/s'/>";
const std::string parts =
    "<multiprocessor threads='1' blocks='1' registers='1' shared='1 KiB' port='1 B'/>"
    "<latency l2='1 cycle' dram='2 cycles'/>"
    "<launch first='3.2 us' next='1 us' block='0 us' cold='0 us'/>"
    "<power idle='1 W' limit='2 W' clock='2 GHz' tensor='1 GHz' settles='1 us' reference='1 GHz' "
    "slope='1'/>"
    "<scattered_stores bandwidth='1 GB/s'/>"
    "<dram_bandwidth multiprocessors='2' bandwidth='10 GB/s'/>"
    "<dram_bandwidth multiprocessors='4' bandwidth='14 GB/s'/>"
    "<op name='mul' unit='tensor' rate='8' alone='4'/>";

Architecture read(const std::string& inside) {
  return read_architecture(
      XmlElement::parse("<architecture name='a' clock='1 GHz'>" + inside + "</architecture>",
                        "a.xml", "architecture"));
}
Gpu gpu(const std::string& inside) {
  return *read(memories + "<gpu multiprocessors='4' l2='c' dram='m'>" + inside + "</gpu>").gpu;
}
std::string refusal(const std::string& inside) {
  return complaint([&] { return gpu(inside); });
}

TEST(GpuReader, ReadsQuantities) {
  const auto read = gpu(parts);
  EXPECT_EQ(read.launch.first, Seconds(3.2e-6));
  EXPECT_EQ(read.power.limit, Watts(2));
  EXPECT_EQ(read.operations.at("mul").alone, 4);
  EXPECT_FALSE(read.operations.at("mul").products);
}

TEST(GpuReader, DrawsALineBetweenBandwidths) {
  const auto read = gpu(parts);
  EXPECT_EQ(dram_bandwidth(read, 1), BytesPerSecond(5e9));
  EXPECT_EQ(dram_bandwidth(read, 2), BytesPerSecond(10e9));
  EXPECT_EQ(dram_bandwidth(read, 3), BytesPerSecond(12e9));
  EXPECT_EQ(dram_bandwidth(read, 4), BytesPerSecond(14e9));
  EXPECT_EQ(dram_bandwidth(read, 5), BytesPerSecond(14e9));
}

TEST(GpuReader, MixedTrafficCostsInProportionToReadsTimesWrites) {
  EXPECT_EQ(turnaround(gpu(parts), 0.5), 1);
  const auto read = gpu(parts + "<mixed_dram bandwidth='10.5 GB/s'/>");
  EXPECT_EQ(turnaround(read, 0), 1);
  EXPECT_EQ(turnaround(read, 1), 1);
  EXPECT_DOUBLE_EQ(turnaround(read, 0.5), 0.75);
  EXPECT_DOUBLE_EQ(turnaround(read, 0.25), 1 - 0.75 * 0.25);
  EXPECT_NE(refusal(parts + "<mixed_dram bandwidth='15 GB/s'/>")
                .find("has a <mixed_dram> above its last <dram_bandwidth>"),
            std::string::npos);
}

TEST(GpuReader, HandsOverInTheLatencyOfL2UnlessItSays) {
  EXPECT_EQ(gpu(parts).hand_over, Cycles(1));
  auto other = parts;
  other.replace(other.find("dram='2 cycles'"), 0, "hand_over='9 cycles' ");
  EXPECT_EQ(gpu(other).hand_over, Cycles(9));
}

TEST(GpuReader, SaysWhatIsWrong) {
  EXPECT_NE(refusal("").find("<gpu> lacks a <multiprocessor>"), std::string::npos);
  EXPECT_NE(refusal(parts + "<latency l2='1 cycle' dram='2 cycles'/>").find("stands here twice"),
            std::string::npos);
  EXPECT_NE(refusal(parts + "<op name='mul' unit='t' rate='1'/>").find("taken by an earlier <op>"),
            std::string::npos);
  EXPECT_NE(refusal(parts + "<op name='x' unit='t' rate='1' alone='2'/>").find("exceeds the rate"),
            std::string::npos);
  EXPECT_NE(refusal(parts + "<op name='x' unit='t' rate='0'/>").find("must be greater than 0"),
            std::string::npos);
  EXPECT_NE(refusal(parts + "<op name='x' unit='t' rate='1' speed='1'/>")
                .find("has no attribute 'speed'"),
            std::string::npos);
  EXPECT_NE(
      refusal(parts + "<dram_bandwidth multiprocessors='4' bandwidth='1 GB/s'/>").find("must rise"),
      std::string::npos);
  EXPECT_NE(refusal(parts + "<slowdown unit='vector' by='tensor' factor='2'/>")
                .find("has a <slowdown> with 'vector', the unit of no <op>"),
            std::string::npos);
}

TEST(GpuReader, NeedsItsMemories) {
  const auto with = [](const std::string& l2, const std::string& dram) {
    return complaint([&] {
      return read(memories + "<memory name='r' entries='4'/><gpu multiprocessors='4' l2='" + l2 +
                  "' dram='" + dram + "'>" + parts + "</gpu>");
    });
  };
  EXPECT_NE(with("r", "m").find("l2=\"r\" is no memory with a bandwidth"), std::string::npos);
  EXPECT_NE(with("c", "x").find("dram=\"x\" is no memory with a bandwidth"), std::string::npos);
  EXPECT_NE(with("m", "m").find("l2=\"m\" has no capacity"), std::string::npos);
}

}  // namespace
}  // namespace attnsim::arch
