#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "base/complaint.h"
#include "base/error.h"
#include "explore/sweep_points.h"
#include "explore/sweep_reader.h"
#include "explore/sweep_values.h"

namespace attnsim::explore {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Sweep sweep_of(const std::string& inside, const std::string& attributes = "") {
  const auto text = "<sweep name='s'" + attributes + ">\n" + inside + "</sweep>";
  return read_sweep(XmlElement::parse(text, "s.xml", "sweep"));
}

SweepPoints points(const std::string& inside) {
  InputCache cache;
  return points_of(sweep_of(inside), "1", cache);
}

std::string problem(const std::string& inside, const std::string& attributes = "") {
  return complaint<InputError>([&] {
    InputCache cache;
    return points_of(sweep_of(inside, attributes), "1", cache);
  });
}

constexpr const char* base = "<base arch='fusemax' mapping='fusemax'/>\n";
constexpr const char* workload = "<workload models='bert' lengths='4K'/>\n";
const std::string both = std::string(base) + workload;

std::vector<std::string> values(const std::string& attributes) {
  return sweep_of(both + "<vary name='x' " + attributes + "/>").axes.at(0).at(0).values;
}

/// The value that the only `<set>` gives, at each point.
std::vector<std::string> set_values(const SweepPoints& points) {
  std::vector<std::string> found;
  for (const auto& task : points.tasks) {
    found.push_back(parse_override(task.point.sets.at(0)).value);
  }
  return found;
}

constexpr const char* set_bandwidth = "<set path=\"//memory[@name='dram']/@bandwidth\" value=";

TEST(SweepValues, AreListedBetweenBlanksOrCommas) {
  EXPECT_THAT(values("values='1 2  4'"), ElementsAre("1", "2", "4"));
  EXPECT_THAT(values("values='1 KiB, 2 MiB'"), ElementsAre("1 KiB", "2 MiB"));
  EXPECT_THAT(values("values='1 2' unit='GiB/s'"), ElementsAre("1 GiB/s", "2 GiB/s"));
  EXPECT_THAT(values("values='lstp hp'"), ElementsAre("lstp", "hp"));
}

TEST(SweepValues, OfARangeIncludeItsEndWhereAStepMeetsIt) {
  EXPECT_THAT(values("from='1' to='7' step='3'"), ElementsAre("1", "4", "7"));
  EXPECT_THAT(values("from='1' to='6.9' step='3'"), ElementsAre("1", "4"));
  EXPECT_THAT(values("from='0.1' to='0.3' step='0.1'"), ElementsAre("0.1", "0.2", "0.3"));
  EXPECT_THAT(values("from='16' to='128' factor='2'"), ElementsAre("16", "32", "64", "128"));
  EXPECT_THAT(values("from='16' to='127' factor='2'"), ElementsAre("16", "32", "64"));
  EXPECT_THAT(values("from='5' to='5' step='1'"), ElementsAre("5"));
}

TEST(SweepValues, ThatMakeNoSenseAreRefusedAtTheirPlace) {
  const auto of = [](const std::string& attributes) {
    return problem(both + "<vary name='x' " + attributes + "/>");
  };
  EXPECT_EQ(of(""),
            "s.xml:4:1: <vary> needs 'values', or a range: 'from', 'to' and 'step' or "
            "'factor'");
  EXPECT_EQ(of("from='1' to='2'"),
            "s.xml:4:1: <vary> has a range, 'from' and 'to', and needs either a 'step' or a "
            "'factor'");
  EXPECT_EQ(of("from='2' to='1' step='1'"),
            "s.xml:4:25: <vary> to=\"1\" is below 'from': the range is empty");
  EXPECT_EQ(of("from='1' to='2' step='0'"), "s.xml:4:32: <vary> step=\"0\" must be greater than 0");
  EXPECT_EQ(of("from='1' to='2' factor='1'"), "s.xml:4:32: <vary> factor=\"1\" must be above 1");
  EXPECT_THAT(of("from='0' to='2' factor='2'"), HasSubstr("from=\"0\" must be greater than 0"));
  EXPECT_THAT(of("from='0' to='1' step='1e-9'"), HasSubstr("makes more than 1000000 values"));
  EXPECT_THAT(of("values='1,,2'"), HasSubstr("has nothing between two commas"));
  EXPECT_THAT(of("values='1' step='2'"), HasSubstr("is of a range, and 'values' is given as well"));
  EXPECT_THAT(of("values='1 2' unit='MiBs'"), HasSubstr("unit=\"MiBs\" makes \"1 MiBs\", which"));
}

TEST(SweepReader, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(problem(both + "<varies/>"),
            "s.xml:4:1: <varies> is not known here, did you mean 'vary'? (known: base, workload, "
            "vary, zip, let, set, limit)");
  EXPECT_THAT(
      problem(both, " executer='systemc'"),
      HasSubstr("s.xml:1:17: <sweep> has no attribute 'executer', did you mean 'executor'?"));
  EXPECT_THAT(problem(workload), HasSubstr("s.xml:1:1: <sweep> says no <base"));
  EXPECT_THAT(problem(base), HasSubstr("s.xml:1:1: <sweep> says no <workload"));
  EXPECT_THAT(problem(std::string(base) + "<workload models='bert' lengths='4k'/>"),
              HasSubstr("s.xml:3:26: <workload> lengths=\"4k\" has a sequence length: \"4k\""));
  EXPECT_THAT(problem(both + "<vary name='1x' values='1'/>"), HasSubstr("a letter first"));
  EXPECT_THAT(problem(both + "<vary name='x' values='1'/><let name='x' value='1'/>"),
              HasSubstr("<let> name=\"x\" is taken, by an element above"));
  EXPECT_THAT(problem(both + "<limit of='1'/>"), HasSubstr("needs 'at_least' or 'at_most'"));
  EXPECT_THAT(problem(both + "<limit of='1' at_most='2 parsecs'/>"),
              HasSubstr("is neither a number nor one with a unit"));
  EXPECT_THAT(problem(both + "<set path='//@rows' value='{1'/>"),
              HasSubstr("has a brace without its other one"));
}

TEST(SweepReader, ReadsTheLimitsOfAPoint) {
  const auto sweep = sweep_of(both, " time_limit='1.5 s' memory_limit='2 GiB' executor='systemc'");
  EXPECT_EQ(sweep.time_limit.count(), 1500);
  EXPECT_EQ(sweep.memory_limit, std::int64_t{2} << 30U);
  EXPECT_EQ(sweep.executor.executor, Executor::systemc);
}

TEST(SweepPoints, NestLengthsInModelsInParametersInBases) {
  const auto found = points(
      "<base arch='fusemax' mapping='fusemax fusemax_architecture'/>"
      "<workload models='bert t5' lengths='1K 4K'/><vary name='a' values='1 2'/>"
      "<vary name='b' values='3 4'/>");
  ASSERT_EQ(found.tasks.size(), 32U);
  const auto shown = [&](std::size_t i) {
    const auto& task = found.tasks[i];
    return task.point.mapping + " " + task.parameters.at("a") + task.parameters.at("b") + " " +
           task.point.model + " " + task.point.seq;
  };
  EXPECT_EQ(shown(0), "fusemax 13 bert 1K");
  EXPECT_EQ(shown(1), "fusemax 13 bert 4K");
  EXPECT_EQ(shown(2), "fusemax 13 t5 1K");
  EXPECT_EQ(shown(4), "fusemax 14 bert 1K");
  EXPECT_EQ(shown(8), "fusemax 23 bert 1K");
  EXPECT_EQ(shown(16), "fusemax_architecture 13 bert 1K");
  for (std::size_t i = 0; i < 32; ++i) EXPECT_EQ(found.tasks[i].position, std::int64_t(i));
}

TEST(SweepPoints, ZippedParametersMoveTogether) {
  const auto found =
      points(both + "<zip><vary name='a' values='1 2'/><vary name='b' values='5 6'>" +
             set_bandwidth + "'{a * b} GiB/s'/></vary></zip>");
  EXPECT_THAT(set_values(found), ElementsAre("5 GiB/s", "12 GiB/s"));
  EXPECT_EQ(problem(both + "<zip><vary name='a' values='1 2'/><vary name='b' values='5'/></zip>"),
            "s.xml:4:34: <vary> has 1 values, and 'a', which it moves together with, 2");
}

TEST(SweepPoints, ComputeValuesFromParametersRanksAndLets) {
  const auto found = points(
      "<base arch='fusemax' mapping='fusemax'/><workload models='bert xlm' lengths='1K'/>"
      "<vary name='size' values='1 KiB'/><let name='twice' value='2 * size'/>" +
      std::string(set_bandwidth) + "'{twice + E + P / 4} B/s'/>");
  EXPECT_THAT(set_values(found), ElementsAre("2368 B/s", "2432 B/s"));
}

TEST(SweepPoints, ANameAloneInBracesIsItsText) {
  const auto found =
      points(both + "<vary name='rate' values='0.5 TB/s'>" + set_bandwidth + "'{rate}'/></vary>");
  EXPECT_THAT(set_values(found), ElementsAre("0.5 TB/s"));
}

TEST(SweepPoints, OutsideOfALimitAreLeftOutAndCounted) {
  const std::string varied = both +
                             "<vary name='n' values='64 128 256'>"
                             "<set path='//@rows|//@columns|//@lanes' value='{n}'/></vary>";
  EXPECT_EQ(points(varied + "<limit of='n * n' at_most='16384'/>").tasks.size(), 2U);
  EXPECT_EQ(points(varied + "<limit of='n * n' at_most='16383'/>").tasks.size(), 1U);
  EXPECT_EQ(points(varied + "<limit of='array2d_rows' at_least='128'/>").left_out, 1);
  EXPECT_EQ(points(varied + "<limit of='global_buffer_capacity' at_least='16 MiB'/>").left_out, 0);
  EXPECT_EQ(points(varied + "<limit of='global_buffer_capacity' at_least='17 MiB'/>").left_out, 3);
  // 13.03 cm^2 at 256 x 256 (arch/fusemax.xml)
  EXPECT_EQ(points(varied + "<limit of='area' at_most='1303 mm^2'/>").left_out, 1);
  EXPECT_EQ(points(varied + "<limit of='area' at_most='1304 mm^2'/>").left_out, 0);
}

TEST(SweepPoints, WhatNoPointCouldDoIsAnErrorAtItsPlace) {
  EXPECT_THAT(problem("<base arch='fusemx' mapping='fusemax'/>" + std::string(workload)),
              HasSubstr("s.xml:2:1: architecture \"fusemx\": is neither a file nor the name of a "
                        "shipped one, did you mean 'fusemax'?"));
  EXPECT_THAT(problem(std::string(base) + "<workload models='bart' lengths='1K'/>"),
              HasSubstr("s.xml:3:1: model \"bart\""));
  EXPECT_THAT(problem(both + "<set path='//@nothing' value='1'/>"),
              HasSubstr("s.xml:4:6: --set //@nothing=...: the XPath selects nothing in "));
  EXPECT_THAT(problem(both + "<vary name='a' values='1'/><let name='c' value='b + 1'/>"),
              HasSubstr("s.xml:4:42: the formula \"b + 1\" names 'b', which is not there"));
  EXPECT_THAT(problem(both + "<limit of='array3d_rows' at_most='1'/>"),
              HasSubstr("did you mean 'array2d_rows'?"));
  EXPECT_THAT(problem(both + "<set path='//@rows' value='{1 / 0}'/>"),
              HasSubstr("gives no finite number"));
  EXPECT_THAT(problem(std::string(base) + "<workload models='bert' shape='P=-1'/>"),
              HasSubstr("s.xml:3:1: shape \"P=-1\""));
}

TEST(SweepPoints, ShipWithTheirNumbers) {
  InputCache cache;
  const auto size = [&](const char* name) {
    const auto path = workloads::find_shipped(workloads::Shipped::sweep, name);
    const auto found = points_of(load_sweep(path), "1", cache);
    std::set<std::string> keys;
    for (const auto& task : found.tasks) keys.insert(task.key);
    EXPECT_EQ(keys.size(), found.tasks.size()) << name;
    return found.tasks.size();
  };
  EXPECT_EQ(size("fusemax_pe"), 24U);
  EXPECT_EQ(size("fusemax_space"), 10000U);
}

}  // namespace
}  // namespace attnsim::explore
