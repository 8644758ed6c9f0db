#include "report/sweep_grid.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>

#include "report/chart_parts.h"
#include "report/sweep_charts.h"

namespace attnsim::report {
namespace {

using Values = std::function<Json(std::size_t)>;

HtmlGridColumn column(const SweepView& view, const std::string& field, const std::string& title,
                      const Values& value_of) {
  HtmlGridColumn column;
  column.field = field;
  column.title = title;
  for (std::size_t i = 0; i < view.sweep->rows.size(); ++i) column.values.push_back(value_of(i));
  return column;
}

HtmlGridColumn axis_column(const SweepView& view, const std::string& field, const SweepAxis& axis) {
  constexpr std::size_t few = 12;
  auto made = column(view, field, axis.name, [&](std::size_t row) { return axis.values[row]; });
  const bool numbers = std::any_of(axis.numbers.begin(), axis.numbers.end(),
                                   [](const auto& number) { return number.has_value(); });
  if (numbers) {
    made.numbers = Json::array();
    for (const auto& number : axis.numbers) made.numbers.push_back(number ? Json(*number) : Json());
  }
  made.choice = !numbers && axis.levels.size() <= few;
  return made;
}

/// Null where the row failed.
Values of_result(const SweepView& view, const std::function<Json(const sim::SimResult&)>& figure) {
  return [&view, figure](std::size_t row) {
    const auto* result = view.result(row);
    return result == nullptr ? Json() : figure(*result);
  };
}

Values of_measure(const SweepView& view, const SweepMeasure& measure) {
  return [&view, &measure](std::size_t row) {
    if (view.result(row) == nullptr) return Json();
    const auto value = measure.of(view.row(row).record);
    return value ? Json(*value) : Json();  // exact: the table and its CSV have it
  };
}

/// "energy (J)" heads its column as "energy", unit "J".
void split_unit(HtmlGridColumn& column) {
  const auto open = column.title.find(" (");
  if (open == std::string::npos) return;
  column.unit = column.title.substr(open + 2, column.title.size() - open - 3);
  column.title.resize(open);
}

bool all_absent(const HtmlGridColumn& column) {
  return std::all_of(column.values.begin(), column.values.end(),
                     [](const Json& value) { return value.is_null(); });
}

void add_names(const SweepView& view, HtmlGrid& grid) {
  grid.columns.push_back(
      column(view, "position", "point", [&](std::size_t row) { return view.row(row).position; }));
  grid.columns.push_back(axis_column(view, sweep_field::configuration, view.configuration));
  if (view.cascade.varies()) grid.columns.push_back(axis_column(view, "cascade", view.cascade));
  auto workload = column(view, sweep_field::workload, "workload", [&](std::size_t row) {
    return view.workload[row] ? Json(view.workloads[*view.workload[row]].label) : Json();
  });
  workload.choice = true;
  grid.columns.push_back(std::move(workload));
  for (std::size_t i = 0; i < view.parameters.size(); ++i) {
    grid.columns.push_back(axis_column(view, parameter_field(i), view.parameters[i]));
  }
}

void add_figures(const SweepView& view, HtmlGrid& grid) {
  for (const auto* measures : {&time_measures(), &cost_measures()}) {
    for (const auto& measure : *measures) {
      auto made = column(view, measure.name, measure.title, of_measure(view, measure));
      split_unit(made);
      made.shown = !all_absent(made);
      grid.columns.push_back(std::move(made));
    }
  }
  auto bound = column(view, sweep_field::bound_by, "bound by",
                      of_result(view, [](const auto& result) { return result.bound_by; }));
  bound.choice = true;
  grid.columns.push_back(std::move(bound));
  auto busy = column(view, "busy", "bound busy", of_result(view, [](const sim::SimResult& result) {
                       if (result.cycles == 0) return Json();
                       return drawn(100 * static_cast<double>(result.bound_cycles) /
                                    static_cast<double>(result.cycles));
                     }));
  busy.unit = "%";
  grid.columns.push_back(std::move(busy));
}

void add_outcome(const SweepView& view, HtmlGrid& grid) {
  auto status = column(view, "status", "status", [&](std::size_t row) {
    return explore::name_of(view.row(row).record.status);
  });
  status.choice = true;
  status.expected = explore::name_of(explore::Status::ok);
  grid.columns.push_back(std::move(status));
  auto error = column(view, "error", "error", [&](std::size_t row) {
    const auto& text = view.row(row).record.error;
    return text.empty() ? Json() : Json(text);
  });
  error.shown = !all_absent(error);
  grid.columns.push_back(std::move(error));
}

void add_fronts(const SweepView& view, HtmlGrid& grid) {
  for (const auto& across : time_measures()) {
    for (const auto& up : cost_measures()) {
      std::vector<bool> on_front(view.sweep->rows.size());
      for (std::size_t i = 0; i < view.workloads.size(); ++i) {
        for (const auto row : front_of(view, i, across, up)) on_front[row] = true;
      }
      auto made = column(view, front_field(across, up), "",
                         [&](std::size_t row) { return Json(static_cast<int>(on_front[row])); });
      made.shown = false;
      grid.columns.push_back(std::move(made));
    }
  }
}

}  // namespace

std::string parameter_field(std::size_t parameter) { return fmt::format("p{}", parameter); }

std::string front_field(const SweepMeasure& across, const SweepMeasure& up) {
  return "front_" + across.name + "_" + up.name;
}

HtmlGrid sweep_grid(const SweepView& view) {
  HtmlGrid grid;
  grid.name = sweep_field::grid;
  grid.title = "All points";
  grid.note =
      "A click on a title sorts. Below the titles stand filters: >4, <=2.5, 16..64, =text, !=text "
      "or part of a text; a number may have its unit (>4K, <=16 MiB). Bound busy: the share of the "
      "time that the busiest unit is occupied.";
  grid.file = "points.csv";
  add_names(view, grid);
  add_figures(view, grid);
  add_outcome(view, grid);
  add_fronts(view, grid);
  return grid;
}

Json sweep_tips(const SweepView& view) {
  auto tips =
      Json::array({tip("position", "point"), tip(sweep_field::workload, "workload"),
                   tip(sweep_field::configuration, "configuration"), tip("cascade", "cascade")});
  if (!view.cascade.varies()) tips.erase(3);
  for (std::size_t i = 0; i < view.parameters.size(); ++i) {
    tips.push_back(tip(parameter_field(i).c_str(), view.parameters[i].name.c_str()));
  }
  const auto number = [](const std::string& field, const std::string& title, const char* format) {
    return Json{{"field", field}, {"title", title}, {"type", "quantitative"}, {"format", format}};
  };
  for (const auto& measure : time_measures()) {
    tips.push_back(number(measure.name, measure.title, measure.name == "cycles" ? ",d" : ".4~g"));
  }
  for (const auto& measure : cost_measures()) {
    if (has_figure(view, measure)) tips.push_back(number(measure.name, measure.title, ".4~s"));
  }
  tips.push_back(tip(sweep_field::bound_by, "bound by"));
  tips.push_back(number("busy", "bound busy (%)", ".4~g"));
  return tips;
}

}  // namespace attnsim::report
