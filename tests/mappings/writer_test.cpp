#include "mappings/writer.h"

#include <gmock/gmock.h>

#include "base/xml.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

using testing::HasSubstr;

Mapping read(const std::string& text) {
  return read_mapping(XmlElement::parse(text, "written.xml", "mapping"));
}

/// A mapping of loops and the machine that it is for.
struct Shipped {
  const char* mapping;
  const char* machine;
};

class ShippedMapping : public testing::TestWithParam<Shipped> {};

TEST_P(ShippedMapping, WrittenAndReadIsTheSameMapping) {
  const auto mapping = shipped_mapping(GetParam().mapping);
  const auto text = to_xml(mapping);
  EXPECT_EQ(to_xml(read(text)), text);

  const auto cascade = shipped_cascade(mapping.cascade);
  const auto architecture = shipped_architecture(GetParam().machine);
  const Shapes shapes{{"B", 2},    {"H", 3},    {"E", 64},  {"F", 64},
                      {"P", 2048}, {"M", 2048}, {"D", 256}, {"S", 512}};
  const auto before = lower(cascade, architecture, mapping, shapes);
  const auto after = lower(cascade, architecture, read(text), shapes);
  EXPECT_EQ(after.drawing, before.drawing);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedMapping,
                         testing::Values(Shipped{"flat", "flat"}, Shipped{"flat_q", "flat"},
                                         Shipped{"flat_v", "flat"},
                                         Shipped{"flat_weight_stationary", "flat"},
                                         Shipped{"unfused", "flat"}, Shipped{"fusemax", "fusemax"},
                                         Shipped{"fusemax_architecture", "fusemax"},
                                         Shipped{"fusemax_tight", "fusemax"},
                                         Shipped{"fusemax_cascade", "fusemax_cascade"},
                                         Shipped{"linear_layers", "flat"}),
                         [](const auto& each) { return std::string(each.param.mapping); });

TEST(Writer, KeepsEveryAttribute) {
  const std::string text = R"(<?xml version="1.0"?>
<mapping name="a &lt;b&gt; &amp; c" cascade="c">
  <flatten rank="BP" of="B P"/>
  <partition rank="M0" shape="array2d.rows"/>
  <spill from="sram" to="dram"/>
  <keep tensor="A B" at="dram"/>
  <sequence>
    <for rank="P" tile="fit">
      <keep tensor="Q" at="sram" buffers="fit" spare="2" in_place="yes" stream="yes" overbook="yes"/>
      <pipeline depth="3" lockstep="yes">
        <stage lag="2">
          <spatial rank="P" along="rows columns lanes" fold="yes">
            <fuse rank="M">
              <einsum name="A" on="u"/>
            </fuse>
          </spatial>
        </stage>
        <stage>
          <parallel>
            <einsum name="B" on="v"/>
          </parallel>
        </stage>
      </pipeline>
    </for>
  </sequence>
</mapping>
)";
  const auto written = to_xml(read(text));
  EXPECT_THAT(written, HasSubstr("name=\"a &lt;b> &amp; c\""));
  EXPECT_EQ(to_xml(read(written)), written);
  auto expected = text;
  expected.replace(expected.find("&gt;"), 4, ">");
  EXPECT_EQ(written, expected);
}

}  // namespace
}  // namespace attnsim::mappings
