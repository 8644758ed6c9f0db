#include <gmock/gmock.h>

#include "einsum/random_inputs.h"
#include "sources.h"

namespace attnsim::exchange {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Teaal, EinsumsBecomeACascadeThatComputesAttention) {
  const auto imported = import_teaal({data("attention.yaml")});
  const auto ours = einsum::load_cascade(repository("workloads/cascades/attention_3pass.cascade"));
  const Shapes shapes{{"B", 1}, {"H", 1}, {"E", 4}, {"F", 3}, {"M", 8}, {"P", 5}};
  const auto inputs = einsum::random_inputs(ours, einsum::resolve_shapes(ours, shapes), 3);
  auto theirs = inputs;
  for (auto& [name, tensor] : theirs)
    tensor.shape.erase(tensor.shape.begin(), tensor.shape.begin() + 2);

  const auto values =
      evaluated(*imported.cascade, {{"E", 4}, {"F", 3}, {"M", 8}, {"P", 5}}, theirs);
  EXPECT_EQ(values.at("AV").data, evaluated(ours, shapes, inputs).at("AV").data);
}

TEST(Teaal, TakeIsTheOtherOperandWhereTheFirstIsNotZero) {
  const auto imported = import_teaal({data("sampled.yaml")});
  const auto ours = einsum::parse_cascade(
      "cascade c\nrank K M N\ninput S[m,n] A[k,m] B[k,n]\noutput Z[m,n]\n"
      "Z[m,n] = sum[k] A[k,m] * B[k,n] where S[m,n] != 0\n",
      "ours");
  const Shapes shapes{{"K", 3}, {"M", 4}, {"N", 5}};
  auto inputs = einsum::random_inputs(ours, einsum::resolve_shapes(ours, shapes), 5);
  for (std::size_t i = 0; i < inputs.at("S").data.size(); i += 2) inputs.at("S").data[i] = 0;

  const auto theirs = evaluated(*imported.cascade, shapes, inputs).at("Z");
  EXPECT_EQ(theirs, evaluated(ours, shapes, inputs).at("Z"));
  EXPECT_EQ(theirs.data[0], 0);
  EXPECT_NE(theirs.data[1], 0);
}

TEST(Teaal, TheArchitectureHasAnArrayAndAVector) {
  const auto machine = read_back(*import_teaal({data("attention.yaml")}).architecture);

  ASSERT_NE(machine.find_array("Array"), nullptr);
  EXPECT_EQ(machine.find_array("Array")->rows, 16U);
  EXPECT_EQ(machine.find_array("Array")->operations.count("mac"), 1U);
  ASSERT_NE(machine.find_vector("Lane"), nullptr);
  EXPECT_EQ(machine.find_vector("Lane")->lanes, 16U);
  EXPECT_EQ(machine.find_memory("Memory")->bandwidth, BytesPerSecond(64e9));
  EXPECT_EQ(machine.find_memory("Buffer")->capacity, Bytes(512 * 4096 / 8));
  EXPECT_EQ(machine.find_memory("Registers")->instances, 256U);
}

TEST(Teaal, TheMappingHasANestForEachEinsumAndRuns) {
  const auto imported = import_teaal({data("attention.yaml")});
  const auto mapping = read_back(*imported.mapping);

  EXPECT_THAT(mappings::to_xml(mapping),
              AllOf(HasSubstr("    <for rank=\"P\" tile=\"64\">\n"
                              "      <keep tensor=\"Q\" at=\"Buffer\"/>\n"
                              "      <for rank=\"M\" tile=\"16\">\n"
                              "        <keep tensor=\"K\" at=\"Buffer\"/>\n"
                              "        <for rank=\"P\" tile=\"16\">\n"
                              "          <keep tensor=\"QK\" at=\"Buffer\"/>\n"),
                    HasSubstr("<spatial rank=\"M\" along=\"rows\""),
                    HasSubstr("<spatial rank=\"P\" along=\"columns\""),
                    HasSubstr("<einsum name=\"SN\" on=\"Lane\"/>")));
  const Shapes shapes{{"E", 16}, {"F", 32}, {"M", 64}, {"P", 128}};
  const auto lowered =
      mappings::lower(*imported.cascade, read_back(*imported.architecture), mapping, shapes);
  EXPECT_FALSE(lowered.footprint.empty());
}

TEST(Teaal, SaysWhatItLostAndWhere) {
  EXPECT_THAT(text_of(import_teaal({data("attention.yaml")}).losses),
              AllOf(HasSubstr("attention.yaml:23:5: the order of ranks of 'K'"),
                    HasSubstr("'Sequencer' of class Sequencer"), HasSubstr("'opt': how TeAAL"),
                    HasSubstr("the format of 'K'"), HasSubstr("the eager binding of 'QK'")));
}

/// A product whose sum runs in time, on a machine that leaves sizes open and has several
/// configurations, as those of sparse accelerators do.
const char* const product = R"(einsum:
  declaration: {A: [K, M], B: [K, N], T: [K, M, N], Z: [M, N]}
  expressions:
  - T[k,m,n] = A[k,m] * B[k,n]
  - Z[m,n] = sum(K).(T[k,m,n])
mapping:
  partitioning:
    T:
      (K, M): [flatten()]
      KM: [uniform_occupancy(A.8)]
  loop-order: {T: [KM1, KM0, N], Z: [M, N, K]}
  spacetime: {T: {space: [KM0], time: [KM1, N]}, Z: {space: [M], time: [N, K]}}
