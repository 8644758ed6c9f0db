#include "validation/recount_reader.h"

#include <gtest/gtest.h>
#include <string>

#include "base/complaint.h"

namespace attnsim::validation {
namespace {

RecountRule read(const std::string& changes) {
  return read_recount(
      XmlElement::parse("<recount rule='r' why='w'>" + changes + "</recount>", "r.xml", "recount"));
}

template <class Kind>
Kind kind(const std::string& change) {
  return std::get<Kind>(read(change).changes.at(0).kind);
}

/// Of reading a change that starts at 2:1.
std::string refusal(const std::string& change) {
  return complaint([&] { return read("\n" + change); });
}

TEST(RecountReader, ReadsEveryKind) {
  EXPECT_EQ(kind<OneInstance>("<one_instance memory='r'/>").memory, "r");
  const auto scaled = kind<Scaled>("<scaled component='a' action='exp' tensors='A B' by='0.5'/>");
  EXPECT_EQ(scaled.component, "a");
  EXPECT_EQ(scaled.action, "exp");
  EXPECT_EQ(scaled.tensors, (std::vector<std::string>{"A", "B"}));
  EXPECT_EQ(scaled.by, 0.5);
  EXPECT_TRUE(kind<Scaled>("<scaled component='a' by='0'/>").tensors.empty());
  EXPECT_EQ(kind<PassedBy>("<passed_by memory='m' tensors='Q'/>").tensors.size(), 1U);
  EXPECT_EQ(kind<Drained>("<drained memory='m' to='d' tensors='Q'/>").to, "d");
}

TEST(RecountReader, ReadsTilesAsProducts) {
  const auto tile = [](const std::string& text) {
    return kind<WrappedElision>("<wrapped_elision memory='m' tensor='Q' tile='" + text + "'/>");
  };
  EXPECT_EQ(tile("2097152").tile, 2097152U);
  EXPECT_EQ(tile("2 * M * 3 * F").tile, 6U);
  EXPECT_EQ(tile("2 * M * 3 * M0").tile_ranks, (std::vector<std::string>{"M", "M0"}));
}

TEST(RecountReader, ReadsWhomAChangeIsFor) {
  const auto rule = read("<one_instance memory='r' lengths='1K 1M'/>");
  EXPECT_EQ(rule.changes.front().lengths, (std::vector<std::int64_t>{1024, 1048576}));
  EXPECT_EQ(to_string(rule.changes.front().place), "r.xml:1:27");
}

TEST(RecountReader, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(refusal("<one_instances memory='r'/>"),
            "r.xml:2:1: <one_instances> is not known here, did you mean 'one_instance'? (known: "
            "one_instance, scaled, passed_by, drained, wrapped_elision)");
  EXPECT_EQ(refusal("<one_instance memory='r' tensor='A'/>"),
            "r.xml:2:26: <one_instance> has no attribute 'tensor' (known: lengths, memory)");
  EXPECT_EQ(refusal("<one_instance memory='r'><x/></one_instance>"),
            "r.xml:2:26: <x> is not known here (<one_instance> holds no elements)");
}

TEST(RecountReader, RefusesRulesThatAreNotWhole) {
  const auto parse = [](const std::string& text) {
    return complaint([&] { return read_recount(XmlElement::parse(text, "r.xml", "recount")); });
  };
  EXPECT_EQ(parse("<recount rule='r' why='w'/>"), "r.xml:1:1: <recount> changes nothing");
  EXPECT_EQ(parse("<recount rule='r'/>"), "r.xml:1:1: <recount> needs the attribute 'why'");
  EXPECT_EQ(parse("<recount rule='r' why='w' models='bert'/>"),
            "r.xml:1:27: <recount> has no attribute 'models' (known: rule, why)");
}

TEST(RecountReader, RefusesValuesThatMeanNothing) {
  EXPECT_EQ(refusal("<passed_by memory='m' tensors=' '/>"),
            "r.xml:2:23: <passed_by> tensors=\" \" names none: write them as e.g. \"Q K V\"");
  EXPECT_EQ(refusal("<scaled component='a' by='-1'/>"),
            "r.xml:2:23: <scaled> by=\"-1\" is below 0");
  EXPECT_EQ(
      refusal("<one_instance memory='r' lengths='64k'/>"),
      "r.xml:2:26: <one_instance> lengths=\"64k\" is no list of lengths: sequence length: "
      "\"64k\" is not a whole number (a count, written without a unit): write it as e.g. 4096, "
      "64K or 1M");
}

TEST(RecountReader, RefusesTilesThatAreNoProduct) {
  const auto tile = [](const std::string& text) {
    return refusal("<wrapped_elision memory='m' tensor='Q' tile='" + text + "'/>");
  };
  const std::string at = "r.xml:2:40: <wrapped_elision> tile=";
  EXPECT_EQ(tile("2 *"), at + "\"2 *\" is no product: write it as e.g. \"256 * M\"");
  EXPECT_EQ(tile("2 + M"), at + "\"2 + M\" has \"+\" instead of \"*\"");
  EXPECT_EQ(tile("0"), at + "\"0\" is no words at all");
  EXPECT_EQ(tile("m"), at +
                           "\"m\" has the factor \"m\", which is no rank and is not a whole number "
                           "(a count, written without a unit)");
  EXPECT_EQ(tile("4294967296 * 4294967296"),
            at + "\"4294967296 * 4294967296\" is more words than 64 bits count");
}

}  // namespace
}  // namespace attnsim::validation
