#include <algorithm>
#include <gmock/gmock.h>
#include <map>
#include <numeric>

#include "einsum/random_inputs.h"
#include "mappings/counts.h"
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
                              "        <keep tensor=\"Z\" at=\"registers\"/>\n"  // around the sum
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

const char* const conv_problem = R"(problem:
  shape:
    name: conv1d
    dimensions: [C, K, R, P]
    data_spaces:
    - {name: W, projection: [[[C]], [[K]], [[R]]]}
    - {name: X, projection: [[[C]], [[R], [P]]]}
    - {name: Z, projection: [[[K]], [[P]]], read_write: True}
  instance: {C: 8, K: 4, R: 3, P: 6}
)";

/// Columns over C; what is in front of the array and in its PEs.
const char* const conv_machine = R"(architecture:
  nodes:
  - !Container {name: chip, attributes: {technology: node, global_cycle_seconds: cycle}}
  - !Component {name: dram, class: DRAM, attributes: {width: 64, datawidth: 8}}
  - !Component
    name: glb
    class: SRAM
    attributes: {width: 64, depth: 512, datawidth: 8}
    sparse_optimizations: {action_optimization: []}
  - !Container {name: column, spatial: {meshX: 4}}
  - !Container {name: row, spatial: {meshY: 2}}
  - !Component {name: reg, class: regfile, attributes: {width: 8, depth: 16, datawidth: 8}}
  - !Component {name: mac, class: intmac}
variables: {version: 0.4, cycle: 2e-9, node: 45nm}
)";

Imported conv(const std::string& mapping) {
  return import_timeloop({{conv_problem, "p.yaml"}, {conv_machine, "a.yaml"}, {mapping, "m.yaml"}});
}

mappings::Lowered lowered(const Imported& imported) {
  return mappings::lower(*imported.cascade, read_back(*imported.architecture),
                         read_back(*imported.mapping), imported.shapes);
}

TEST(Timeloop, WhatItsMapperWritesIsReadAsItsFrontEndCallsIt) {
  const auto written = conv(R"(mapping:
  - {target: reg, type: temporal, factors: C1 K1 R1 P6, permutation: PCKR}
  - {target: inter_row_spatial, type: datatype, keep: [], bypass: [W, X, Z]}
  - {target: inter_row_spatial, type: spatial, factors: C1 K2 R1 P1, permutation: KCRP, split: 0}
  - {target: inter_column_spatial, type: spatial, factors: C4 K1 R1 P1, permutation: CKRP, split: 1}
  - {target: inter_column_spatial, type: temporal, factors: C1 K1 R1 P1, permutation: CKRP}
  - {target: glb, type: temporal, factors: C2 K2 R3 P1, permutation: RCKP}
  - {target: dram, type: temporal, factors: C1 K1 R1 P1, permutation: CKRP}
)");
  const auto by_hand = conv(R"(mapping:
  - {target: dram, type: temporal, factors: {C: 1}}
  - {target: glb, type: temporal, factors: [R=3, C=2, K=2], permutation: [R, C, K]}
  - {target: column, type: spatial, factors: {C: 4}}
  - {target: row, type: spatial, factors: {K: 2}}
  - {target: reg, type: temporal, factors: {P: 6}}
)");
  EXPECT_EQ(mappings::to_xml(*written.mapping), mappings::to_xml(*by_hand.mapping));
  EXPECT_THAT(mappings::to_xml(*written.mapping),
              HasSubstr("<spatial rank=\"K\" along=\"rows\">\n"));
  EXPECT_FALSE(lowered(written).footprint.empty());
}

TEST(Timeloop, VariablesAreFilledIn) {
  const auto machine = *import_timeloop({{conv_machine, "a.yaml"}}).architecture;

  EXPECT_EQ(machine.technology, "45nm");
  EXPECT_EQ(machine.clock, Hertz(0.5e9));
}

TEST(Timeloop, TheSecondRankAlongOneDirectionRunsInTime) {
  const auto imported = conv(R"(mapping:
  - {target: glb, type: temporal, factors: {R: 3, C: 4, P: 1, K: 1}}
  - {target: column, type: spatial, factors: [C=2, K=2]}
  - {target: row, type: spatial, factors: {K: 2}}
  - {target: reg, type: temporal, factors: {P: 6}}
)");
  EXPECT_THAT(text_of(imported.losses),
              HasSubstr("m.yaml:3:52: the spread of K over 2: attnsim spreads one rank over the "
                        "rows and another over the columns; it runs in time"));
  EXPECT_THAT(mappings::to_xml(*imported.mapping),
              AllOf(HasSubstr("<for rank=\"K\" tile=\"2\">"),
                    HasSubstr("<spatial rank=\"C\" along=\"columns\">")));
  EXPECT_FALSE(lowered(imported).footprint.empty());
}

