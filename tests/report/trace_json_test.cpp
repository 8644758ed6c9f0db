#include "report/trace_json.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/example_timeline.h"

namespace attnsim::report {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::SizeIs;

json trace_of(const sim::Timeline& timeline, const TraceTitle& title = {"toy", 940e6}) {
  std::ostringstream out;
  write_trace_json(out, timeline, title);
  return json::parse(out.str());
}

std::vector<json> events_of(const json& trace, const std::string& phase) {
  std::vector<json> events;
  for (const auto& event : trace.at("traceEvents")) {
    if (event.at("ph") == phase) events.push_back(event);
  }
  return events;
}

TEST(TraceJson, HasACompleteEventPerSliceAndSkipWhoseMicrosecondsAreCycles) {
  const auto timeline = example_timeline();

  const auto events = events_of(trace_of(timeline), "X");

  ASSERT_THAT(events, SizeIs(timeline.slices.size() + timeline.skips.size()));
  EXPECT_EQ(events[0].at("name"), "8 periods of 100 cycles skipped");
  EXPECT_EQ(events[0].at("ts"), 100);
  EXPECT_EQ(events[0].at("dur"), 800);
  for (std::size_t i = 0; i < timeline.slices.size(); ++i) {
    const auto& slice = timeline.slices[i];
    const auto& event = events[i + 1];
    EXPECT_EQ(event.at("ts"), slice.start);
    EXPECT_EQ(event.at("dur"), slice.end - slice.start);
    EXPECT_EQ(event.at("tid"), slice.lane + 1);
    EXPECT_EQ(event.at("name"), timeline.works[slice.work].name);
  }
}

TEST(TraceJson, NamesTheProcessAndEveryThreadThatHasEvents) {
  const auto trace = trace_of(example_timeline());
  std::map<int, std::string> names;
  for (const auto& event : events_of(trace, "M")) {
    if (event.at("name") == "process_name") {
      EXPECT_EQ(event.at("args").at("name"), "toy");
    }
    if (event.at("name") == "thread_name") names[event.at("tid")] = event.at("args").at("name");
  }

  EXPECT_EQ(names,
            (std::map<int, std::string>{{0, "skipped periods"}, {1, "array2d"}, {2, "dram"}}));
}

TEST(TraceJson, SaysOfASliceWhichIterationItIsAndWhatItDoes) {
  const auto events = events_of(trace_of(example_timeline()), "X");

  EXPECT_EQ(events[1].at("args"),
            json({{"iteration", "m1=0"}, {"dram read K", 512}, {"buffer write K", 512}}));
  EXPECT_EQ(events[1].at("cat"), "transfer");
  EXPECT_EQ(events[5].at("args"),
            json({{"iteration", "p1=3 m1=7"}, {"ragged", true}, {"array2d mac QK", 1024}}));
  EXPECT_EQ(events[5].at("cat"), "einsum");
}

TEST(TraceJson, CountsTilesThatAreReadyAndSlotsThatAreTaken) {
  const auto events = events_of(trace_of(example_timeline()), "C");

  ASSERT_THAT(events, SizeIs(5));
  EXPECT_EQ(events[1].at("ts"), 40.25);
  EXPECT_EQ(events[1].at("name"), "K");
  EXPECT_EQ(events[1].at("args"), json({{"ready", 1}}));
  EXPECT_EQ(events[3].at("args"), json({{"taken", 1}}));
  EXPECT_EQ(events[4].at("args"), json({{"taken", 0}}));
}

TEST(TraceJson, StandsAboveTheEventsWithClockAndCycles) {
  const auto about = trace_of(example_timeline()).at("otherData");

  EXPECT_EQ(about.at("clock_hz"), 940e6);
  EXPECT_EQ(about.at("cycles"), 950);
}

TEST(TraceJson, IsValidWithAnyNamesAndWithoutSlices) {
  auto timeline = example_timeline();
  timeline.works[0].name = "a \"quoted\\\" name\n{}";
  timeline.works[0].ranks = {"\x01", "\xff"};
  timeline.lanes[0].name = "\xc3";

  const auto events = events_of(trace_of(timeline, {"<\">", 1}), "X");
  EXPECT_EQ(events[2].at("name"), timeline.works[0].name);
  EXPECT_THAT(events_of(trace_of(sim::Timeline()), "X"), ElementsAre());
}

TEST(TraceJson, KeepsCyclesBeyondABillionToTheLastDigit) {
  auto timeline = example_timeline();
  timeline.slices = {{0, 0, 2'760'373'123'456.25, 2'760'373'123'500.5, {0, 0}}};

  const auto event = events_of(trace_of(timeline), "X").back();

  EXPECT_EQ(event.at("ts").get<double>(), 2'760'373'123'456.25);
  EXPECT_EQ(event.at("dur").get<double>(), 44.25);
}

}  // namespace
}  // namespace attnsim::report
