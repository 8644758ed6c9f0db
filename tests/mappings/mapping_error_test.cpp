// What is wrong between a mapping, its cascade and its architecture.
#include <gmock/gmock.h>

#include "base/complaint.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const char* const cascade_text = R"(cascade two
rank P M E
input Q[e,p] K[e,m]
output S[p]
QK[m,p] = sum[e] Q[e,p] * K[e,m]
S[p] = max[m] QK[m,p]
)";

const char* const architecture_text = R"(<architecture name="small" clock="1 GHz" word="16 b">
  <memory name="dram" class="DRAM" bandwidth="1 GB/s" width="64 b" read="1 pJ" write="1 pJ"/>
  <memory name="buffer" class="SRAM" capacity="1 KiB" width="64 b" read="1 pJ" write="1 pJ"/>
  <array name="array" rows="4" columns="4">
    <memory name="registers" class="RF" entries="4" width="16 b" read="1 pJ" write="1 pJ"/>
    <op name="mac" cycles="1" energy="1 pJ"/>
    <op name="max" cycles="1" energy="1 pJ"/>
  </array>
  <vector name="vector" lanes="4">
    <op name="add" cycles="1" energy="1 pJ"/>
  </vector>
</architecture>)";

template <class Error = InputError>
std::string complaint_of(const std::string& body, std::int64_t keys = 8) {
  const auto text = "<mapping name=\"m\" cascade=\"two\">\n" + body + "\n</mapping>";
  return complaint<Error>([&] {
    return lower(
        einsum::parse_cascade(cascade_text, "two.cascade"),
        arch::read_architecture(XmlElement::parse(architecture_text, "small.xml", "architecture")),
        read_mapping(XmlElement::parse(text, "m.xml", "mapping")),
        {{"P", 8}, {"M", keys}, {"E", 4}});
  });
}

const std::string good_loops = R"(<for rank="P" tile="4"><for rank="M" tile="4">
<spatial rank="P" along="columns"><spatial rank="M" along="rows">
<keep tensor="QK" at="registers"/>)";
const std::string loops_end = "</spatial></spatial></for></for>";

TEST(MappingCheck, RejectsAnEinsumThatTheCascadeLacks) {
  EXPECT_EQ(complaint_of("<einsum name=\"KQ\" on=\"array\"/>"),
            "m.xml:2:1: cascade 'two' has no Einsum 'KQ' (known: QK, S)");
}

TEST(MappingCheck, RejectsAnEinsumBoundTwice) {
  EXPECT_EQ(complaint_of(good_loops +
                         "\n<einsum name=\"QK\" on=\"array\"/>\n"
                         "<einsum name=\"QK\" on=\"array\"/>" +
                         loops_end),
            "m.xml:6:1: Einsum 'QK' is bound twice: first at m.xml:5:1");
}

TEST(MappingCheck, RejectsAnEinsumBoundNowhere) {
  EXPECT_THAT(complaint_of(good_loops + "<einsum name=\"QK\" on=\"array\"/>" + loops_end),
              HasSubstr("Einsum 'S' of cascade 'two' is bound nowhere: add <einsum name=\"S\""));
}

TEST(MappingCheck, RejectsAnUnknownUnit) {
  EXPECT_EQ(complaint_of("<einsum name=\"QK\" on=\"array3d\"/>"),
            "m.xml:2:1: architecture 'small' has no unit 'array3d' (known: array, vector)");
}

TEST(MappingCheck, RejectsAnOperationThatTheUnitLacks) {
  const auto message = complaint_of(
      R"(<for rank="P" tile="4"><for rank="M" tile="4"><keep tensor="QK" at="buffer"/>
<spatial rank="P" along="columns lanes"><spatial rank="M" along="rows">
<einsum name="QK" on="array"/>
<einsum name="S" on="vector"/>
</spatial></spatial></for></for>)");
  EXPECT_THAT(message, AllOf(StartsWith("m.xml:5:1: 'vector' has no operation 'max'"),
                             HasSubstr("which Einsum 'S' needs (it has: add)")));
}

TEST(MappingCheck, RejectsAnUnknownRank) {
  EXPECT_EQ(complaint_of("<for rank=\"N\"><einsum name=\"QK\" on=\"array\"/></for>"),
            "m.xml:2:1: cascade 'two' has no rank 'N' (known: P, M, E)");
}

TEST(MappingCheck, RejectsAnUnknownMemory) {
  EXPECT_THAT(complaint_of("<keep tensor=\"QK\" at=\"cache\"/><einsum name=\"QK\" on=\"array\"/>"),
              HasSubstr("has no memory 'cache' (known: dram, buffer, registers)"));
}

