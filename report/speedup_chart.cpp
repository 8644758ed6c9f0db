#include <algorithm>
#include <fmt/format.h>

#include "report/chart_parts.h"
#include "report/human.h"
#include "report/sweep_charts.h"

namespace attnsim::report {
namespace {

Json values_of(const SweepView& view, const Speedups& speedups) {
  auto values = Json::array();
  for (const auto& speedup : speedups.by_workload) {
    const auto& workload = view.workloads[*speedup.workload];
    values.push_back({{"level", speedup.level},
                      {"model", workload.model},
                      {"length", workload.length},
                      {"order", *speedup.workload},
                      {"speedup", drawn(speedup.mean)},
                      {"text", factor(speedup.mean)},
                      {"pairs", speedup.pairs},
                      {"least", factor(speedup.least)},
                      {"most", factor(speedup.most)}});
  }
  return values;
}

Json encoding_of(const Speedups& speedups) {
  auto tips =
      Json::array({tip("level", speedups.baseline.axis.c_str()), tip("model", "model"),
                   tip("length", "length"), tip("text", "speedup"), tip("pairs", "pairs of points"),
                   tip("least", "the least of them"), tip("most", "the most")});
  return {
      {"x",
       {{"field", "length"},
        {"type", "ordinal"},
        {"sort", {{"field", "order"}, {"op", "min"}}},
        {"title", nullptr},
        {"axis", {{"labelAngle", 0}, {"ticks", false}, {"labelPadding", 5}, {"labelLimit", 120}}}}},
      {"xOffset", {{"field", "level"}, {"type", "nominal"}, {"sort", speedups.levels}}},
      {"y",
       {{"field", "speedup"},
        {"type", "quantitative"},
        {"title", "speedup"},
        {"axis", {{"format", "~g"}, {"tickCount", 5}}}}},
      {"color",
       {{"field", "level"},
        {"type", "nominal"},
        {"scale", name_scale(speedups.levels)},
        {"legend", {{"title", speedups.baseline.axis}}}}},
      {"tooltip", std::move(tips)}};
}

Json layers() {
  return Json::array({{{"mark", {{"type", "bar"}, {"tooltip", true}}}}, line_at_one()});
}

}  // namespace

HtmlChart speedup_chart(const SweepView& view, const Speedups& speedups) {
  auto values = values_of(view, speedups);
  auto models = Json::array();
  for (const auto& workload : view.workloads) {
    const bool is_new = std::find(models.begin(), models.end(), workload.model) == models.end();
    if (is_new) models.push_back(workload.model);
  }
  Json inner{{"height", 210}, {"encoding", encoding_of(speedups)}, {"layer", layers()}};
  Json spec;
  if (models.size() > 1) {
    inner["width"] = 250;
    spec = {{"usermeta", {{"panel_width", 285}, {"legend_columns", 6}}},
            {"columns", 4},
            {"facet",
             {{"field", "model"},
              {"type", "nominal"},
              {"sort", models},
              {"title", nullptr},
              {"header", {{"labelAnchor", "start"}}}}},
            {"resolve", {{"axis", {{"x", "independent"}}}}},
            {"spacing", {{"column", 18}, {"row", 26}}},
            {"spec", std::move(inner)}};
  } else {
    spec = wide_chart(240);
    spec.update(inner);
  }
  spec["data"] = {{"values", std::move(values)}};
  auto note = fmt::format(
      "Of time, over {} {} (dashed) at an otherwise equal point; where there are several such "
      "pairs, their geometric mean.",
      speedups.baseline.axis, speedups.baseline.level);
  if (speedups.unpaired > 0) {
    note +=
        fmt::format(" {} points have no counterpart there and are left out.", speedups.unpaired);
  }
  return {"Speedup", std::move(note), std::move(spec)};
}

}  // namespace attnsim::report
