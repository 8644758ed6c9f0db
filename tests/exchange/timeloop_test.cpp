#include <gmock/gmock.h>

#include "einsum/random_inputs.h"
#include "sources.h"

namespace attnsim::exchange {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Imported gemm() {
  return import_timeloop({data("gemm.architecture.yaml"), data("gemm.problem.yaml"),
                          data("gemm.mapping.yaml"), data("gemm.ERT.yaml")});
}

TEST(Timeloop, AProblemIsACascadeOfOneEinsum) {
  const auto imported = import_timeloop({data("gemm.problem.yaml")});

  ASSERT_TRUE(imported.cascade);
  EXPECT_EQ(einsum::to_text(*imported.cascade),
            "cascade gemm\nrank M K N\ntypical K = 64 M = 64 N = 32\n"
            "input X[m,k] W[k,n]\noutput Z[m,n]\nZ[m,n] = sum[k] X[m,k] * W[k,n]\n");
  EXPECT_EQ(imported.shapes, (Shapes{{"K", 64}, {"M", 64}, {"N", 32}}));
  EXPECT_EQ(text_of(imported.losses), "");
}

TEST(Timeloop, CoefficientsBecomeParametersAndComputeTheSame) {
  const auto imported = import_timeloop({data("convolution.problem.yaml")});
  const auto ours = einsum::parse_cascade(
      "cascade c\nrank C K R P I\ninput W[c,k,r] X[c,i]\noutput Z[k,p]\n"
      "Z[k,p] = W[c,k,r] * X[c,2*p+r]\n",
      "ours");
  const Shapes shapes{{"C", 3}, {"K", 4}, {"R", 3}, {"P", 5}, {"I", 11}};
  const auto inputs = einsum::random_inputs(ours, einsum::resolve_shapes(ours, shapes), 7);

  EXPECT_EQ(imported.shapes.at("RP"), 11);  // (R - 1) * 1 + (P - 1) * 2 + 1
  const auto theirs = evaluated(*imported.cascade, imported.shapes,
                                {{"Weights", inputs.at("W")}, {"Inputs", inputs.at("X")}});
  EXPECT_EQ(theirs.at("Outputs"), evaluated(ours, shapes, inputs).at("Z"));
  EXPECT_THAT(text_of(imported.losses), HasSubstr("convolution.problem.yaml:28:49: 'Q' is no "
                                                  "dimension of the shape"));
}

TEST(Timeloop, AnArchitectureIsItsLevelsAroundAnArray) {
  const auto imported = gemm();
  const auto machine = read_back(*imported.architecture);

  EXPECT_EQ(machine.name, "little_array");
  EXPECT_EQ(machine.clock, Hertz(1e9));
  const auto* const array = machine.find_array("pe");
  ASSERT_NE(array, nullptr);
  EXPECT_EQ(array->rows, 8U);
  EXPECT_EQ(array->columns, 16U);
  EXPECT_EQ(array->operations.at("mac").energy, Picojoules(2.5));
  EXPECT_EQ(machine.find_memory("dram")->bandwidth, BytesPerSecond(16e9));  // 8 words of 16 b
  EXPECT_FALSE(machine.find_memory("dram")->capacity);
  EXPECT_EQ(machine.find_memory("buffer")->capacity, Bytes(2048 * 256 / 8));
  EXPECT_EQ(machine.find_memory("buffer")->read_energy, Picojoules(30.5));
  EXPECT_EQ(machine.find_memory("buffer")->area, SquareMicrons(250000));
  EXPECT_EQ(machine.find_memory("registers")->unit, "pe");
  EXPECT_EQ(machine.find_memory("registers")->instances, 128U);
  EXPECT_EQ(machine.find_memory("registers")->entries, 8U);
}

TEST(Timeloop, SaysWhatItLostAndWhere) {
  const auto losses = text_of(gemm().losses);

  EXPECT_THAT(losses, AllOf(HasSubstr("gemm.architecture.yaml:26:9: 'n_banks' of 'buffer'"),
                            HasSubstr("gemm.architecture.yaml:27:7: 'constraints'"),
                            HasSubstr("'multiplier_width' of 'pe'"), Not(HasSubstr("energies")),
                            Not(HasSubstr("'depth'"))));
}

TEST(Timeloop, WithoutATableEnergiesAreZeroAndListed) {
  const auto imported = import_timeloop({data("gemm.architecture.yaml")});

  EXPECT_THAT(text_of(imported.losses),
              HasSubstr("no energies are given for dram, buffer, pe.mac, registers: 0 pJ"));
}

TEST(Timeloop, AMappingIsTheSameNestAndRuns) {
  const auto imported = gemm();
  const auto mapping = read_back(*imported.mapping);
  const auto text = mappings::to_xml(mapping);

  // DRAM: M; the buffer: K inside of N inside of M; then the array.
  EXPECT_THAT(text, HasSubstr("  <for rank=\"M\" tile=\"32\">\n"
                              "    <keep tensor=\"X\" at=\"buffer\" buffers=\"2\"/>\n"
                              "    <keep tensor=\"Z\" at=\"buffer\" buffers=\"2\"/>\n"
                              "    <for rank=\"M\" tile=\"8\">\n"
                              "      <for rank=\"N\" tile=\"16\">\n"
                              "        <for rank=\"K\" tile=\"8\">\n"
                              "          <spatial rank=\"M\" along=\"rows\">\n"
                              "            <spatial rank=\"N\" along=\"columns\">\n"));
  const auto lowered = mappings::lower(*imported.cascade, read_back(*imported.architecture),
                                       mapping, imported.shapes);
  EXPECT_FALSE(lowered.footprint.empty());
}

TEST(Timeloop, AFactorOfZeroIsWhatTheOthersLeave) {
  auto mapping = data("gemm.mapping.yaml");
  const auto at = mapping.text.find("M=4, N=2");
  mapping.text.replace(at, 3, "M=0");
  const auto filled =
      import_timeloop({data("gemm.architecture.yaml"), data("gemm.problem.yaml"), mapping});

  EXPECT_EQ(mappings::to_xml(*filled.mapping), mappings::to_xml(*gemm().mapping));
}

TEST(Timeloop, FactorsMustMultiplyToTheSize) {
  auto mapping = data("gemm.mapping.yaml");
  mapping.text.replace(mapping.text.find("M=4, N=2"), 3, "M=2");

  EXPECT_THAT(complaint([&] {
                static_cast<void>(import_timeloop(
                    {data("gemm.architecture.yaml"), data("gemm.problem.yaml"), mapping}));
              }),
              HasSubstr("the factors of M multiply to 32, and its size is 64"));
}

TEST(Timeloop, WrongFilesSayWhereAndWhatWouldBeRight) {
  const auto says = [](const std::string& text) {
    return complaint([&] { static_cast<void>(import_timeloop({{text, "f.yaml"}})); });
  };
  EXPECT_EQ(says("problm: {}\n").substr(0, 54),
            "f.yaml:1:1: unknown section 'problm', did you mean 'pr");
  EXPECT_THAT(says("mapping: []\n"), HasSubstr("neither a 'problem' nor an 'architecture'"));
  EXPECT_THAT(says("problem: {shape: {dimensions: [M]}, instance: {M: 4}}\n"),
              HasSubstr("f.yaml:1:18: 'shape' needs 'data_spaces'"));
  EXPECT_THAT(says("problem: {shape: {dimensions: [M], data_spaces: [{name: A, projection: "
                   "[[[N]]]}]}, instance: {M: 4}}\n"),
              HasSubstr("'N' is no dimension, then perhaps a coefficient (known: M)"));
  EXPECT_THAT(says("problem: {shape: {dimensions: [M], data_spaces: []}, instance: {M: 0}}\n"),
              HasSubstr("the size of 'M' must be a whole number of at least 1, not '0'"));
  EXPECT_THAT(says("architecture: {version: 0.3, nodes: []}\n"), HasSubstr("convert it to 0.4"));
  EXPECT_THAT(says("architecture: {nodes: [!Memory {name: x}]}\n"),
              HasSubstr("unknown kind '!Memory' (known: !Container, !Component"));
  EXPECT_THAT(says("architecture: {nodes: [!Container {name: x}]}\n"), HasSubstr("has no memory"));
}

}  // namespace
}  // namespace attnsim::exchange