TEST(MappingCheck, RejectsAnUnknownTensor) {
  EXPECT_THAT(complaint_of("<keep tensor=\"KQ\" at=\"buffer\"/><einsum name=\"QK\" on=\"array\"/>"),
              HasSubstr("cascade 'two' has no tensor 'KQ' (known: "));
}

TEST(MappingCheck, RejectsMoreCoordinatesThanTheArrayHasColumns) {
  EXPECT_EQ(complaint_of("<spatial rank=\"P\" along=\"columns\"><einsum name=\"QK\" on=\"array\"/>"
                         "</spatial>"),
            "m.xml:2:1: Einsum 'QK' spreads 8 coordinates over the 4 columns of 'array': put a "
            "<for rank=\"P\" tile=\"4\"> around it, or say fold=\"yes\"");
}

TEST(MappingCheck, RejectsATileThatTheInnerTileDoesNotDivide) {
  EXPECT_THAT(complaint_of("<for rank=\"P\" tile=\"6\"><for rank=\"P\" tile=\"4\">"
                           "<einsum name=\"QK\" on=\"array\"/></for></for>"),
              HasSubstr("tile 4 of rank P does not divide the tile 6"));
}

TEST(MappingCheck, RejectsAnIntermediateThatIsKeptNowhere) {
  const auto message = complaint_of(
      R"(<for rank="P" tile="4"><for rank="M" tile="4">
<spatial rank="P" along="columns"><spatial rank="M" along="rows">
<einsum name="QK" on="array"/><einsum name="S" on="array"/></spatial></spatial></for></for>)");
  EXPECT_THAT(message, HasSubstr("nothing says where QK waits between QK (on array) and S (on "
                                 "array): add <keep tensor=\"QK\" at=\"...\"/>"));
}

TEST(MappingCheck, RejectsAReaderBeforeItsProducer) {
  EXPECT_THAT(complaint_of<InfeasibleError>(good_loops +
                                            "\n<einsum name=\"S\" on=\"array\"/>"
                                            "<einsum name=\"QK\" on=\"array\"/>" +
                                            loops_end),
              AllOf(StartsWith("m.xml:5:1: "), HasSubstr("reads QK before it is made")));
}

TEST(MappingCheck, ExplainsWhatExceedsACapacity) {
  const auto message = complaint_of<InfeasibleError>(
      R"(<for rank="P" tile="4">
<keep tensor="QK" at="buffer"/>
<for rank="M" tile="4"><spatial rank="P" along="columns"><spatial rank="M" along="rows">
<einsum name="QK" on="array"/><einsum name="S" on="array"/></spatial></spatial></for></for>)",
      1024);
  EXPECT_THAT(message, AllOf(HasSubstr("buffer: needs 8 KiB, has 1 KiB"),
                             HasSubstr("m.xml:3:1: QK takes 8 KiB (256 x 32 B)")));
}

TEST(MappingCheck, AcceptsWhatJustFillsACapacity) {
  const auto text = std::string(R"(<mapping name="m" cascade="two"><for rank="P" tile="4">
<keep tensor="QK" at="buffer"/>
<for rank="M" tile="4"><spatial rank="P" along="columns"><spatial rank="M" along="rows">
<einsum name="QK" on="array"/><einsum name="S" on="array"/></spatial></spatial></for></for></mapping>)");
  const auto lowered = lower(
      einsum::parse_cascade(cascade_text, "two.cascade"),
      arch::read_architecture(XmlElement::parse(architecture_text, "small.xml", "architecture")),
      read_mapping(XmlElement::parse(text, "m.xml", "mapping")), {{"P", 8}, {"M", 128}, {"E", 4}});
  EXPECT_EQ(lowered.footprint.front().bytes, 1024);
}

TEST(MappingCheck, ExplainsWhatExceedsTheRegisters) {
  const auto message = complaint_of<InfeasibleError>(
      R"(<for rank="P" tile="4"><for rank="M" tile="4"><spatial rank="P" along="columns">
<spatial rank="M" along="rows"><keep tensor="QK" at="registers" buffers="5"/>
<einsum name="QK" on="array"/><einsum name="S" on="array"/></spatial></spatial></for></for>)",
      /*keys=*/12);
  EXPECT_THAT(message, HasSubstr("registers: needs 5 entries, has 4 entries"));
}

TEST(MappingCheck, RejectsASecondPassInTheSameLoop) {
  const auto cascade = einsum::parse_cascade(R"(cascade passes
rank P M
input X[m,p]
output Y[m,p]
G[p] = max[m] X[m,p]
Y[m,p] = max(X[m,p], G[p])
)",
                                             "passes.cascade");
  const auto message = complaint<InfeasibleError>([&] {
    return lower(
        cascade,
        arch::read_architecture(XmlElement::parse(architecture_text, "small.xml", "architecture")),
        read_mapping(XmlElement::parse(
            R"(<mapping name="m" cascade="passes"><keep tensor="G" at="registers"/>
<for rank="M" tile="4"><einsum name="G" on="array"/><einsum name="Y" on="array"/></for></mapping>)",
            "m.xml", "mapping")),
        {{"P", 2}, {"M", 8}});
  });
  EXPECT_THAT(message, AllOf(StartsWith("m.xml:2:53: Y needs G, which G"),
                             HasSubstr("only after the last iteration of the loop over M")));
}

