#include "report/simulation_table.h"

#include <fmt/format.h>
#include <ostream>

#include "base/did_you_mean.h"
#include "report/human.h"
#include "report/table.h"

namespace attnsim::report {
namespace {

std::string bound_text(const sim::SimResult& result) {
  return fmt::format(
      "{} ({} of the cycles), the occupancy of {}", grouped(result.bound_cycles),
      share(static_cast<double>(result.bound_cycles), static_cast<double>(result.cycles)),
      result.bound_by);
}

/// What no other mapping of the cascade on this machine can go below.
std::string algorithm_text(const RunRecord& run) {
  return fmt::format(
      "{} ({} of the cycles), {}", grouped(run.algorithm.cycles),
      share(static_cast<double>(run.algorithm.cycles), static_cast<double>(run.result.cycles)),
      run.algorithm.by);
}

std::string effort_text(const sim::SimResult& result) {
  return fmt::format(
      "{} operations one by one, {}", grouped(result.simulated_ops),
      result.skipped ? "the rest skipped exactly (steady state)" : "nothing skipped");
}

/// Empty where the architecture says nothing of areas.
std::string area_text(const sim::SimResult& result) {
  if (result.area_um2) return human_area(*result.area_um2);
  if (result.area_missing.empty()) return "";
  return fmt::format("unknown: none given for {}", join(result.area_missing));
}

void print_head(std::ostream& out, const RunRecord& run) {
  Table table({{"", Align::left}, {"", Align::left}});
  table.add({"cascade", run.cascade});
  table.add({"mapping", run.mapping});
  table.add({"architecture", run.arch});
  if (!run.model.empty()) table.add({"model", run.model});
  table.add({"shapes", shapes_text(run.shapes)});
  table.add({"cycles", grouped(run.result.cycles)});
  table.add({"time", fmt::format("{} at {}", human_seconds(run.result.seconds),
                                 human_hertz(run.clock_hz))});
  table.add({"lower bound", bound_text(run.result)});
  if (run.algorithm.cycles > 0) table.add({"of any mapping", algorithm_text(run)});
  table.add({"energy", human_energy(run.result.energy_pj)});
  if (const auto area = area_text(run.result); !area.empty()) table.add({"area", area});
  table.add({"simulated", effort_text(run.result)});
  table.print(out);
}

void print_units(std::ostream& out, const sim::SimResult& result) {
  Table table({{"unit", Align::left}, {"busy cycles"}, {"busy"}, {"utilization"}});
  for (const auto& unit : result.units) {
    table.add({unit.name, grouped(unit.busy_cycles),
               share(unit.busy_cycles, static_cast<double>(result.cycles)),
               percent(unit.utilization)});
  }
  out << '\n';
  table.print(out);
}

void print_einsums(std::ostream& out, const sim::SimResult& result) {
  Table table({{"Einsum", Align::left}, {"on", Align::left}, {"busy cycles"}, {"of all cycles"}});
  for (const auto& einsum : result.einsums) {
    table.add({einsum.name, einsum.unit, grouped(einsum.busy_cycles),
               share(static_cast<double>(einsum.busy_cycles), static_cast<double>(result.cycles))});
  }
  out << '\n';
  table.print(out);
}

void print_traffic(std::ostream& out, const sim::SimResult& result) {
  Table table({{"memory", Align::left}, {"read"}, {"written"}});
  for (const auto& [memory, traffic] : result.traffic) {
    table.add({memory, human_bytes(traffic.read), human_bytes(traffic.write)});
  }
  out << '\n';
  table.print(out);
}

void print_energy(std::ostream& out, const sim::SimResult& result) {
  Table table({{"component", Align::left}, {"energy"}, {"of all energy"}});
  for (const auto& [component, energy] : result.energy_pj_by) {
    table.add({component, human_energy(energy), share(energy, result.energy_pj)});
  }
  out << '\n';
  table.print(out);
}

}  // namespace

std::string shapes_text(const std::map<std::string, std::int64_t>& shapes) {
  std::string text;
  for (const auto& [rank, shape] : shapes) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", rank, shape);
  }
  return text;
}

void print_simulation(std::ostream& out, const RunRecord& run) {
  print_head(out, run);
  print_units(out, run.result);
  print_einsums(out, run.result);
  print_traffic(out, run.result);
  print_energy(out, run.result);
}

}  // namespace attnsim::report
