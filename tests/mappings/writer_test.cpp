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

class ShippedMapping : public testing::TestWithParam<const char*> {};

TEST_P(ShippedMapping, WrittenAndReadIsTheSameMapping) {
  const auto mapping = shipped_mapping(GetParam());
  const auto text = to_xml(mapping);
  EXPECT_EQ(to_xml(read(text)), text);

  const std::string name = GetParam();
  if (name == "linear_layers") return;  // has no machine of its own
  auto design =
      shipped_design(name == "flat_q" || name == "flat_v" || name == "unfused"   ? "flat"
                     : name == "fusemax_tight" || name == "fusemax_architecture" ? "fusemax"
                                                                                 : name,
                     2048);
  const auto cascade = shipped_cascade(mapping.cascade);
  const auto before = lower(cascade, design.architecture, mapping, design.shapes);
  const auto after = lower(cascade, design.architecture, read(text), design.shapes);
  EXPECT_EQ(after.drawing, before.drawing);
}

INSTANTIATE_TEST_SUITE_P(All, ShippedMapping,
                         testing::Values("flat", "flat_q", "flat_v", "flat_weight_stationary",
                                         "fusemax", "fusemax_architecture", "fusemax_cascade",
                                         "fusemax_tight", "linear_layers", "unfused"),
                         [](const auto& each) { return std::string(each.param); });

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
