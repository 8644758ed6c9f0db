#include "report/comparison_table.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <ostream>
#include <string>

#include "report/human.h"
#include "report/table.h"

namespace attnsim::report {
namespace {

using Runs = std::vector<RunRecord>;

/// A row: its name and what each run shows in it.
void add_row(Table& table, const std::string& name, const Runs& runs,
             const std::function<std::string(const RunRecord&)>& cell) {
  std::vector<std::string> cells{name};
  for (const auto& run : runs) cells.push_back(cell(run));
  table.add(std::move(cells));
}

/// The names that any run has, those of the first run first.
template <class Names>
std::vector<std::string> union_of(const Runs& runs, Names names_of_run) {
  std::vector<std::string> names;
  for (const auto& run : runs) {
    for (const auto& name : names_of_run(run.result)) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

std::vector<std::string> unit_names(const sim::SimResult& result) {
  std::vector<std::string> names;
  names.reserve(result.units.size());
  for (const auto& unit : result.units) names.push_back(unit.name);
  return names;
}

template <class Map>
std::vector<std::string> keys(const Map& map) {
  std::vector<std::string> names;
  for (const auto& [name, value] : map) names.push_back(name);
  return names;
}

void add_inputs(Table& table, const Runs& runs) {
  add_row(table, "architecture", runs, [](const RunRecord& run) { return run.arch; });
  add_row(table, "mapping", runs, [](const RunRecord& run) { return run.mapping; });
  add_row(table, "cascade", runs, [](const RunRecord& run) { return run.cascade; });
  add_row(table, "model", runs,
          [](const RunRecord& run) { return run.model.empty() ? "-" : run.model; });
  std::map<std::string, std::int64_t> ranks;
  for (const auto& run : runs) ranks.insert(run.shapes.begin(), run.shapes.end());
  for (const auto& name : keys(ranks)) {
    const auto shape_of = [&](const RunRecord& run) {
      const auto shape = run.shapes.find(name);
      return shape == run.shapes.end() ? "-" : fmt::format("{}", shape->second);
    };
    const auto first = shape_of(runs.front());
    const bool differs = std::any_of(runs.begin(), runs.end(),
                                     [&](const RunRecord& run) { return shape_of(run) != first; });
    if (differs) add_row(table, "shape of " + name, runs, shape_of);
  }
}

void add_time(Table& table, const Runs& runs) {
  add_row(table, "cycles", runs, [](const RunRecord& run) { return grouped(run.result.cycles); });
  add_row(table, "time", runs,
          [](const RunRecord& run) { return human_seconds(run.result.seconds); });
  const auto first = runs.front().result.seconds;
  add_row(table, "speedup over " + runs.front().label, runs, [first](const RunRecord& run) {
    return run.result.seconds == 0 ? "-" : factor(first / run.result.seconds);
  });
  add_row(table, "bound by", runs, [](const RunRecord& run) { return run.result.bound_by; });
  add_row(table, "bound, of the cycles", runs, [](const RunRecord& run) {
    return share(static_cast<double>(run.result.bound_cycles),
                 static_cast<double>(run.result.cycles));
  });
}

void add_utilization(Table& table, const Runs& runs) {
  table.add_heading("utilization");
  for (const auto& name : union_of(runs, unit_names)) {
    add_row(table, "  " + name, runs, [&](const RunRecord& run) -> std::string {
      const auto& units = run.result.units;
      const auto unit = std::find_if(units.begin(), units.end(),
                                     [&](const sim::UnitUse& use) { return use.name == name; });
      return unit == units.end() ? "-" : percent(unit->utilization);
    });
  }
}

void add_traffic(Table& table, const Runs& runs) {
  table.add_heading("traffic");
  const auto memories =
      union_of(runs, [](const sim::SimResult& result) { return keys(result.traffic); });
  for (const auto& name : memories) {
    const auto row = [&](const char* verb, std::int64_t sim::Traffic::*bytes) {
      add_row(table, "  " + name + " " + verb, runs, [&](const RunRecord& run) -> std::string {
        const auto traffic = run.result.traffic.find(name);
        return traffic == run.result.traffic.end() ? "-" : human_bytes(traffic->second.*bytes);
      });
    };
    row("read", &sim::Traffic::read);
    row("written", &sim::Traffic::write);
  }
}

void add_energy(Table& table, const Runs& runs) {
  add_row(table, "energy", runs,
          [](const RunRecord& run) { return human_energy(run.result.energy_pj); });
  const auto components =
      union_of(runs, [](const sim::SimResult& result) { return keys(result.energy_pj_by); });
  for (const auto& name : components) {
    add_row(table, "  " + name, runs, [&](const RunRecord& run) -> std::string {
      const auto energy = run.result.energy_pj_by.find(name);
      return energy == run.result.energy_pj_by.end() ? "-" : human_energy(energy->second);
    });
  }
}

}  // namespace

void print_comparison(std::ostream& out, const Runs& runs) {
  std::vector<Column> columns{{"", Align::left}};
  for (const auto& run : runs) columns.push_back({run.label, Align::right});
  Table table(std::move(columns));
  add_inputs(table, runs);
  add_time(table, runs);
  add_utilization(table, runs);
  add_traffic(table, runs);
  add_energy(table, runs);
  table.print(out);
}

}  // namespace attnsim::report
