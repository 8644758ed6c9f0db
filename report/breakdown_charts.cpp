#include "report/breakdown_charts.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <iterator>

#include "report/chart_parts.h"
#include "report/human.h"

namespace attnsim::report {
namespace {

using Rows = std::vector<BreakdownRow>;

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::vector<std::string> names_in(const Rows& rows, std::string BreakdownRow::*name) {
  std::vector<std::string> names;
  for (const auto& row : rows) add_once(names, row.*name);
  return names;
}

std::vector<std::string> names_in(const Json& values, const char* field) {
  std::vector<std::string> names;
  for (const auto& value : values) add_once(names, value[field]);
  return names;
}

/// What a value needs to be found, sorted and hovered over.
Json value_of(const Rows& rows, std::size_t at) {
  return {{"row", rows[at].label},
          {"order", at},
          {"workload", rows[at].workload},
          {"set", rows[at].set}};
}

constexpr int labels_limit = 260;
constexpr int labels_width = labels_limit + 30;  // with what stands around them

Json row_axis() {
  return {
      {"field", "row"},
      {"type", "nominal"},
      {"sort", {{"field", "order"}, {"op", "min"}}},
      {"title", nullptr},
      {"axis",
       {{"labelLimit", labels_limit}, {"ticks", false}, {"domain", false}, {"labelPadding", 6}}}};
}

Json amount(const char* field, const char* title, const char* format) {
  return {{"field", field},
          {"type", "quantitative"},
          {"title", title},
          {"axis", {{"format", format}, {"tickCount", 5}}}};
}

Json name_colour(const Json& values, const char* field) {
  return {{"field", field},
          {"type", "nominal"},
          {"scale", name_scale(names_in(values, field))},
          {"legend", {{"title", nullptr}}}};
}

Json bars(Json encoding) {
  return {{"height", {{"step", 22}}},
          {"mark", {{"type", "bar"}, {"tooltip", true}}},
          {"encoding", std::move(encoding)}};
}

/// A panel for each value of a field, side by side where there is room.
Json panels(const Json& values, const char* field, Json spec) {
  constexpr int width = 300;
  constexpr int with_labels = 560;
  spec["width"] = width;
  return {{"usermeta", {{"panel_width", with_labels}, {"legend_columns", 6}}},
          {"columns", 2},
          {"facet",
           {{"field", field},
            {"type", "nominal"},
            {"sort", names_in(values, field)},
            {"title", nullptr},
            {"header", {{"labelAnchor", "start"}}}}},
          {"spacing", {{"column", 20}, {"row", 26}}},
          {"spec", std::move(spec)}};
}

HtmlChart finished(const Rows& rows, std::string title, std::string note, Json spec, Json values) {
  spec["data"] = {{"values", std::move(values)}};
  add_row_choices(spec, names_in(rows, &BreakdownRow::workload),
                  names_in(rows, &BreakdownRow::set));
  return {std::move(title), std::move(note), std::move(spec)};
}

Json utilization_values(const Rows& rows) {
  auto values = Json::array();
  for (std::size_t at = 0; at < rows.size(); ++at) {
    for (const auto& einsum : rows[at].result->einsums) {
      auto value = value_of(rows, at);
      value["unit"] = einsum.unit;
      value["einsum"] = einsum.name;
      value["utilization"] = drawn(einsum.utilization);
      value["busy"] = grouped(einsum.busy_cycles);
      values.push_back(std::move(value));
    }
  }
  return values;
}

void add_utilization(std::vector<HtmlChart>& charts, const Rows& rows) {
  auto values = utilization_values(rows);
  if (values.empty()) return;
  auto x = amount("utilization", "utilization", "~%");
  x["scale"] = {{"domain", {0, 1}}};
  auto spec = panels(values, "unit",
                     bars({{"y", row_axis()},
                           {"x", std::move(x)},
                           {"color", name_colour(values, "einsum")},
                           {"order", {{"field", "einsum"}}},
                           {"tooltip", Json::array({tip("row", "point"),
                                                    tip("unit", "unit"),
                                                    tip("einsum", "Einsum"),
                                                    {{"field", "utilization"},
                                                     {"title", "utilization"},
                                                     {"type", "quantitative"},
                                                     {"format", ".2%"}},
                                                    tip("busy", "busy cycles")})}}));
  charts.push_back(finished(rows, "Utilization by unit and Einsum",
                            "Useful work over what the unit could do in the whole time.",
                            std::move(spec), std::move(values)));
}

Json energy_values(const Rows& rows) {
  constexpr double joules = 1e-12;  // in a picojoule
  auto values = Json::array();
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const auto& result = *rows[at].result;
    for (const auto& [component, energy] : result.energy_pj_by) {
      if (energy <= 0) continue;
      auto value = value_of(rows, at);
      value["component"] = component;
      value["energy"] = drawn(energy * joules);
      value["energy_text"] = human_energy(energy);
      value["share"] = share(energy, result.energy_pj);
      values.push_back(std::move(value));
    }
  }
  return values;
}

void add_energy(std::vector<HtmlChart>& charts, const Rows& rows) {
  auto values = energy_values(rows);
  if (values.empty()) return;
  auto spec = bars({{"y", row_axis()},
                    {"x", amount("energy", "energy (J)", "~s")},
                    {"color", name_colour(values, "component")},
                    {"tooltip", Json::array({tip("row", "point"), tip("component", "component"),
                                             tip("energy_text", "energy"),
                                             tip("share", "of the point's energy")})}});
  spec["usermeta"] = {{"legend_columns", 6}, {"beside", labels_width}};
  const auto shown = [](const char* title, const char* stack, const char* axis,
                        const char* format) {
    return ChartChoice::Option{title,
                               {{"/encoding/x/stack", stack},
                                {"/encoding/x/title", axis},
                                {"/encoding/x/axis/format", format}}};
  };
  add_choice(spec, {"Energy",
                    {shown("in joules", "zero", "energy (J)", "~s"),
                     shown("as shares", "normalize", "share of the point's energy", "~%")}});
  charts.push_back(finished(rows, "Energy by component", "", std::move(spec), std::move(values)));
}

Json traffic_values(const Rows& rows) {
  auto values = Json::array();
  for (std::size_t at = 0; at < rows.size(); ++at) {
    for (const auto& [memory, traffic] : rows[at].result->traffic) {
      for (const auto& [direction, bytes] :
           {std::pair{"read", traffic.read}, {"written", traffic.write}}) {
        if (bytes == 0) continue;
        auto value = value_of(rows, at);
        value["memory"] = memory;
        value["direction"] = direction;
        value["bytes"] = bytes;
        value["bytes_text"] = human_bytes(bytes);
        values.push_back(std::move(value));
      }
    }
  }
  return values;
}

void add_traffic(std::vector<HtmlChart>& charts, const Rows& rows) {
  auto values = traffic_values(rows);
  if (values.empty()) return;
  auto spec = panels(values, "memory",
                     bars({{"y", row_axis()},
                           {"x", amount("bytes", "bytes", "~s")},
                           {"color", name_colour(values, "direction")},
                           {"tooltip", Json::array({tip("row", "point"), tip("memory", "memory"),
                                                    tip("direction", "direction"),
                                                    tip("bytes_text", "bytes")})}}));
  spec["resolve"] = {{"scale", {{"x", "independent"}}}};
  charts.push_back(finished(rows, "Traffic by memory", "Each memory has a scale of its own.",
                            std::move(spec), std::move(values)));
}

}  // namespace

void add_row_choices(Json& spec, const std::vector<std::string>& workloads,
                     const std::vector<std::string>& sets) {
  spec["params"] = Json::array({{{"name", "workload"}, {"value", workloads.back()}},
                                {{"name", "chosen_set"}, {"value", sets.front()}}});
  spec["transform"] =
      Json::array({{{"filter", "datum.workload === workload && datum.set === chosen_set"}}});
  ChartChoice workload{"Workload", {}};
  std::transform(workloads.rbegin(), workloads.rend(), std::back_inserter(workload.options),
                 [](const auto& name) {
                   return ChartChoice::Option{name, {{"/params/0/value", name}}};
                 });
  add_choice(spec, workload);
  ChartChoice set{"Points", {}};
  for (const auto& name : sets) set.options.push_back({name, {{"/params/1/value", name}}});
  add_choice(spec, set);
}

std::vector<HtmlChart> breakdown_charts(const Rows& rows) {
  std::vector<HtmlChart> charts;
  add_utilization(charts, rows);
  add_energy(charts, rows);
  add_traffic(charts, rows);
  return charts;
}

}  // namespace attnsim::report