architecture:
  Multiply:
  - name: System
    local:
    - {name: DRAM, class: DRAM, attributes: {bandwidth: 8000000000}}
    - {name: Cache, class: Cache, attributes: {width: 8, depth: 64}}
    subtree:
    - name: PE[0..3]
      local:
      - {name: Regs, class: buffet, attributes: {width: 16, depth: inf}}
      - {name: ALU, class: compute, attributes: {op: mul}}
  Merge:
  - name: System
    subtree:
    - name: PE[0..3]
      local:
      - {name: Sort, class: Merger, attributes: {radix: inf}}
      - {name: ALU, class: compute, attributes: {op: max}}
bindings:
  T:
  - {config: Multiply, prefix: t}
  - component: Cache
    bindings: [{tensor: B, rank: N}]
  - component: Regs
    bindings: [{tensor: A, rank: K, evict-on: KM1}]
  - component: ALU
    bindings: [{op: mul}]
  Z:
  - {config: Merge, prefix: z}
  - component: Sort
    bindings: [{tensor: T, init-ranks: [K, M, N], final-ranks: [M, N, K]}]
  - component: ALU
    bindings: [{op: add}]
)";

TEST(Teaal, SparseMachinesComeInDenseAndRun) {
  const auto imported = import_teaal({{product, "f.yaml"}});
  const auto machine = read_back(*imported.architecture);

  EXPECT_EQ(machine.find_memory("Regs")->technology_class, "buffet");
  const auto& operations = machine.find_vector("PE")->operations;
  for (const char* name : {"mul", "add", "mac", "max"}) EXPECT_EQ(operations.count(name), 1U);
  const auto lowered = mappings::lower(*imported.cascade, machine, read_back(*imported.mapping),
                                       {{"K", 8}, {"M", 4}, {"N", 16}});
  EXPECT_FALSE(lowered.footprint.empty());  // B has 128 words, the cache 64 bytes: it spills
  EXPECT_THAT(mappings::to_xml(*imported.mapping),
              HasSubstr("<spill from=\"Cache\" to=\"DRAM\"/>"));
  EXPECT_THAT(
      text_of(imported.losses),
      AllOf(HasSubstr("f.yaml:9:7: the flattening of (K, M): here a tensor has all of the ranks"),
            HasSubstr("f.yaml:11:20: the loop over tiles of KM"),
            HasSubstr("that 'Regs' keeps A: it has no loop KM1 to stand in"),
            HasSubstr("'Regs' has no size: 1 PiB is taken"),
            HasSubstr("'PE' only multiplies: it is given an add, for sums"),
            HasSubstr("the configuration 'Merge': one machine is taken, 'Multiply'")));
}

TEST(Teaal, ATakeThatIsMappedIsOfDenseOperands) {
  std::string text = product;
  text.replace(text.find("A[k,m] * B[k,n]"), 15, "take(A[k,m], B[k,n], 1)");
  EXPECT_THAT(text_of(import_teaal({{text, "f.yaml"}}).losses),
              HasSubstr("f.yaml:4:5: that T can be simulated: as they are mapped, the operands"));
  text.replace(text.find("sum(K).(T[k,m,n])"), 17, "T[k,m,n] * A[k,m]");
  const auto imported = import_teaal({{text, "f.yaml"}});

  EXPECT_THAT(einsum::to_text(*imported.cascade), HasSubstr("\nT[k,m,n] = B[k,n]\n"));
  EXPECT_THAT(
      text_of(imported.losses),
      HasSubstr("f.yaml:4:5: as they are mapped, the operands of 'take' are dense, and T is "
                "B[k,n] everywhere"));
  EXPECT_NO_THROW(static_cast<void>(
      mappings::lower(*imported.cascade, read_back(*imported.architecture),
                      read_back(*imported.mapping), {{"K", 8}, {"M", 4}, {"N", 16}})));
}

TEST(Teaal, WrongFilesSayWhereAndWhatWouldBeRight) {
  const auto says = [](const std::string& text) {
    return complaint([&] { static_cast<void>(import_teaal({{text, "f.yaml"}})); });
  };
  const std::string einsum = "einsum:\n  declaration: {A: [K], Z: []}\n  expressions:\n";
  EXPECT_THAT(says(einsum + "    - Z[] = A[k] *\n"), HasSubstr("f.yaml:4:"));
  EXPECT_THAT(says(einsum + "    - Z[] = A[j]\n"), HasSubstr("f.yaml:4:13: "));
  EXPECT_THAT(says(einsum + "    - Z[] = B[k]\n"), HasSubstr("unknown tensor 'B'"));
  EXPECT_THAT(says(einsum + "    - rank X\n"), HasSubstr("must be one Einsum"));
  EXPECT_THAT(says("einsum: {declaration: {A: [k]}, expressions: []}\n"),
              HasSubstr("'k' names no rank of 'A'"));
  EXPECT_THAT(says("architecture: {M: [{name: 'PE[1..4]'}]}\n"),
              HasSubstr("'PE[1..4]' is no name of a level: PE, or PE[0..127]"));
  EXPECT_THAT(says("einsums: {}\n"),
              HasSubstr("unknown section 'einsums', did you mean 'einsum'?"));
}

}  // namespace
}  // namespace attnsim::exchange
