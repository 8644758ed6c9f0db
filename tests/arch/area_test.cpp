#include "arch/area.h"

#include <gmock/gmock.h>
#include <string>

#include "arch/reader.h"

namespace attnsim::arch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Area area_of_text(const std::string& inside) {
  return area_of(read_architecture(
      XmlElement::parse("<architecture name='a' clock='1 GHz'>" + inside + "</architecture>",
                        "a.xml", "architecture")));
}

const std::string array =
    "<array name='x' rows='2' columns='3'>"
    "<memory name='r' entries='4' area='10 um^2'/>"
    "<memory name='c' per='column' entries='4' area='100 um^2'/>"
    "<op name='mac' cycles='1' energy='1 pJ' area='7 um^2'/>"
    "<op name='max' cycles='1' energy='1 pJ' area='0.5 um^2'/>"
    "<op name='exp' as='6 mac'/></array>";

TEST(Area, CountsEveryUnitInEveryPe) {
  const auto area = area_of_text(array);
  EXPECT_EQ(area.by.at("x"), SquareMicrons(6 * 7.5));  // exp is done by the mac
  EXPECT_EQ(area.by.at("r"), SquareMicrons(60));
  EXPECT_EQ(area.by.at("c"), SquareMicrons(300));
  EXPECT_EQ(area.total(), SquareMicrons(405));
}

TEST(Area, CountsLanesChannelsAndMemoriesBesideThem) {
  const auto area = area_of_text(
      "<memory name='m' capacity='1 KiB' area='2 mm^2'/>"
      "<vector name='v' lanes='5'><op name='add' cycles='1' energy='1 pJ' area='3 um^2'/></vector>"
      "<channel name='b' from='m' to='v' width='8 b' area='4 um^2'/>");
  EXPECT_EQ(area.by.at("m"), SquareMicrons(2e6));
  EXPECT_EQ(area.by.at("v"), SquareMicrons(15));
  EXPECT_EQ(area.by.at("b"), SquareMicrons(4));
  EXPECT_EQ(area.total(), SquareMicrons(2000019));
}

TEST(Area, LeavesOutWhatIsOffTheChip) {
  const auto area = area_of_text("<memory name='dram' bandwidth='1 GB/s'/>" + array);
  EXPECT_EQ(area.by.count("dram"), 0U);
  EXPECT_THAT(area.missing, IsEmpty());
  EXPECT_TRUE(area.total());
}

TEST(Area, HasNoTotalWhereAComponentLacksOneAndNamesIt) {
  const auto area =
      area_of_text(array +
                   "<memory name='m' capacity='1 KiB'/>"
                   "<vector name='v' lanes='5'><op name='sub' cycles='1' energy='1 pJ'/>"
                   "<op name='add' cycles='1' energy='1 pJ' area='3 um^2'/>"
                   "<op name='div' cycles='1' energy='1 pJ'/></vector>");
  EXPECT_THAT(area.missing, ElementsAre("m", "v (div, sub)"));
  EXPECT_EQ(area.total(), std::nullopt);
  EXPECT_EQ(area.by.at("x"), SquareMicrons(45));
  EXPECT_EQ(area.by.count("v"), 0U);
}

TEST(Area, IsAbsentWhereTheArchitectureGivesNone) {
  const auto area = area_of_text(
      "<memory name='m' capacity='1 KiB'/><array name='x' rows='2' columns='3'>"
      "<op name='mac' cycles='1' energy='1 pJ'/><op name='exp' as='6 mac'/></array>"
      "<vector name='v' lanes='5'/>");
  EXPECT_THAT(area.by, IsEmpty());
  EXPECT_THAT(area.missing, IsEmpty());
  EXPECT_EQ(area.total(), std::nullopt);
}

TEST(Area, MayBeZero) {
  EXPECT_EQ(area_of_text("<memory name='m' capacity='1 KiB' area='0 um^2'/>").total(),
            SquareMicrons(0));
}

}  // namespace
}  // namespace attnsim::arch
