#include "validation/study_description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/complaint.h"

namespace attnsim::validation {
namespace {

using testing::HasSubstr;

StudyDescription read(const std::string& inside) {
  return read_study(XmlElement::parse(
      "<study name='s' title='S' source='here'>\n<table file='t.csv'/>\n" + inside + "</study>",
      "s.xml", "study"));
}

const char* const two_runs =
    "<configuration name='a' title='A'>"
    "<run architecture='x' mapping='big' models='xlm' lengths='256K 1M'/>"
    "<run architecture='x' mapping='small'><set path='//for/@tile' value='16'/></run>"
    "</configuration>";

TEST(StudyDescription, TakesTheFirstRunThatMatchesARow) {
  const auto study = read(two_runs);
  const auto& configuration = *study.find("a");
  EXPECT_EQ(rule_for(configuration, {"a", "xlm", "1M", {}}).mapping, "big");
  EXPECT_EQ(rule_for(configuration, {"a", "xlm", "64K", {}}).mapping, "small");
  EXPECT_EQ(rule_for(configuration, {"a", "bert", "1M", {}}).mapping, "small");
  EXPECT_THAT(rule_for(configuration, {"a", "bert", "1M", {}}).sets,
              testing::ElementsAre("//for/@tile=16"));
}

TEST(StudyDescription, MatchesArrayDimensionsWhereTheTableVariesThem) {
  const auto study = read(
      "<configuration name='a' title='A'>"
      "<run architecture='x' mapping='m' pe_dimensions='16 32'/></configuration>");
  const auto& configuration = *study.find("a");
  EXPECT_EQ(rule_for(configuration, {"a", "bert", "1M", 32}).mapping, "m");
  EXPECT_THAT(complaint([&] {
                return rule_for(configuration, {"a", "bert", "1M", 64});
              }),
              HasSubstr("configuration 'a' has no <run> for bert at 1M"));
  EXPECT_THAT(complaint([&] {
                return rule_for(configuration, {"a", "bert", "1M", {}});
              }),
              HasSubstr("has no <run>"));
}

TEST(StudyDescription, LetsAConfigurationChangeSomeTolerances) {
  const auto study = read(
      "<configuration name='a' title='A'><within traffic='0.03'/>"
      "<run architecture='x' mapping='m'/></configuration>"
      "<within latency='0.01' traffic='0.01'/>");
  EXPECT_EQ(study.find("a")->within.latency, 0.01);
  EXPECT_EQ(study.find("a")->within.traffic, 0.03);
  EXPECT_EQ(study.find("a")->within.area, 0);
}

TEST(StudyDescription, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(complaint([] { return read("<configuraton/>"); }), HasSubstr("s.xml:3:"));
  EXPECT_THAT(complaint([] { return read("<within latncy='0.1'/>"); }), HasSubstr("latncy"));
  EXPECT_THAT(complaint([] { return read("<within latency='1.01'/>"); }),
              HasSubstr("is a share from 0 to 1"));
}

TEST(StudyDescription, RefusesAConfigurationWithoutARunOrOneThatIsThereTwice) {
  EXPECT_THAT(complaint([] { return read("<configuration name='a' title='A'/>"); }),
              HasSubstr("s.xml:3:1: <configuration> says no <run architecture= mapping=>"));
  EXPECT_THAT(complaint([] { return read(std::string(two_runs) + "\n" + two_runs); }),
              HasSubstr("s.xml:4:16: <configuration> name=\"a\" is there twice"));
}

TEST(StudyDescription, RefusesAnArrayDimensionThatIsNoNumber) {
  EXPECT_THAT(complaint([] {
                return read(
                    "<configuration name='a' title='A'>"
                    "<run architecture='x' mapping='m' pe_dimensions='16 big'/></configuration>");
              }),
              HasSubstr("\"big\" is not a whole number"));
}

TEST(StudyDescription, RefusesAClaimOfAConfigurationThatIsNotThere) {
  EXPECT_THAT(complaint([] {
                return read(std::string(two_runs) +
                            "<claim name='c' metric='latency' of='a' over='b' claimed='2'/>");
              }),
              HasSubstr("claim 'c': the study has no configuration 'b'"));
}

TEST(StudyDescription, NeedsATable) {
  EXPECT_THAT(complaint([] {
                return read_study(XmlElement::parse("<study name='s' title='S' source='here'/>",
                                                    "s.xml", "study"));
              }),
              HasSubstr("names no <table file=>"));
}

}  // namespace
}  // namespace attnsim::validation
