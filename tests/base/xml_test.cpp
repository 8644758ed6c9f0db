#include "base/xml.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <string>

#include "base/complaint.h"

namespace attnsim {
namespace {

XmlElement parsed(const std::string& text) { return XmlElement::parse(text, "a.xml", "a"); }

/// Of reading a document at all.
std::string refusal(const std::string& text) {
  return complaint([&] { return parsed(text); });
}

/// Of reading the attribute x of a sound document.
template <class T>
std::string problem(const std::string& text) {
  return complaint([&] { return parsed(text).required<T>("x"); });
}

TEST(Xml, ReadsAttributesByType) {
  const auto a = parsed(R"(<a s="text" n="7" b="true" q="16 MiB" d="0.5"/>)");
  EXPECT_EQ(a.required<std::string>("s"), "text");
  EXPECT_EQ(a.required<std::uint64_t>("n"), 7U);
  EXPECT_TRUE(a.required<bool>("b"));
  EXPECT_EQ(a.required<Bytes>("q"), Bytes(16777216));
  EXPECT_EQ(a.required<double>("d"), 0.5);
  EXPECT_NO_THROW(a.reject_unread());
}

TEST(Xml, ReplacesTheEntitiesThatXmlHas) {
  EXPECT_EQ(parsed(R"(<a x="&lt;&amp;&#65;&#x42;"/>)").required<std::string>("x"), "<&AB");
}

TEST(Xml, GivesAbsentAttributesTheirDefault) {
  const auto a = parsed("<a/>");
  EXPECT_EQ(a.optional<unsigned>("x", 3U), 3U);
  EXPECT_EQ(a.optional<Bytes>("x"), std::nullopt);
}

TEST(Xml, KnowsThePlacesOfElementsAndAttributes) {
  const auto child = parsed("<!-- c -->\n<a>\n  <b x='1'\n     y = \"2\"/>\n</a>").children().at(0);
  EXPECT_EQ(to_string(child.place()), "a.xml:3:3");
  EXPECT_EQ(to_string(child.place("x")), "a.xml:3:6");
  EXPECT_EQ(to_string(child.place("y")), "a.xml:4:6");
  EXPECT_EQ(to_string(child.place("z")), "a.xml:3:3");
}

TEST(Xml, PointsAtAMissingAttributesElement) {
  EXPECT_EQ(problem<unsigned>("\n <a/>"), "a.xml:2:2: <a> needs the attribute 'x'");
}

TEST(Xml, PointsAtTheAttributeThatIsWrong) {
  EXPECT_EQ(problem<unsigned>(R"(<a y="1" x="64k"/>)"),
            "a.xml:1:10: <a> x=\"64k\" is not a whole number (a count, written without a unit)");
  EXPECT_EQ(problem<Bytes>(R"(<a x="16"/>)"),
            "a.xml:1:4: <a> x=\"16\" has no unit: write it as e.g. \"16 MiB\" (known: B, KiB, MiB, "
            "GiB, TiB, kB, MB, GB, TB)");
  EXPECT_EQ(problem<bool>(R"(<a x="yes"/>)"), "a.xml:1:4: <a> x=\"yes\" is neither true nor false");
  EXPECT_EQ(problem<std::string>(R"(<a x=""/>)"), "a.xml:1:4: <a> x=\"\" is empty");
}

TEST(Xml, ChecksAnOptionalAttributeThatIsThere) {
  const auto a = parsed(R"(<a x="-1"/>)");
  EXPECT_EQ(complaint([&] { return a.optional<unsigned>("x", 3U); }),
            "a.xml:1:4: <a> x=\"-1\" is negative");
}

TEST(Xml, ListsTheChoicesOfAWord) {
  const auto a = parsed(R"(<a x="chian" y="b"/>)");
  const Choices<int> choices{{"chain", 1}, {"b", 2}};
  EXPECT_EQ(complaint([&] { return a.required_choice("x", choices); }),
            "a.xml:1:4: <a> x=\"chian\" is not one of chain, b, did you mean 'chain'?");
  EXPECT_EQ(a.required_choice("y", choices), 2);
  EXPECT_EQ(a.optional_choice("z", choices, 9), 9);
}

TEST(Xml, RejectsAttributesThatNobodyRead) {
  const auto a = parsed("<a width='1'\n widht='2'/>");
  static_cast<void>(a.required<unsigned>("width"));
  static_cast<void>(a.optional<unsigned>("name"));
  EXPECT_EQ(complaint([&] { return a.reject_unread(), 0; }),
            "a.xml:2:2: <a> has no attribute 'widht', did you mean 'width'? (known: name, width)");
}

TEST(Xml, RejectsChildrenThatAreNotExpected) {
  const auto a = parsed("<a><memory/><memry/></a>");
  EXPECT_EQ(complaint([&] {
              return a.children({"memory", "array"});
            }),
            "a.xml:1:13: <memry> is not known here, did you mean 'memory'? (known: memory, array)");
  EXPECT_EQ(complaint([&] { return a.children(std::vector<std::string>()); }),
            "a.xml:1:4: <memory> is not known here (<a> holds no elements)");
}

TEST(Xml, RejectsAnotherRoot) {
  EXPECT_EQ(refusal("<b/>"), "a.xml:1:1: <b> is not the root element expected here, <a>");
}

TEST(Xml, RejectsText) {
  EXPECT_EQ(refusal("<a>\n  junk<b/></a>"),
            "a.xml:2:3: <a> holds text: values are written as attributes");
  EXPECT_EQ(refusal("<a><![CDATA[x]]></a>"),
            "a.xml:1:13: <a> holds text: values are written as attributes");
  EXPECT_EQ(refusal("<a/> junk"), "a.xml:1:6: text outside of the root element");
  EXPECT_EQ(refusal("junk <a/>"), "a.xml:1:1: text outside of the root element");
}

TEST(Xml, RejectsASecondRoot) {
  EXPECT_EQ(refusal("<a/><a/>"), "a.xml:1:5: a second root element");
}

TEST(Xml, RejectsEmptyFiles) {
  EXPECT_EQ(refusal(""), "a.xml:1:1: holds no XML element");
  EXPECT_EQ(refusal("<!-- nothing -->"), "a.xml:1:1: holds no XML element");
}

TEST(Xml, RejectsAnAttributeGivenTwice) {
  EXPECT_EQ(refusal(R"(<a x="1" y="2" x="1"/>)"), "a.xml:1:16: <a> has the attribute 'x' twice");
}

TEST(Xml, RejectsDoctypesAndInstructions) {
  EXPECT_EQ(refusal("<!DOCTYPE a [<!ENTITY e 'x'>]>\n<a/>"),
            "a.xml:1:11: a DOCTYPE is not allowed here");
  EXPECT_EQ(refusal("<?php evil ?><a/>"),
            "a.xml:1:2: a processing instruction is not allowed here");
}

TEST(Xml, RejectsEntitiesOfOnesOwn) {
  EXPECT_EQ(refusal(R"(<a x="&e;"/>)"),
            "a.xml:1:4: <a> x holds a '&' that starts no known entity (write &amp;)");
  EXPECT_EQ(refusal(R"(<a x="1 & 2"/>)"),
            "a.xml:1:4: <a> x holds a '&' that starts no known entity (write &amp;)");
  EXPECT_EQ(refusal(R"(<a x="<"/>)"), "a.xml:1:4: <a> x holds a bare '<' (write &lt;)");
}

TEST(Xml, PointsAtMalformedXml) {
  EXPECT_EQ(refusal("<a>\n  <b\n</a>"),
            "a.xml:3:1: malformed XML: Error parsing start element tag");
  EXPECT_EQ(refusal("<a>\n"), "a.xml:1:4: malformed XML: Start-end tags mismatch");
  EXPECT_EQ(refusal(std::string("<a\0/>", 5)), "a.xml:1:3: a zero byte: this is not an XML text");
}

std::string nested(int levels) {
  std::string open = "<a>";
  std::string close = "</a>";
  for (int i = 1; i < levels; ++i) {
    open += "<b>";
    close.insert(0, "</b>");
  }
  return open + close;
}

TEST(Xml, MayNest64LevelsAndNotOneMore) {
  EXPECT_NO_THROW(static_cast<void>(parsed(nested(64))));
  EXPECT_EQ(refusal(nested(65)), "a.xml:1:193: elements are nested more than 64 deep");
}

TEST(Xml, SurvivesADepthBomb) {
  EXPECT_EQ(refusal(nested(100'000)), "a.xml:1:193: elements are nested more than 64 deep");
}

TEST(Xml, ThatIsMissingIsNamed) {
  EXPECT_EQ(complaint([] { return XmlElement::load("/no/such.xml", "a"); }),
            "/no/such.xml: cannot be read (No such file or directory)");
}

}  // namespace
}  // namespace attnsim