/// The complaint about QK and S of `cascade_text` with these conditions.
std::string complaint_of_conditions(const std::string& of_scores, const std::string& of_maximum) {
  const auto cascade =
      "cascade two\nrank P M E\ninput Q[e,p] K[e,m]\noutput S[p]\n"
      "QK[m,p] = sum[e] Q[e,p] * K[e,m]" +
      of_scores + "\nS[p] = max[m] QK[m,p]" + of_maximum + "\n";
  const auto mapping = "<mapping name=\"m\" cascade=\"two\">" + good_loops +
                       "<einsum name=\"QK\" on=\"array\"/><einsum name=\"S\" on=\"array\"/>" +
                       loops_end + "</mapping>";
  return complaint<InfeasibleError>([&] {
    return lower(
        einsum::parse_cascade(cascade, "two.cascade"),
        arch::read_architecture(XmlElement::parse(architecture_text, "small.xml", "architecture")),
        read_mapping(XmlElement::parse(mapping, "m.xml", "mapping")),
        {{"P", 8}, {"M", 8}, {"E", 4}});
  });
}

TEST(MappingCheck, RejectsAReaderWithAnotherConditionThanItsProducer) {
  EXPECT_THAT(complaint_of_conditions(" where m <= p", ""),
              HasSubstr("S and QK (m.xml:3:35), whose QK it reads, run for different tiles"));
}

TEST(MappingCheck, RejectsAConditionThatIsNotConvex) {
  EXPECT_THAT(complaint_of_conditions(" where m <= p or m < 2", " where m <= p or m < 2"),
              AllOf(StartsWith("two.cascade:5:"), HasSubstr("a condition with `or`")));
}

TEST(MappingCheck, RejectsAnUnknownSizeOfTheArchitecture) {
  EXPECT_THAT(complaint_of("<for rank=\"P\" tile=\"array.lanes\">"
                           "<einsum name=\"QK\" on=\"array\"/></for>"),
              AllOf(StartsWith("m.xml:2:15: "),
                    HasSubstr("array 'array' has no size 'lanes' (known: rows, columns)")));
}

TEST(MappingCheck, RejectsASpillToAMemoryOnChip) {
  EXPECT_THAT(complaint_of("<spill from=\"buffer\" to=\"buffer\"/>" + good_loops +
                           "<einsum name=\"QK\" on=\"array\"/><einsum name=\"S\" on=\"array\"/>" +
                           loops_end),
              HasSubstr("what spills goes off chip: to=\"dram\", not \"buffer\""));
}

TEST(MappingCheck, RejectsAFusedEinsumWithoutTheRank) {
  EXPECT_THAT(complaint_of("<fuse rank=\"E\"><einsum name=\"S\" on=\"array\"/></fuse>"),
              HasSubstr("Einsum 'S' has no rank E to take turns over"));
}

TEST(MappingCheck, RejectsAFusedGroupOverTwoUnits) {
  EXPECT_THAT(complaint_of("<fuse rank=\"P\"><einsum name=\"QK\" on=\"array\"/>"
                           "<einsum name=\"S\" on=\"vector\"/></fuse>"),
              HasSubstr("the Einsums of a <fuse> run on one unit: 'vector' is not 'array'"));
}

TEST(MappingCheck, RejectsARankWithoutAShape) {
  auto design = shipped_design("fusemax", 1024);
  design.shapes.erase("F");
  EXPECT_THAT(complaint([&] { return design.lower(); }), HasSubstr("rank F has no shape"));
}

TEST(MappingCheck, RejectsASplitWithoutAPartition) {
  auto design = shipped_design("fusemax", 1024);
  design.mapping.partitions.clear();
  EXPECT_THAT(complaint([&] { return design.lower(); }),
              HasSubstr("add <partition rank=\"M0\" shape=\"...\"/>"));
}

TEST(MappingCheck, RefusesShapesWhoseCountsWouldNotFit) {
  auto design = shipped_design("fusemax", 1024);
  design.shapes["P"] = design.shapes["M"] = std::int64_t{1} << 30U;
  EXPECT_THAT(complaint<InfeasibleError>([&] { return design.lower(); }),
              HasSubstr("2^60 points or more"));
}

}  // namespace
}  // namespace attnsim::mappings