TEST(Timeloop, SumsThatTheOutermostMemorySplitsComeBack) {
  const auto mapping = [](const std::string& permutation) {
    return "mapping:\n  - {target: dram, type: temporal, factors: [C=2, K=2], permutation: " +
           permutation +
           "}\n  - {target: glb, type: temporal, factors: {R: 3, C: 4, K: 2}}\n"
           "  - {target: reg, type: temporal, factors: {P: 6}}\n";
  };
  const auto transfers_of = [&](const std::string& permutation) {
    const auto schedule = lowered(conv(mapping(permutation))).schedule;
    std::map<std::string, std::int64_t> counts;
    const auto executions = mappings::count_executions(schedule);
    for (std::size_t unit = 0; unit < schedule.units.size(); ++unit) {
      const auto id = static_cast<mappings::UnitId>(unit);
      for (std::size_t op = 0; op < schedule.units[id].ops.size(); ++op) {
        const auto& each = schedule.units[id].ops[static_cast<mappings::OpId>(op)];
        const auto& variants = executions[id][static_cast<mappings::OpId>(op)];
        counts[each.name] += std::accumulate(variants.begin(), variants.end(), std::int64_t{0});
      }
    }
    return counts;
  };
  const auto split = transfers_of("KC");                   // C outside of K
  EXPECT_EQ(split.at("store Z"), 2 * split.at("load Z"));  // not in the first of two rounds
  EXPECT_EQ(split.at("store Z"), 2 * transfers_of("CK").at("store Z"));
  EXPECT_EQ(transfers_of("CK").count("load Z"), 0U);
  // Not where the sum is split, but where it is whole.
  EXPECT_THAT(mappings::to_xml(*conv(mapping("CK")).mapping),
              HasSubstr("<for rank=\"K\" tile=\"2\">\n    <keep tensor=\"Z\" at=\"glb\"/>\n"
                        "    <for rank=\"C\" tile=\"4\">\n"));
}

TEST(Timeloop, ALevelThatIsThereOnceTakesNoLoops) {
  EXPECT_EQ(
      complaint([&] {
        static_cast<void>(conv("mapping:\n  - {target: chip, type: spatial, factors: K=2}\n"));
      }),
      "m.yaml:2:44: a loop over K at 'chip', which holds nothing and is there once: loops "
      "stand at a memory, spreads at what has meshX or meshY");
}

TEST(Timeloop, WithoutAFanOutTheInnerMemoriesAreTheUnits) {
  const auto machine = *import_timeloop({{R"(architecture:
  nodes:
  - !Component {name: dram, class: DRAM, attributes: {width: 64}}
  - !Component {name: glb, class: SRAM, attributes: {width: 64, depth: 512}}
  - !Component {name: l1, class: SRAM, attributes: {width: 8, depth: 64}}
  - !Component {name: reg, class: regfile, attributes: {width: 8, depth: 4}}
  - !Component {name: mac, class: intmac}
)",
                                          "a.yaml"}})
                            .architecture;
  EXPECT_EQ(machine.find_memory("glb")->unit, "");
  EXPECT_EQ(machine.find_memory("l1")->unit, "mac");
  const auto names = machine.memory_names();  // operations read from the innermost: it stands first
  EXPECT_LT(std::find(names.begin(), names.end(), "reg"),
            std::find(names.begin(), names.end(), "l1"));
}

TEST(Timeloop, WhatItsFrontEndHasWorkedOnIsTheSameMachine) {
  const auto processed = import_timeloop({{R"(dumped_by_timeloop_front_end: true
architecture:
  version: '0.4'
  subtree:
  - name: chip
    attributes: {version: '0.4', technology: 45nm, global_cycle_seconds: 2e-9}
    local:
    - {name: 'dram[1..1]', class: DRAM, attributes: {width: 64, datawidth: 8, meshX: 1, meshY: 1}}
    - {name: 'glb[1..1]', class: SRAM, attributes: {width: 64, depth: 512, datawidth: 8, meshX: 1}}
    - {name: 'inter_column_spatial[1..1]', class: dummy_storage, attributes: {meshX: 1}}
    - {name: 'inter_row_spatial[1..4]', class: dummy_storage, attributes: {meshX: 4}}
    - {name: 'reg[1..8]', class: regfile, attributes: {width: 8, depth: 16, datawidth: 8, meshX: 4}}
    - {name: 'mac[1..8]', class: intmac, attributes: {meshX: 4}}
)",
                                           "b.yaml"}});
  EXPECT_EQ(to_xml(*processed.architecture),
            to_xml(*import_timeloop({{conv_machine, "a.yaml"}}).architecture));
  EXPECT_EQ(text_of(processed.losses).find("mesh"), std::string::npos);
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
