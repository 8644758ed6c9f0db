#include <filesystem>
#include <gmock/gmock.h>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

constexpr const char* point =
    "simulate --arch fusemax --mapping fusemax --model bert --seq 4K --shape B=1,H=2 ";
constexpr const char* small =
    "simulate --arch fusemax --mapping fusemax --model bert --seq 1K --shape B=1,H=1 ";

json trace_of(const std::string& command) {
  const auto run = run_program(command + " --trace -");
  EXPECT_EQ(run.code, 0) << run.err;
  return json::parse(run.out);
}

std::vector<json> slices_of(const json& trace) {
  std::vector<json> slices;
  for (const auto& event : trace.at("traceEvents")) {
    if (event.at("ph") == "X") slices.push_back(event);
  }
  return slices;
}

std::map<std::string, double> busy_by_lane(const json& trace) {
  std::map<int, std::string> lanes;
  std::map<std::string, double> busy;
  for (const auto& event : trace.at("traceEvents")) {
    if (event.at("name") == "thread_name") lanes[event.at("tid")] = event.at("args").at("name");
    if (event.at("ph") == "X") busy[lanes.at(event.at("tid"))] += event.at("dur").get<double>();
  }
  return busy;
}

class TraceOfMapping : public testing::TestWithParam<const char*> {
 protected:
  [[nodiscard]] static std::string point() {
    return std::string("simulate ") + GetParam() + " --model bert --shape B=1,H=2 ";
  }
};

INSTANTIATE_TEST_SUITE_P(Shipped, TraceOfMapping,
                         testing::Values("--arch fusemax --mapping fusemax",
                                         "--arch flat --mapping flat",
                                         "--arch flat --mapping flat_weight_stationary",
                                         "--arch flat --mapping unfused"),
                         [](const auto& test) { return "Mapping" + std::to_string(test.index); });

TEST_P(TraceOfMapping, SumsUpToTheBusyCyclesAndTheCyclesOfTheResult) {
  const auto result = json::parse(run_program(point() + "--seq 1K --json -").out);

  const auto trace = trace_of(point() + "--seq 1K --steady-state off");

  const auto busy = busy_by_lane(trace);
  for (const auto& unit : result.at("units")) {
    const auto expected = unit.at("busy_cycles").get<double>();
    if (expected == 0) continue;
    EXPECT_NEAR(busy.at(unit.at("name")), expected, 1e-6 * expected) << unit;
  }
  double end = 0;
  for (const auto& slice : slices_of(trace))
    end = std::max(end, slice.at("ts").get<double>() + slice.at("dur").get<double>());
  EXPECT_LE(end, result.at("cycles").get<double>());
  EXPECT_GT(end, result.at("cycles").get<double>() * 0.99);  // what is left is the last latency
}

TEST_P(TraceOfMapping, IsTheSameFromBothExecutorsSkippingOrNot) {
  const std::string window = point() + "--seq 4K --trace-window 50000..53000 --trace - ";
  const auto expected = run_program(window + "--executor recurrence --steady-state off");

  EXPECT_THAT(expected.out, HasSubstr("\"ph\":\"X\""));
  for (const auto* how :
       {"--executor recurrence", "--executor systemc", "--executor systemc --steady-state off"}) {
    EXPECT_EQ(run_program(window + how).out, expected.out) << how;
  }
}

