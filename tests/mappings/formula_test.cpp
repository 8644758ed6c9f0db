#include "mappings/formula.h"

#include <gtest/gtest.h>

#include "base/complaint.h"

namespace attnsim::mappings {
namespace {

const Place place{"k.xml", 3, 7};

double value(const std::string& text) {
  Variables variables;
  variables.numbers = {{"P", 1000}, {"causal", 1}, {"zero", 0}};
  variables.lists["kept"] = {4, 5, 6};
  return Formula::parse(text, place).evaluate(variables);
}

std::string refusal(const std::string& text) {
  return complaint([&] { return value(text); });
}

TEST(Formula, BindsAsArithmeticDoes) {
  EXPECT_EQ(value("1 + 2 * 3"), 7);
  EXPECT_EQ(value("(1 + 2) * 3"), 9);
  EXPECT_EQ(value("10 - 4 - 3"), 3);
  EXPECT_EQ(value("-P + 1"), -999);
  EXPECT_EQ(value("1 + 1 == 2 && !zero"), 1);
  EXPECT_EQ(value("zero || 2 < 1"), 0);
}

TEST(Formula, CallsItsFunctions) {
  EXPECT_EQ(value("ceil(P / 128)"), 8);
  EXPECT_EQ(value("min(P, 24e6) + max(1, 2)"), 1002);
  EXPECT_EQ(value("floor(7 / 2) + 7 % 4 + sqrt(16) + log2(8)"), 13);
}

TEST(Formula, ChoosesOneBranchAndLeavesTheOther) {
  EXPECT_EQ(value("causal ? kept[1] : kept[99]"), 5);
  EXPECT_EQ(value("zero ? 1 : causal ? 2 : 3"), 2);
}

TEST(Formula, KnowsWhatItReads) {
  const auto formula = Formula::parse("kept[block] + P", place);
  EXPECT_TRUE(formula.reads("block"));
  EXPECT_TRUE(formula.reads("kept"));
  EXPECT_FALSE(formula.reads("blocks"));
}

TEST(Formula, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(refusal("1 + "), "k.xml:3:7: the formula \"1 + \" ends too soon");
  EXPECT_EQ(refusal("(1"), "k.xml:3:7: the formula \"(1\" lacks a ')'");
  EXPECT_EQ(refusal("1 2"), "k.xml:3:7: the formula \"1 2\" has '2' too much");
  EXPECT_EQ(refusal("P + *"), "k.xml:3:7: the formula \"P + *\" has '*' where a value is due");
  EXPECT_EQ(refusal("min(1)"), "k.xml:3:7: the formula \"min(1)\" gives min 1 values, not 2");
  EXPECT_EQ(refusal("cosine(1)"),
            "k.xml:3:7: the formula \"cosine(1)\" calls the unknown function 'cosine' (known: min, "
            "max, ceil, floor, sqrt, log2)");
  EXPECT_EQ(refusal("causl"),
            "k.xml:3:7: the formula \"causl\" names 'causl', which is not there, did you mean "
            "'causal'? (known: P, causal, zero)");
  EXPECT_EQ(
      refusal(std::string(3000, '(')),
      "k.xml:3:7: the formula has 3000 characters, more than 2000: parts of it can be <let>s");
  EXPECT_NE(refusal("kept[3]").find("of the list 'kept', which is not there"), std::string::npos);
}

}  // namespace
}  // namespace attnsim::mappings
