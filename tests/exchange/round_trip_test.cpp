#include <algorithm>
#include <gmock/gmock.h>

#include "exchange/yaml.h"
#include "sources.h"

namespace attnsim::exchange {
namespace {

using testing::HasSubstr;

arch::Architecture shipped_architecture(const std::string& name) {
  return arch::load_architecture(repository("arch/" + name + ".xml"));
}

/// What TeAAL can say of a cascade: not its name, comments and typical sizes, nor the order of
/// ranks.
std::string essence(einsum::Cascade cascade) {
  cascade.name = "x";
  cascade.header.clear();
  cascade.typicals.clear();
  std::sort(cascade.ranks.begin(), cascade.ranks.end(),
            [](const einsum::Rank& a, const einsum::Rank& b) { return a.name < b.name; });
  const auto by_name = [](const einsum::Access& a, const einsum::Access& b) {
    return a.tensor < b.tensor;
  };
  std::sort(cascade.inputs.begin(), cascade.inputs.end(), by_name);
  std::sort(cascade.outputs.begin(), cascade.outputs.end(), by_name);
  return einsum::to_text(cascade);
}

class TeaalRoundTrip : public testing::TestWithParam<const char*> {};

TEST_P(TeaalRoundTrip, ACascadeComesBackTheSame) {
  const auto cascade = einsum::load_cascade(
      repository("workloads/cascades/" + std::string(GetParam()) + ".cascade"));
  const auto exported = export_teaal({&cascade, nullptr, nullptr, {}});
  const auto back = import_teaal(sources_of(exported, {".yaml"}));

  EXPECT_EQ(essence(*back.cascade), essence(cascade)) << exported.files.front().text;
}

INSTANTIATE_TEST_SUITE_P(Cascades, TeaalRoundTrip,
                         testing::Values("attention_1pass", "attention_2pass", "attention_3pass",
                                         "attention_3pass_causal", "attention_3pass_deferred",
                                         "attention_naive", "attention_online", "linear_layers",
                                         "sigmoid_attention", "attention_splitk"));

TEST(RoundTrip, EveryShippedArchitectureIsWrittenAsItIsRead) {
  for (const char* name : {"fusemax", "flat", "fusemax_cascade", "fusemax_pareto"}) {
    const auto text = to_xml(shipped_architecture(name));
    const auto again =
        arch::read_architecture(XmlElement::parse(text, "written.xml", "architecture"));
    EXPECT_EQ(to_xml(again), text) << name;
  }
}

/// Theirs, ours, theirs: the second equals what ours writes again.
TEST(RoundTrip, TimeloopFilesComeBackTheSame) {
  const auto first = import_timeloop({data("gemm.architecture.yaml"), data("gemm.problem.yaml"),
                                      data("gemm.mapping.yaml"), data("gemm.ERT.yaml")});
  const auto exported =
      export_timeloop({&*first.cascade, &*first.architecture, &*first.mapping, first.shapes});
  const auto problem = sources_of(exported, {"gemm.problem.yaml"}).at(0);
  EXPECT_TRUE(same(parse_yaml(problem.text, "a"), parse_yaml(data("gemm.problem.yaml").text, "b")))
      << problem.text;

  const auto second = import_timeloop(sources_of(exported, {".yaml"}));
  EXPECT_EQ(to_xml(*second.architecture), to_xml(*first.architecture));
  EXPECT_EQ(einsum::to_text(*second.cascade), einsum::to_text(*first.cascade));
  // How many tiles a memory holds is an attribute of its component there, of a keep here.
  auto without_buffers = mappings::to_xml(*first.mapping);
  for (const std::string part = " buffers=\"2\"";
       without_buffers.find(part) != std::string::npos;) {
    without_buffers.erase(without_buffers.find(part), part.size());
  }
  EXPECT_EQ(mappings::to_xml(*second.mapping), without_buffers);
  EXPECT_THAT(text_of(exported.losses), HasSubstr("how X is buffered at buffer"));
}

TEST(RoundTrip, AConvolutionComesBackFromTimeloop) {
  const auto first = import_timeloop({data("convolution.problem.yaml")});
  const auto exported = export_timeloop({&*first.cascade, nullptr, nullptr, first.shapes});
  const auto second = import_timeloop(sources_of(exported, {".yaml"}));

  EXPECT_EQ(einsum::to_text(*second.cascade), einsum::to_text(*first.cascade));
  EXPECT_EQ(second.shapes, first.shapes);
  EXPECT_TRUE(second.losses.empty()) << text_of(second.losses);
}

TEST(RoundTrip, TheLinearLayersAreProblemsForTimeloop) {
  const auto cascade = einsum::load_cascade(repository("workloads/cascades/linear_layers.cascade"));
  const Shapes shapes{{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"P", 8}, {"D", 8}, {"S", 16}};
  const auto exported = export_timeloop({&cascade, nullptr, nullptr, shapes});

  ASSERT_EQ(exported.files.size(), cascade.einsums.size());
  for (std::size_t i = 0; i < cascade.einsums.size(); ++i) {
    const auto back = import_timeloop({{exported.files[i].text, exported.files[i].name}});
    EXPECT_EQ(einsum::to_text(back.cascade->einsums.front()), einsum::to_text(cascade.einsums[i]));
  }
}

TEST(RoundTrip, AMachineAndAMappingComeBackFromTeaal) {
  const auto first = import_teaal({data("attention.yaml")});
  const auto exported = export_teaal({&*first.cascade, &*first.architecture, &*first.mapping, {}});
  const auto second = import_teaal(sources_of(exported, {".yaml"}));

  EXPECT_EQ(essence(*second.cascade), essence(*first.cascade));
  auto mapping = mappings::to_xml(*second.mapping);
  mapping.replace(mapping.find("\"teaal\""), 7, "\"attention\"");
  mapping.replace(mapping.find("\"teaal\""), 7, "\"attention\"");
  EXPECT_EQ(mapping, mappings::to_xml(*first.mapping)) << exported.files.front().text;
  EXPECT_EQ(to_xml(*second.architecture), to_xml(*first.architecture));
}

TEST(RoundTrip, WhatAttentionLosesOnTheWayIsListed) {
  const auto cascade =
      einsum::load_cascade(repository("workloads/cascades/attention_1pass.cascade"));
  const auto machine = shipped_architecture("fusemax");
  const auto mapping = mappings::load_mapping(repository("mappings/fusemax.xml"));
  const auto exported = export_teaal({&cascade, &machine, &mapping, {}});
  const auto losses = text_of(exported.losses);

  EXPECT_THAT(losses, HasSubstr("mappings/fusemax.xml:20:17: <pipeline>"));
  EXPECT_THAT(losses, HasSubstr("the loops that 12 Einsums share"));
  EXPECT_THAT(losses, HasSubstr("SLN is beyond TeAAL's grammar (EDGE's notation): 'exp'"));
  EXPECT_THAT(losses, HasSubstr("the first value of RM"));
  EXPECT_THAT(losses, HasSubstr("that 'exp' of 'array2d' takes 6 cycles"));
  static_cast<void>(parse_yaml(exported.files.front().text, "teaal.yaml"));
}

}  // namespace
}  // namespace attnsim::exchange
