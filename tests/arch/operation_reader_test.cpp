#include "arch/operation_reader.h"

#include <gtest/gtest.h>
#include <string>

#include "base/complaint.h"

namespace attnsim::arch {
namespace {

using Counts = std::map<std::string, std::uint64_t>;

OperationTable read(const std::string& ops) {
  return read_operations(XmlElement::parse("<u>" + ops + "</u>", "a.xml", "u").children());
}

/// Of reading `op`, which starts at 2:1, beside the primitives mac and add.
std::string refusal(const std::string& op) {
  return complaint([&] {
    return read(
        "<op name='mac' cycles='1' energy='10 pJ'/><op name='add' cycles='2' energy='3 pJ'/>\n" +
        op);
  });
}

TEST(Operations, ListThemselvesAsTheirPrimitive) {
  const auto table = read("<op name='mac' cycles='1' energy='10 pJ'/>");
  EXPECT_EQ(table.at("mac").cycles, Cycles(1));
  EXPECT_EQ(table.at("mac").energy, Picojoules(10));
  EXPECT_EQ(table.at("mac").primitives, (Counts{{"mac", 1}}));
}

TEST(Operations, AddUpTheirParts) {
  const auto table = read(
      "<op name='e' as='6 mac + 1 add'/>"
      "<op name='mac' cycles='1' energy='10 pJ'/><op name='add' cycles='2' energy='3 pJ'/>");
  EXPECT_EQ(table.at("e").cycles, Cycles(8));
  EXPECT_EQ(table.at("e").energy, Picojoules(63));
  EXPECT_EQ(table.at("e").primitives, (Counts{{"add", 1}, {"mac", 6}}));
}

TEST(Operations, MergeThePrimitivesOfNestedParts) {
  const auto table = read(
      "<op name='mac' cycles='1' energy='10 pJ'/><op name='two' as='2 mac'/>"
      "<op name='seven' as='3 two + 1 mac'/>");
  EXPECT_EQ(table.at("seven").cycles, Cycles(7));
  EXPECT_EQ(table.at("seven").primitives, (Counts{{"mac", 7}}));
}

TEST(Operations, MayTakeNoCycle) {
  EXPECT_EQ(read("<op name='sub' cycles='0' energy='0 pJ'/>").at("sub").cycles, Cycles(0));
}

TEST(Operations, KeepTheirChains) {
  const auto table = read(
      "<op name='exp' cycles='1' energy='9 pJ' chain='sub mul'/>"
      "<op name='sub' cycles='1' energy='1 pJ'/><op name='mul' as='1 sub'/>");
  EXPECT_EQ(table.at("exp").chains, (std::vector<std::string>{"sub", "mul"}));
  EXPECT_TRUE(table.at("sub").chains.empty());
}

TEST(Operations, HaveTheAreaOfTheirUnitOrNone) {
  const auto table = read(
      "<op name='mac' cycles='1' energy='1 pJ' area='1545 um^2'/>"
      "<op name='add' cycles='1' energy='1 pJ'/><op name='exp' as='6 mac + 1 add'/>");
  EXPECT_EQ(table.at("mac").area, SquareMicrons(1545));
  EXPECT_EQ(table.at("add").area, std::nullopt);
  EXPECT_EQ(table.at("exp").area, SquareMicrons(0));  // it is done by the mac and the adder
}

TEST(Operations, OfOthersHaveNoAreaOfTheirOwn) {
  EXPECT_EQ(refusal("<op name='e' as='1 mac' area='1 um^2'/>"),
            "a.xml:2:25: <op> area=\"1 um^2\" is given, and 'as' as well: keep one");
}

TEST(Operations, NeedCyclesAndEnergyOrParts) {
  EXPECT_EQ(refusal("<op name='e'/>"), "a.xml:2:1: <op> needs 'cycles' and 'energy', or 'as'");
  EXPECT_EQ(refusal("<op name='e' cycles='1'/>"), "a.xml:2:1: <op> needs the attribute 'energy'");
  EXPECT_EQ(refusal("<op name='e' energy='1 pJ'/>"),
            "a.xml:2:1: <op> needs the attribute 'cycles'");
  EXPECT_EQ(refusal("<op name='e' as='1 mac' cycles='1'/>"),
            "a.xml:2:25: <op> cycles=\"1\" is given, and 'as' as well: keep one");
}

TEST(Operations, AreDefinedOnce) {
  EXPECT_EQ(refusal("<op name='mac' as='1 add'/>"),
            "a.xml:2:5: <op> name=\"mac\" is the name of an earlier <op>");
}

TEST(Operations, HaveNoOtherAttributes) {
  EXPECT_EQ(refusal("<op name='e' as='1 mac' cycle='1'/>"),
            "a.xml:2:25: <op> has no attribute 'cycle', did you mean 'cycles'? (known: area, as, "
            "chain, cycles, energy, name, source)");
}

TEST(Operations, AreMadeOfKnownOnes) {
  EXPECT_EQ(refusal("<op name='e' as='6 macc'/>"),
            "a.xml:2:14: <op> as=\"6 macc\" has the unknown operation 'macc', did you mean 'mac'? "
            "(known: add, e, mac)");
}

TEST(Operations, AreWrittenAsSums) {
  const std::string hint = ": write it as e.g. \"6 mac + 1 add\"";
  const auto problem = [&](const std::string& as) {
    return refusal("<op name='e' as='" + as + "'/>");
  };
  EXPECT_EQ(problem("mac"), "a.xml:2:14: <op> as=\"mac\" is not a sum of operations" + hint);
  EXPECT_EQ(problem("6 mac +"),
            "a.xml:2:14: <op> as=\"6 mac +\" is not a sum of operations" + hint);
  EXPECT_EQ(problem("6 mac - 1 add"),
            "a.xml:2:14: <op> as=\"6 mac - 1 add\" has \"-\" instead of \"+\"" + hint);
}

TEST(Operations, CountTheirPartsFromOne) {
  const std::string hint = ": write it as e.g. \"6 mac + 1 add\"";
  const auto problem = [&](const std::string& as) {
    return refusal("<op name='e' as='" + as + "'/>");
  };
  EXPECT_EQ(problem("0 mac"),
            "a.xml:2:14: <op> as=\"0 mac\" has a part that is done 0 times" + hint);
  EXPECT_EQ(problem("six mac"),
            "a.xml:2:14: <op> as=\"six mac\" has the count \"six\", which is not a whole number (a "
            "count, written without a unit)" +
                hint);
}

TEST(Operations, AreNeverMadeOfThemselves) {
  EXPECT_EQ(refusal("<op name='e' as='1 e'/>"),
            "a.xml:2:14: <op> as=\"1 e\" makes the operation of itself: e -> e");
  EXPECT_EQ(refusal("<op name='p' as='1 q'/><op name='q' as='1 mac + 2 p'/>"),
            "a.xml:2:14: <op> as=\"1 q\" makes the operation of itself: p -> q -> p");
}

TEST(Operations, ChainKnownOthersOnce) {
  const auto problem = [&](const std::string& chain) {
    return refusal("<op name='e' as='1 mac' chain='" + chain + "'/>");
  };
  EXPECT_EQ(problem("sub"),
            "a.xml:2:25: <op> chain=\"sub\" has the unknown operation 'sub' (known: add, e, mac)");
  EXPECT_EQ(problem("e"), "a.xml:2:25: <op> chain=\"e\" feeds the operation into itself");
  EXPECT_EQ(problem("add add"), "a.xml:2:25: <op> chain=\"add add\" has 'add' twice");
}

/// Operations o1 to o<levels>, each made of `times` of the one before.
std::string tower(int levels, const std::string& times) {
  std::string ops = "<op name='o0' cycles='1' energy='1 pJ'/>";
  for (int i = 1; i <= levels; ++i) {
    ops +=
        "<op name='o" + std::to_string(i) + "' as='" + times + " o" + std::to_string(i - 1) + "'/>";
  }
  return ops;
}

TEST(Operations, AreComposed64DeepAtMost) {
  EXPECT_EQ(read(tower(64, "1")).at("o64").primitives, (Counts{{"o0", 1}}));
  for (const int levels : {65, 2000}) {
    const auto error = complaint([&] { return read(tower(levels, "1")); });
    EXPECT_NE(error.find("is composed more than 64 deep"), std::string::npos) << error;
  }
}

TEST(Operations, AddUpTo2To53AtMost) {
  EXPECT_EQ(read(tower(53, "2")).at("o53").cycles, Cycles(std::uint64_t{1} << 53U));
  const auto error = complaint([] { return read(tower(54, "2")); });
  EXPECT_NE(error.find("as=\"2 o53\" adds up to too much"), std::string::npos) << error;
}

}  // namespace
}  // namespace attnsim::arch
