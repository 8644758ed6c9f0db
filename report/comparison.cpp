#include "report/comparison.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>

#include "report/human.h"

namespace attnsim::report {
namespace {

using Runs = std::vector<RunRecord>;
using Rows = std::vector<ComparisonRow>;
using Cell = ComparisonRow::Cell;

/// A row: its name and what each run shows in it.
void add_row(Rows& table, const std::string& name, const Runs& runs,
             const std::function<Cell(const RunRecord&)>& cell) {
  ComparisonRow row{name, {}};
  for (const auto& run : runs) row.cells.push_back(cell(run));
  table.push_back(std::move(row));
}

Cell none() { return {"-"}; }

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

void add_inputs(Rows& table, const Runs& runs) {
  add_row(table, "architecture", runs, [](const RunRecord& run) { return Cell{run.arch}; });
  add_row(table, "mapping", runs, [](const RunRecord& run) { return Cell{run.mapping}; });
  add_row(table, "cascade", runs, [](const RunRecord& run) { return Cell{run.cascade}; });
  add_row(table, "model", runs,
          [](const RunRecord& run) { return run.model.empty() ? none() : Cell{run.model}; });
  std::map<std::string, std::int64_t> ranks;
  for (const auto& run : runs) ranks.insert(run.shapes.begin(), run.shapes.end());
  for (const auto& name : keys(ranks)) {
    const auto shape_of = [&](const RunRecord& run) {
      const auto shape = run.shapes.find(name);
      return shape == run.shapes.end() ? "-" : fmt::format("{}", shape->second);
    };
    const auto first = shape_of(runs.front());
    const bool apart = std::any_of(runs.begin(), runs.end(),
                                   [&](const RunRecord& run) { return shape_of(run) != first; });
    if (!apart) continue;
    add_row(table, "shape of " + name, runs,
            [&](const RunRecord& run) { return Cell{shape_of(run)}; });
  }
}

void add_time(Rows& table, const Runs& runs) {
  add_row(table, "cycles", runs, [](const RunRecord& run) {
    return Cell{grouped(run.result.cycles), static_cast<double>(run.result.cycles)};
  });
  add_row(table, "time", runs, [](const RunRecord& run) {
    return Cell{human_seconds(run.result.seconds), run.result.seconds};
  });
  const auto first = runs.front().result.seconds;
  add_row(table, "speedup over " + runs.front().label, runs, [first](const RunRecord& run) {
    if (run.result.seconds == 0) return none();
    return Cell{factor(first / run.result.seconds), first / run.result.seconds};
  });
  add_row(table, "bound by", runs, [](const RunRecord& run) { return Cell{run.result.bound_by}; });
  add_row(table, "bound, of the cycles", runs, [](const RunRecord& run) {
    const auto bound = static_cast<double>(run.result.bound_cycles);
    const auto cycles = static_cast<double>(run.result.cycles);
    return Cell{share(bound, cycles), cycles == 0 ? 0 : bound / cycles};
  });
}

void add_utilization(Rows& table, const Runs& runs) {
  table.push_back({"utilization", {}});
  for (const auto& name : union_of(runs, unit_names)) {
    add_row(table, "  " + name, runs, [&](const RunRecord& run) -> Cell {
      const auto& units = run.result.units;
      const auto unit = std::find_if(units.begin(), units.end(),
                                     [&](const sim::UnitUse& use) { return use.name == name; });
      if (unit == units.end()) return none();
      return {percent(unit->utilization), unit->utilization};
    });
  }
}

void add_traffic(Rows& table, const Runs& runs) {
  table.push_back({"traffic", {}});
  const auto memories =
      union_of(runs, [](const sim::SimResult& result) { return keys(result.traffic); });
  for (const auto& name : memories) {
    const auto row = [&](const char* verb, std::int64_t sim::Traffic::*bytes) {
      add_row(table, "  " + name + " " + verb, runs, [&](const RunRecord& run) -> Cell {
        const auto traffic = run.result.traffic.find(name);
        if (traffic == run.result.traffic.end()) return none();
        return {human_bytes(traffic->second.*bytes), static_cast<double>(traffic->second.*bytes)};
      });
    };
    row("read", &sim::Traffic::read);
    row("written", &sim::Traffic::write);
  }
}

void add_energy(Rows& table, const Runs& runs) {
  add_row(table, "energy", runs, [](const RunRecord& run) {
    return Cell{human_energy(run.result.energy_pj), run.result.energy_pj};
  });
  const auto components =
      union_of(runs, [](const sim::SimResult& result) { return keys(result.energy_pj_by); });
  for (const auto& name : components) {
    add_row(table, "  " + name, runs, [&](const RunRecord& run) -> Cell {
      const auto energy = run.result.energy_pj_by.find(name);
      if (energy == run.result.energy_pj_by.end()) return none();
      return {human_energy(energy->second), energy->second};
    });
  }
}

}  // namespace

std::vector<ComparisonRow> comparison_of(const Runs& runs) {
  Rows table;
  add_inputs(table, runs);
  add_time(table, runs);
  add_utilization(table, runs);
  add_traffic(table, runs);
  add_energy(table, runs);
  return table;
}

std::vector<ComparisonRow> einsum_comparison(const Runs& runs) {
  const auto title = [](const sim::EinsumUse& use) { return use.unit + ": " + use.name; };
  Rows table{{"utilization by Einsum", {}}};
  const auto names = union_of(runs, [&](const sim::SimResult& result) {
    std::vector<std::string> titles;
    for (const auto& use : result.einsums) titles.push_back(title(use));
    return titles;
  });
  for (const auto& name : names) {
    add_row(table, "  " + name, runs, [&](const RunRecord& run) -> Cell {
      const auto& uses = run.result.einsums;
      const auto use = std::find_if(uses.begin(), uses.end(),
                                    [&](const auto& other) { return title(other) == name; });
      if (use == uses.end()) return none();
      return {percent(use->utilization), use->utilization};
    });
  }
  return table;
}

bool differs(const ComparisonRow& row) {
  constexpr double negligible = 0.01;
  return std::any_of(row.cells.begin(), row.cells.end(), [&](const Cell& cell) {
    const auto& first = row.cells.front();
    if (!cell.value || !first.value) return cell.text != first.text;
    return std::fabs(*cell.value - *first.value) > negligible * std::fabs(*first.value);
  });
}

}  // namespace attnsim::report