TEST(Trace, WithoutAWindowSkipsAreSlicesAndTheRestIsThere) {
  const auto slices = slices_of(trace_of(point));

  EXPECT_LT(slices.size(), 20'000U);
  EXPECT_THAT(slices.front().at("name").get<std::string>(), HasSubstr("cycles skipped"));
}

TEST(Trace, AnAttentionLayerOfAMillionTokensHasASteadyStateToLookAt) {
  const auto slices = slices_of(trace_of(
      "simulate --arch fusemax --mapping fusemax --model bert --seq 1M --executor recurrence "
      "--trace-window steady"));

  EXPECT_GT(slices.size(), 10U);
  EXPECT_LT(slices.size(), 5'000U);
  EXPECT_GT(slices.front().at("ts").get<double>(), 0);
}

TEST(Trace, EachPartOfTheRunIsWhereItsNameSays) {
  const auto first = slices_of(trace_of(std::string(point) + "--trace-window first"));
  const auto steady = slices_of(trace_of(std::string(point) + "--trace-window steady"));
  const auto last = slices_of(trace_of(std::string(point) + "--trace-window last"));

  EXPECT_EQ(first.front().at("ts"), 0);
  EXPECT_GT(steady.front().at("ts"), first.front().at("ts"));
  EXPECT_GT(last.back().at("ts"), steady.back().at("ts"));
}

TEST(Trace, GoesToFilesBesideTheTable) {
  const Folder folder;

  const auto run = run_program(std::string(small) + "--trace t.json --vcd t.vcd",
                               std::filesystem::path(folder.path("x")).parent_path());

  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("cycles"));
  EXPECT_FALSE(slices_of(json::parse(read_file(folder.path("t.json")))).empty());
  EXPECT_THAT(read_file(folder.path("t.vcd")),
              AllOf(HasSubstr("$timescale 1 ps $end"), HasSubstr("$enddefinitions $end\n#0\n")));
}

TEST(Trace, DoesNotChangeTheResult) {
  const Folder folder;
  const auto plain = run_program(std::string(point));
  const auto traced = run_program(point + ("--trace " + folder.path("t.json")));

  EXPECT_EQ(plain.out, traced.out);
}

TEST(Trace, SaysWhenItHoldsOnlyTheBeginning) {
  const Folder folder;
  const auto run = run_program(small + ("--trace-limit 100 --trace " + folder.path("t.json")));

  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, AllOf(HasSubstr("after 100 slices"), HasSubstr("are left out: choose a "
                                                                      "--trace-window")));
  EXPECT_EQ(slices_of(json::parse(read_file(folder.path("t.json")))).size(), 100U);
}

void expect_complaint(const std::string& options, int code, const std::string& text) {
  const auto run = run_program(small + options);
  EXPECT_EQ(run.code, code) << options;
  EXPECT_THAT(run.err, HasSubstr(text)) << options;
}

TEST(Trace, AWindowThatIsNoneIsSaidSo) {
  expect_complaint("--trace - --trace-window 10", 2,
                   "'10' is neither cycles A..B nor first, steady or last");
  expect_complaint("--trace - --trace-window 10..x", 2, "'10..x' is neither");
  expect_complaint("--trace - --trace-window 20..10", 2, "'20..10' is empty");
  expect_complaint("--trace - --trace-window 10..10", 2, "'10..10' is empty");
  expect_complaint("--trace - --trace-window 9000000000..9000000001", 3,
                   "--trace-window 9000000000..9000000001: the run ends at cycle ");
  expect_complaint("--trace - --trace-limit 0", 2, "--trace-limit");
  expect_complaint("--trace-window 10..20", 2, "--trace-window");
}

TEST(Trace, AFileThatCannotBeWrittenCostsNoRun) {
  expect_complaint("--trace /nowhere/t.json", 3, "/nowhere/t.json: cannot be written (No such");
  expect_complaint("--vcd /nowhere/t.vcd", 3, "/nowhere/t.vcd: cannot be written (No such");
  expect_complaint("--trace /dev/full", 3, "/dev/full: cannot be written (No space");
  expect_complaint("--trace - --vcd -", 2, "stdout takes one trace at a time");
}

TEST(Trace, LaunchesHaveNone) {
  const auto run = run_program(
      "simulate --arch gpu/h100_sxm --mapping gpu/flash_attention_3 --shape B=1,H=8,P=2K,E=128 "
      "--trace -");

  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("there is no trace of kernel launches"));
}

}  // namespace
}  // namespace attnsim::cli
