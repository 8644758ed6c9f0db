#include "report/trace_json.h"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>
#include <vector>

namespace attnsim::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr int process = 1;
constexpr int skip_thread = 0;

int thread_of(std::size_t lane) { return static_cast<int>(lane) + 1; }

/// Escaped; bytes that are no UTF-8 become U+FFFD.
std::string json_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Writes the elements of `traceEvents`, which is never empty.
class EventWriter {
 public:
  explicit EventWriter(std::ostream& out) : out_(out) {}

  void name_of(const char* what, int thread, const std::string& name) {
    line(json_text({{"ph", "M"},
                    {"pid", process},
                    {"tid", thread},
                    {"name", what},
                    {"args", {{"name", name}}}}));
  }

  void place_of(int thread, int index) {
    line(json_text({{"ph", "M"},
                    {"pid", process},
                    {"tid", thread},
                    {"name", "thread_sort_index"},
                    {"args", {{"sort_index", index}}}}));
  }

  /// @param head  name and category, @param args  members of an object
  void slice(const std::string& head, int thread, double start, double end,
             const std::string& args) {
    line(fmt::format(R"({{"ph":"X","pid":{},"tid":{},"ts":{},"dur":{},{},"args":{{{}}}}})", process,
                     thread, start, end - start, head, args));
  }

  void level(const std::string& name, const char* what, double cycle, std::int64_t count) {
    line(fmt::format(R"({{"ph":"C","pid":{},"ts":{},"name":{},"args":{{"{}":{}}}}})", process,
                     cycle, name, what, count));
  }

 private:
  void line(const std::string& event) {
    out_ << (first_ ? "" : ",\n") << event;
    first_ = false;
  }

  std::ostream& out_;
  bool first_ = true;
};

/// What does not depend on the iteration, of the slices of one work.
struct WorkText {
  std::string head;
  std::string args;
};

std::string head_of(const std::string& name, const char* category) {
  return "\"name\":" + json_text(name) + ",\"cat\":\"" + category + "\"";
}

WorkText text_of(const sim::Timeline& timeline, const sim::Work& work) {
  WorkText text;
  text.head = head_of(work.name, timeline.lanes[work.lane].port ? "transfer" : "einsum");
  if (work.variant != 0) text.args += ",\"ragged\":true";
  std::map<std::string, std::int64_t> totals;
  for (const auto& action : work.actions)
    totals[action.component + " " + action.what + " " + action.tensor] += action.count;
  for (const auto& [what, count] : totals)
    text.args += "," + json_text(what) + ":" + std::to_string(count);
  return text;
}

void write_lanes(EventWriter& events, const sim::Timeline& timeline, const TraceTitle& title) {
  events.name_of("process_name", skip_thread, title.name);
  for (std::size_t lane = 0; lane < timeline.lanes.size(); ++lane) {
    events.name_of("thread_name", thread_of(lane), timeline.lanes[lane].name);
    events.place_of(thread_of(lane), thread_of(lane));
  }
  if (timeline.skips.empty()) return;
  events.name_of("thread_name", skip_thread, "skipped periods");
  events.place_of(skip_thread, skip_thread);
}

void write_skips(EventWriter& events, const sim::Timeline& timeline) {
  for (const auto& skip : timeline.skips) {
    const auto name = fmt::format("{} periods of {} cycles skipped", skip.periods, skip.period());
    events.slice(head_of(name, "skip"), skip_thread, static_cast<double>(skip.start),
                 static_cast<double>(skip.end),
                 fmt::format(R"("periods":{},"period":{})", skip.periods, skip.period()));
  }
}

void write_levels(EventWriter& events, const sim::Timeline& timeline) {
  for (const auto& level : timeline.levels) {
    const auto name = json_text(level.name);
    const auto* const what = level.slots > 0 ? "taken" : "ready";
    for (const auto& sample : level.samples)
      events.level(name, what, sample.cycle, level.shown(sample.count));
  }
}

void write_slices(EventWriter& events, const sim::Timeline& timeline) {
  std::vector<WorkText> texts;
  for (const auto& work : timeline.works) texts.push_back(text_of(timeline, work));
  for (const auto& slice : timeline.slices) {
    const auto& text = texts[slice.work];
    const auto iteration = "\"iteration\":" + json_text(sim::iteration_text(timeline, slice));
    events.slice(text.head, thread_of(slice.lane), slice.start, slice.end, iteration + text.args);
  }
}

}  // namespace

void write_trace_json(std::ostream& out, const sim::Timeline& timeline, const TraceTitle& title) {
  const Json about = {{"of", title.name},
                      {"unit", "1 us is 1 cycle"},
                      {"clock_hz", title.clock_hz},
                      {"cycles", timeline.cycles},
                      {"left_out", timeline.left_out}};
  out << "{\"displayTimeUnit\":\"ns\",\"otherData\":" << json_text(about) << ",\"traceEvents\":[\n";
  EventWriter events(out);
  write_lanes(events, timeline, title);
  write_skips(events, timeline);
  write_levels(events, timeline);
  write_slices(events, timeline);
  out << "\n]}\n";
}

}  // namespace attnsim::report
