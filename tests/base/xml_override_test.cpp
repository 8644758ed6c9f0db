#include "base/xml_override.h"

#include <gtest/gtest.h>
#include <string>

#include "base/complaint.h"
#include "base/xml.h"

namespace attnsim {
namespace {

XmlElement overridden(const std::string& override) {
  return XmlElement::parse(R"(<a><m name="x" w="1"/><m name="y" w="2"/></a>)", "a.xml", "a",
                           {parse_override(override)});
}

/// The attribute w of the two <m>, after the override.
std::string widths(const std::string& override) {
  std::string all;
  for (const auto& m : overridden(override).children()) all += m.required<std::string>("w") + " ";
  return all;
}

std::string refusal(const std::string& override) {
  return complaint([&] { return overridden(override); });
}

TEST(ParseOverride, SplitsAtTheEqualsSignOutsideOfBrackets) {
  const auto split = parse_override("//m[@name='=]']/@w=a=b");
  EXPECT_EQ(split.xpath, "//m[@name='=]']/@w");
  EXPECT_EQ(split.value, "a=b");
}

TEST(ParseOverride, NeedsAnEqualsSignAndAnXpath) {
  const std::string hint =
      ": is not XPATH=VALUE, as in \"//memory[@name='dram']/@bandwidth=800 GiB/s\"";
  EXPECT_EQ(complaint([] { return parse_override("//m/@w"); }), "--set //m/@w" + hint);
  EXPECT_EQ(complaint([] { return parse_override("=1"); }), "--set =1" + hint);
  EXPECT_EQ(complaint([] { return parse_override("//m[@w=1]"); }), "--set //m[@w=1]" + hint);
}

TEST(XmlOverride, SetsTheAttributeItSelects) { EXPECT_EQ(widths("//m[@name='y']/@w=9"), "1 9 "); }

TEST(XmlOverride, SetsEveryAttributeItSelects) { EXPECT_EQ(widths("//m/@w=9"), "9 9 "); }

TEST(XmlOverride, AddsAnAttributeWhereThereIsNone) {
  const auto a = overridden("/a/m[2]/@h=5");
  EXPECT_FALSE(a.children().at(0).has("h"));
  EXPECT_EQ(a.children().at(1).required<unsigned>("h"), 5U);
}

TEST(XmlOverride, IsThePlaceOfWhatIsWrongWithItsValue) {
  const auto a = overridden("//m[1]/@w=none");
  EXPECT_EQ(complaint([&] { return a.children().at(0).required<unsigned>("w"); }),
            "--set //m[1]/@w=none: <m> w=\"none\" is not a whole number (a count, written without "
            "a unit)");
}

TEST(XmlOverride, IsThePlaceOfAnAttributeThatNobodyKnows) {
  const auto child = overridden("//m[1]/@hight=5").children().at(0);
  static_cast<void>(child.required<std::string>("name"));
  static_cast<void>(child.required<std::string>("w"));
  EXPECT_EQ(complaint([&] { return child.reject_unread(), 0; }),
            "--set //m[1]/@hight=5: <m> has no attribute 'hight' (known: name, w)");
}

TEST(XmlOverride, MustSelectSomething) {
  EXPECT_EQ(refusal("//n/@w=9"),
            "--set //n/@w=9: the XPath selects nothing: \"//n\" matches 0 elements");
  EXPECT_EQ(refusal("//n=9"),
            "--set //n=9: the XPath selects nothing (to add an attribute, end it in /@name)");
}

TEST(XmlOverride, MustSelectAttributes) {
  EXPECT_EQ(refusal("//m=9"),
            "--set //m=9: the XPath selects <m>, not an attribute: end it in /@name");
}

TEST(XmlOverride, MustBeAnXpath) {
  EXPECT_EQ(refusal("//m[@name/@w]=9"),
            "--set //m[@name/@w]=9: the XPath selects nothing (to add an attribute, end it in "
            "/@name)");
  EXPECT_EQ(refusal("//m[)]=9"),
            "--set //m[)]=9: the XPath \"//m[)]\" is malformed at character 5: Unrecognized node "
            "test");
}

}  // namespace
}  // namespace attnsim
