#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "report/breakdown_charts.h"
#include "report/chart_parts.h"
#include "report/human.h"
#include "report/sweep_charts.h"

namespace attnsim::report {
namespace {

/// What is drawn, and how far it reaches.
struct Marks {
  Json points = Json::array();
  Json roofs = Json::array();
  std::vector<std::string> workloads;
  std::vector<std::string> sets;
};

void add_point(Marks& marks, const SweepView& view, const std::string& set, std::size_t row,
               const Roofline& machine) {
  const auto point = roofline_point(machine, *view.result(row));
  if (!point) return;
  const auto& workload = view.workloads[*view.workload[row]].label;
  const auto attainable = machine.attainable(point->operations_per_byte);
  marks.points.push_back({{"row", view.label(row)},
                          {"position", view.row(row).position},
                          {"workload", workload},
                          {"set", set},
                          {"configuration", view.configuration.values[row]},
                          {"intensity", drawn(point->operations_per_byte)},
                          {"rate", drawn(point->operations_per_second)},
                          {"share", share(point->operations_per_second, attainable)},
                          {"machine", machine.name}});
}

/// A roof for each different machine among the rows of a workload and set, from a byte's worth of
/// operations below all points to above all of them.
void add_roof(Marks& marks, const std::string& workload, const std::string& set,
              const Roofline& machine, double least, double most) {
  const auto name = fmt::format("{} {:.4g} {:.4g}", machine.name, machine.operations_per_second,
                                machine.bytes_per_second);
  for (const auto at : {least, machine.balance(), most}) {
    marks.roofs.push_back({{"workload", workload},
                           {"set", set},
                           {"machine", name},
                           {"intensity", drawn(at)},
                           {"rate", drawn(machine.attainable(at))}});
  }
}

using Machines = std::map<std::size_t, Roofline>;

void add_roofs(Marks& marks, const SweepView& view, const ChosenRows& chosen,
               const Machines& machines) {
  constexpr double margin = 2;
  double least = 0;
  double most = 0;
  const auto reach = [&](double at) {
    least = least == 0 ? at : std::min(least, at);
    most = std::max(most, at);
  };
  for (const auto& [row, machine] : machines) reach(machine.balance());
  for (const auto& point : marks.points) reach(point["intensity"].get<double>());
  std::set<std::tuple<std::string, std::string, double, double>> drawn_already;
  for (const auto row : chosen.rows) {
    const auto machine = machines.find(row);
    if (machine == machines.end()) continue;
    const auto& workload = view.workloads[*view.workload[row]].label;
    const auto& roof = machine->second;
    const auto key =
        std::tuple(workload, roof.name, roof.operations_per_second, roof.bytes_per_second);
    if (!drawn_already.insert(key).second) continue;
    add_roof(marks, workload, chosen.title, roof, least / margin, most * margin);
  }
}

Marks marks_of(const SweepView& view, const std::vector<ChosenRows>& chosen,
               const Machines& machines) {
  Marks marks;
  for (const auto& set : chosen) {
    for (const auto row : set.rows) {
      const auto machine = machines.find(row);
      if (machine != machines.end()) add_point(marks, view, set.title, row, machine->second);
    }
  }
  for (const auto& workload : view.workloads) marks.workloads.push_back(workload.label);
  for (const auto& set : chosen) {
    marks.sets.push_back(set.title);
    add_roofs(marks, view, set, machines);
  }
  return marks;
}

Json kept(Json values, const Json& transform) {
  return {{"data", {{"values", std::move(values)}}}, {"transform", transform}};
}

}  // namespace

std::optional<HtmlChart> sweep_roofline(const SweepView& view,
                                        const std::vector<ChosenRows>& chosen,
                                        const Machines& machines) {
  auto marks = marks_of(view, chosen, machines);
  if (marks.points.empty()) return std::nullopt;
  auto spec = wide_chart(380);
  add_row_choices(spec, marks.workloads, marks.sets);
  const auto transform = spec["transform"];
  spec.erase("transform");
  spec["encoding"] = {{"x", log_axis("intensity", "operations a byte")},
                      {"y", log_axis("rate", "operations a second")}};
  auto roofs = kept(std::move(marks.roofs), transform);
  roofs["mark"] = {{"type", "line"}, {"strokeWidth", 1.4}, {"opacity", 0.8}};
  roofs["encoding"] = {{"detail", {{"field", "machine"}}}};
  auto points = kept(std::move(marks.points), transform);
  points["mark"] = {{"type", "point"}, {"filled", true}, {"size", 80}, {"opacity", 0.85}};
  points["encoding"] = {
      {"color",
       {{"field", "configuration"},
        {"type", "nominal"},
        {"scale", name_scale(view.configuration.levels)},
        {"legend", view.configuration.varies() ? Json{{"title", nullptr}} : Json()}}},
      {"tooltip", Json::array({tip("position", "point"), tip("row", "configuration"),
                               tip("workload", "workload"), tip("intensity", "operations a byte"),
                               tip("rate", "operations a second"),
                               tip("share",
                                   "of what its "
                                   "machine could"),
                               tip("machine", "machine")})}};
  spec["layer"] = Json::array({std::move(roofs), std::move(points)});
  return HtmlChart{
      "Roofline",
      "Operations are those that the units did, multiply-accumulates counting two; bytes those of "
      "the memory that holds everything. Lines: what each machine could do at best.",
      std::move(spec)};
}

}  // namespace attnsim::report
