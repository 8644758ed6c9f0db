#include <gmock/gmock.h>

#include "einsum/random_inputs.h"
#include "sources.h"

namespace attnsim::exchange {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(Accelforge, AWorkloadIsACascadeThatComputesTheSame) {
  const auto imported = import_accelforge({data("feed_forward.workload.yaml")});
  const auto ours = einsum::parse_cascade(
      "cascade c\nrank M D S J N\ninput X[m,d] W1[d,s] W2[s,d] G[j,n]\noutput P[m,n]\n"
      "H[m,s] = X[m,d] * W1[d,s]\nY[m,j] = H[m,s] * W2[s,j+0]\nP[m,n] = max[j] (Y[m,j] + G[j,n])\n",
      "ours");
  const Shapes shapes{{"M", 32}, {"D", 16}, {"S", 64}, {"J", 16}, {"N", 4}};
  const auto inputs = einsum::random_inputs(ours, einsum::resolve_shapes(ours, shapes), 2);

  EXPECT_EQ(imported.shapes, shapes);
  EXPECT_EQ(evaluated(*imported.cascade, shapes, inputs).at("Path"),
            evaluated(ours, shapes, inputs).at("P"));
}

TEST(Accelforge, AnArchitectureHasItsFiguresInOurUnits) {
  const auto imported =
      import_accelforge({data("feed_forward.workload.yaml"), data("buffered.arch.yaml")});
  const auto machine = read_back(*imported.architecture);

  EXPECT_EQ(machine.clock, Hertz(2e9));
  EXPECT_EQ(machine.word, Bits(8));
  EXPECT_EQ(machine.find_memory("Buffer")->capacity, Bytes(65536));
  EXPECT_DOUBLE_EQ(machine.find_memory("Buffer")->read_energy.count(), 8.0);  // 8 bits of 1 pJ
  EXPECT_DOUBLE_EQ(machine.find_memory("Buffer")->area->count(), 0.5e6);
  EXPECT_DOUBLE_EQ(machine.find_memory("MainMemory")->bandwidth->count(), 128e9);
  ASSERT_NE(machine.find_array("MAC"), nullptr);
  EXPECT_EQ(machine.find_array("MAC")->columns, 8U);
  EXPECT_EQ(machine.find_array("MAC")->rows, 4U);
  EXPECT_DOUBLE_EQ(machine.find_array("MAC")->operations.at("mac").energy.count(), 0.5);
}

TEST(Accelforge, SaysWhatItLostAndWhere) {
  const auto imported =
      import_accelforge({data("feed_forward.workload.yaml"), data("buffered.arch.yaml")});

  EXPECT_THAT(text_of(imported.losses),
              AllOf(HasSubstr("feed_forward.workload.yaml:7:7: 'hidden' is called Hidden"),
                    HasSubstr("'Hidden_act' is a copy: the source does not say"),
                    HasSubstr("the name 'Back': an Einsum is called as its output, Y"),
                    HasSubstr("'persistent_tensors'"), HasSubstr("'renames'"),
                    HasSubstr("an expression that only AccelForge evaluates"),
                    HasSubstr("'tensors': what 'Buffer' keeps is for a mapping to say")));
}

TEST(Accelforge, ATemplateIsFilledWithItsOwnDefaults) {
  const auto imported = import_accelforge({{R"(# {{A comment}}
workload:
  rank_sizes:
    {% set N_TOKENS = N_TOKENS | default(512) %}
    {%- set BATCH="4" -%}
    {% set HEADS = BATCH | default(9) %}
    {% set WIDTH = WIDTH | default(2*8) %}
    B: {{BATCH}}
    H: {{HEADS}}
    E: {{WIDTH}}
    M: {{ N_TOKENS }}
  einsums:
  - "Y[b, m] = X[b, m, h] * W[h, e]"
)",
                                            "t.yaml"}});

  EXPECT_EQ(imported.shapes, (Shapes{{"B", 4}, {"H", 4}, {"E", 16}, {"M", 512}}));
  EXPECT_THAT(text_of(imported.losses),
              AllOf(HasSubstr("t.yaml:4:5: the template's 'N_TOKENS': it is set to 512"),
                    HasSubstr("t.yaml:5:5: the template's 'BATCH': it is set to 4")));
  EXPECT_THAT(
      complaint([] {
        static_cast<void>(import_accelforge(
            {{"{% set N = 2 %}\nworkload:\n  einsums:\n  {% for i in range(N) %}\n", "t.yaml"}}));
      }),
      HasSubstr("t.yaml:4:3: is a Jinja template: render it first"));
}

TEST(Accelforge, AttributesOfComponentModelsAreLostNotWrong) {
  const auto imported = import_accelforge({{R"(arch:
  extra_attributes_for_all_component_models: {tech_node: 65e-9}
  nodes:
  - !Memory {name: Main, component_class: lpddr4, size: .inf, tensors: {keep: All}}
  - !Memory
    name: Buffer
    size: 1024 * 64
    separate_read_write_ports: True
    actions: [{name: read, energy: 1e-12, arguments: {width: 8}}]
  - !Fanout {name: PEs, spatial: [{name: X, fanout: 4}]}
  - !Memory {name: In, size: 12 * 16}
  - !Memory {name: Out, size: 16 * 16}
  - !Compute
    name: ALU
    total_latency: compute_actions / 200e6
    actions: [{name: add, op_kind: add, energy: 3e-13}, {name: max, energy: 2e-13}]
)",
                                            "a.yaml"}});
  const auto machine = read_back(*imported.architecture);

  EXPECT_EQ(machine.clock, Hertz(200e6));
  const auto& operations = machine.find_array("ALU")->operations;
  EXPECT_EQ(operations.size(), 2U);
  EXPECT_DOUBLE_EQ(operations.at("max").energy.count(), 0.2);
  EXPECT_THAT(
      text_of(imported.losses),
      AllOf(HasSubstr("a.yaml:8:5: 'separate_read_write_ports' of 'Buffer'"),
            HasSubstr("a.yaml:9:43: 'arguments' of 'read' of 'Buffer'"),
            HasSubstr("a.yaml:11:5: what operations read from and write to 'In': it is counted at "
                      "'Out', as a unit has one memory for that")));
}

TEST(Accelforge, WrongFilesSayWhereAndWhatWouldBeRight) {
  const auto says = [](const std::string& text) {
    return complaint([&] { static_cast<void>(import_accelforge({{text, "f.yaml"}})); });
  };
  EXPECT_THAT(says("workload:\n  einsums:\n  - \"A[m] B[m]\"\n"),
              HasSubstr("f.yaml:3:5: 'A[m] B[m]' is no Einsum"));
  EXPECT_THAT(says("workload:\n  einsums:\n  - {name: X}\n"), HasSubstr("needs 'tensor_accesses'"));
  EXPECT_THAT(says("workload:\n  einsums:\n  - \"A[m] = B[{{X}}]\"\n"), HasSubstr("Jinja"));
  EXPECT_THAT(says("arch: {nodes: [!Component {name: x}]}\n"), HasSubstr("unknown kind"));
  EXPECT_THAT(says("workload:\n  einsums:\n  - name: X\n    map_op: twist\n    tensor_accesses:\n"
                   "    - {name: A, projection: [m]}\n    - {name: B, projection: [m], output: "
                   "True}\n"),
              HasSubstr("'twist' is no operator of attnsim"));
}

}  // namespace
}  // namespace attnsim::exchange
