// The form of a mapping file: what is wrong is said with file, line and column.
#include <gmock/gmock.h>

#include "base/complaint.h"
#include "mappings/reader.h"

namespace attnsim::mappings {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string complaint_of(const std::string& text) {
  return complaint([&] { return read_mapping(XmlElement::parse(text, "m.xml", "mapping")); });
}

std::string in_mapping(const std::string& body) {
  return "<mapping name=\"m\" cascade=\"c\">\n" + body + "\n</mapping>";
}

TEST(MappingReader, RejectsAnUnknownElement) {
  const auto message = complaint_of(in_mapping(R"(  <loop rank="M"/>)"));
  EXPECT_THAT(message, StartsWith("m.xml:2:3: "));
  EXPECT_THAT(message, HasSubstr("loop"));
  EXPECT_THAT(message, HasSubstr("known: for, spatial, pipeline, stage, sequence, parallel, fuse, "
                                 "einsum, keep, flatten, partition, spill"));
}

TEST(MappingReader, RejectsAnUnknownAttribute) {
  const auto message =
      complaint_of(in_mapping(R"(  <for rank="M" tiles="4"><einsum name="A" on="u"/></for>)"));
  EXPECT_THAT(message, StartsWith("m.xml:2:"));
  EXPECT_THAT(message,
              HasSubstr("has no attribute 'tiles', did you mean 'tile'? (known: rank, tile)"));
}

TEST(MappingReader, RejectsATileOfZero) {
  const auto message =
      complaint_of(in_mapping(R"(  <for rank="M" tile="0"><einsum name="A" on="u"/></for>)"));
  EXPECT_THAT(message, StartsWith("m.xml:2:17: "));
  EXPECT_THAT(message, HasSubstr("must be a positive number, a size of the architecture such as "
                                 "\"array2d.columns\", or \"fit\""));
}

TEST(MappingReader, RejectsATileWithAUnit) {
  EXPECT_THAT(
      complaint_of(in_mapping(R"(<for rank="M" tile="4 KiB"><einsum name="A" on="u"/></for>)")),
      HasSubstr("must be a positive number"));
}

TEST(MappingReader, RejectsFitWhereTheSizeMustBeGiven) {
  const auto message = complaint_of(in_mapping(R"(<partition rank="M0" shape="fit"/>)"));
  EXPECT_THAT(message, StartsWith("m.xml:2:22: "));
  EXPECT_THAT(message, Not(HasSubstr("or \"fit\"")));
}

TEST(MappingReader, RejectsAnEmptyLoop) {
  EXPECT_THAT(complaint_of(in_mapping(R"(<for rank="M"/>)")),
              HasSubstr("is empty: put <einsum name=\"...\" on=\"...\"/> inside"));
}

TEST(MappingReader, RejectsAMappingOfNothing) {
  EXPECT_THAT(complaint_of(in_mapping("")), HasSubstr("maps nothing"));
}

TEST(MappingReader, RejectsAnEinsumOutsideOfAStage) {
  EXPECT_THAT(
      complaint_of(in_mapping(R"(<pipeline depth="2"><einsum name="A" on="u"/></pipeline>)")),
      HasSubstr("stands in a <pipeline>: put it into a <stage>"));
}

TEST(MappingReader, RejectsAStageOutsideOfAPipeline) {
  EXPECT_THAT(complaint_of(in_mapping(R"(<stage><einsum name="A" on="u"/></stage>)")),
              HasSubstr("stands outside of a <pipeline>"));
}

TEST(MappingReader, RejectsAnUnknownDirection) {
  EXPECT_THAT(complaint_of(in_mapping(
                  R"(<spatial rank="M" along="diagonal"><einsum name="A" on="u"/></spatial>)")),
              HasSubstr("is not rows, columns or lanes"));
}

TEST(MappingReader, RejectsAFlagThatIsNeitherYesNorNo) {
  EXPECT_THAT(complaint_of(in_mapping(R"(<keep tensor="A" at="b" stream="maybe"/>)")),
              HasSubstr("yes"));
}

TEST(MappingReader, RejectsATensorNamedTwiceInOneKeep) {
  EXPECT_THAT(complaint_of(in_mapping(R"(<keep tensor="A B A" at="b"/>)")),
              HasSubstr("names A twice"));
}

TEST(MappingReader, RejectsAKeepWithoutAMemory) {
  EXPECT_THAT(complaint_of(in_mapping(R"(<keep tensor="A"/>)")),
              HasSubstr("needs the attribute 'at'"));
}

TEST(MappingReader, RejectsAnotherRoot) {
  EXPECT_THAT(complaint_of("<map name=\"m\"/>"), HasSubstr("<mapping>"));
}

TEST(MappingReader, PointsAtBrokenXml) {
  EXPECT_THAT(complaint_of("<mapping name=\"m\" cascade=\"c\">\n  <for\n</mapping>"),
              StartsWith("m.xml:"));
}

}  // namespace
}  // namespace attnsim::mappings
