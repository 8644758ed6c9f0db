#include "report/gantt_chart.h"

#include <algorithm>
#include <fmt/format.h>

#include "report/chart_parts.h"
#include "report/human.h"

namespace attnsim::report {

HtmlChart gantt_chart(const Gantt& gantt) {
  auto values = Json::array();
  std::vector<std::string> names;
  for (const auto& slice : gantt.slices) {
    if (std::find(names.begin(), names.end(), slice.name) == names.end()) {
      names.push_back(slice.name);
    }
    values.push_back({{"lane", slice.lane},
                      {"name", slice.name},
                      {"start", slice.start},
                      {"end", slice.end},
                      {"takes", grouped(slice.end - slice.start)},
                      {"iteration", slice.iteration}});
  }
  constexpr int height_of_a_lane = 26;
  auto spec = wide_chart(height_of_a_lane * static_cast<int>(gantt.lanes.size()));
  spec["usermeta"] = {{"legend_columns", 7}};
  spec["data"] = {{"values", std::move(values)}};
  spec["mark"] = {{"type", "bar"}, {"tooltip", true}, {"style", "halo"}};
  spec["encoding"] = {
      {"y",
       {{"field", "lane"},
        {"type", "nominal"},
        {"sort", gantt.lanes},
        {"scale", {{"domain", gantt.lanes}}},
        {"title", nullptr},
        {"axis", {{"grid", true}, {"ticks", false}, {"domain", false}}}}},
      {"x",
       {{"field", "start"},
        {"type", "quantitative"},
        {"title", "cycle"},
        {"scale", {{"zero", false}, {"nice", false}}},
        {"axis", {{"format", ",d"}}}}},
      {"x2", {{"field", "end"}}},
      {"color",
       {{"field", "name"},
        {"type", "nominal"},
        {"scale", name_scale(names)},
        {"legend", {{"title", nullptr}}}}},
      {"tooltip", Json::array({tip("lane", "unit"), tip("name", "does"), tip("start", "from cycle"),
                               tip("end", "to cycle"), tip("takes", "cycles"),
                               tip("iteration", "iteration")})}};
  return {gantt.title, gantt.note, std::move(spec)};
}

}  // namespace attnsim::report
