#include <algorithm>
#include <fmt/format.h>

#include "report/chart_parts.h"
#include "report/sweep_charts.h"
#include "report/sweep_grid.h"

namespace attnsim::report {
namespace {

constexpr const char* all_workloads = "all workloads";

/// By the kind of a level: numbers from dark to bright, names in colours of their own.
Json colour_of(const std::string& field, const SweepAxis& axis) {
  Json colour{{"field", field}, {"legend", {{"title", axis.name}, {"symbolOpacity", 1}}}};
  const bool numbers = std::any_of(axis.numbers.begin(), axis.numbers.end(),
                                   [](const auto& number) { return number.has_value(); });
  if (numbers) {
    colour["type"] = "ordinal";
    colour["scale"] = {{"domain", axis.levels},
                       {"scheme", {{"name", "plasma"}, {"extent", {0.1, 0.8}}}}};
  } else {
    colour["type"] = "nominal";
    colour["scale"] = name_scale(axis.levels);
  }
  return colour;
}

SweepAxis bound_axis(const SweepView& view) {
  SweepAxis axis{"bound by", {}, {}, {}};
  for (std::size_t i = 0; i < view.sweep->rows.size(); ++i) {
    const auto* result = view.result(i);
    if (result == nullptr) continue;
    const auto& level = result->bound_by;
    const bool is_new =
        std::find(axis.levels.begin(), axis.levels.end(), level) == axis.levels.end();
    if (is_new) axis.levels.push_back(level);
  }
  return axis;
}

ChartChoice colour_choice(const SweepView& view) {
  ChartChoice choice{"Colour", {}};
  const auto add = [&](const std::string& field, const SweepAxis& axis) {
    choice.options.push_back({axis.name, {{"/encoding/color", colour_of(field, axis)}}});
  };
  if (view.configuration.varies()) add(sweep_field::configuration, view.configuration);
  for (std::size_t i = 0; i < view.parameters.size(); ++i) {
    if (view.parameters[i].varies()) add(parameter_field(i), view.parameters[i]);
  }
  add(sweep_field::bound_by, bound_axis(view));
  return choice;
}

/// Which measure an axis shows; `param` is the place of its name among the parameters.
ChartChoice measure_choice(const SweepView& view, const std::vector<SweepMeasure>& measures,
                           const char* name, const char* axis, int param) {
  ChartChoice choice{name, {}};
  for (const auto& measure : measures) {
    if (!has_figure(view, measure)) continue;
    const auto place = fmt::format("/encoding/{}/", axis);
    choice.options.push_back({measure.title,
                              {{place + "field", measure.name},
                               {place + "title", measure.title},
                               {fmt::format("/params/{}/value", param), measure.name}}});
  }
  return choice;
}

ChartChoice workload_choice(const SweepView& view) {
  ChartChoice choice{"Workload", {}};
  for (auto at = view.workloads.rbegin(); at != view.workloads.rend(); ++at) {
    choice.options.push_back({at->label, {{"/params/0/value", at->label}}});
  }
  if (view.workloads.size() > 1) {
    choice.options.push_back({all_workloads, {{"/params/0/value", all_workloads}}});
  }
  return choice;
}

Json layers() {
  const Json on_front = Json::array({{{"filter", "datum['front_' + across + '_' + up] === 1"}}});
  const Json line{
      {"transform", on_front},
      {"mark",
       {{"type", "line"},
        {"interpolate", "step-after"},
        {"strokeWidth", 1.2},
        {"opacity", 0.7},
        {"tooltip", false}}},
      {"encoding",
       {{"color", nullptr}, {"tooltip", nullptr}, {"detail", {{"field", sweep_field::workload}}}}}};
  const Json dots{{"mark", {{"type", "point"}, {"filled", true}, {"size", 40}, {"opacity", 0.55}}}};
  const Json front{{"transform", on_front},
                   {"mark", {{"type", "point"}, {"filled", true}, {"size", 110}, {"opacity", 1}}}};
  return Json::array({line, dots, front});
}

}  // namespace

bool has_figure(const SweepView& view, const SweepMeasure& measure) {
  return std::any_of(view.sweep->rows.begin(), view.sweep->rows.end(), [&](const auto& row) {
    return row.record.result && measure.of(row.record).value_or(0) > 0;
  });
}

HtmlChart pareto_chart(const SweepView& view) {
  const auto& across = time_measures().front();
  const auto ups = measure_choice(view, cost_measures(), "Up", "y", 2);
  auto spec = wide_chart(420);
  spec["params"] = Json::array({{{"name", "workload"}, {"value", view.workloads.back().label}},
                                {{"name", "across"}, {"value", across.name}},
                                {{"name", "up"}, {"value", ""}}});
  spec["data"] = {{"name", sweep_field::grid}};
  spec["transform"] = Json::array(
      {{{"filter", fmt::format("(workload === '{}' ? isValid(datum.workload) : datum.workload === "
                               "workload) && datum[across] > 0 && datum[up] > 0",
                               all_workloads)}}});
  spec["encoding"] = {{"x", log_axis(across.name.c_str(), across.title.c_str())},
                      {"y", log_axis("", "")},
                      {"color", Json::object()},
                      {"tooltip", sweep_tips(view)}};
  spec["layer"] = layers();
  const auto choices = {workload_choice(view),
                        measure_choice(view, time_measures(), "Across", "x", 1), ups,
                        colour_choice(view)};
  for (const auto& choice : choices) {
    if (choice.options.empty()) continue;
    for (const auto& [pointer, value] : choice.options.front().set.items()) {
      spec[Json::json_pointer(pointer)] = value;
    }
    add_choice(spec, choice);
  }
  return {"What a point costs, over the time it takes",
          "A mark is a point, a large one on the front: no other point of its workload is as good "
          "in both. Lines join a workload's front. Both axes are logarithmic; points without a "
          "figure, or of none, are left out.",
          std::move(spec)};
}

}  // namespace attnsim::report
