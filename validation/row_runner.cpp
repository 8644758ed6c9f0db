#include "validation/row_runner.h"

#include <chrono>
#include <utility>

#include "base/error.h"
#include "explore/inputs.h"
#include "mappings/problem.h"
#include "sim/result.h"
#include "workloads/model.h"

namespace attnsim::validation {
namespace {

explore::Point point_of(const RowKey& key, const RunRule& rule) {
  return {rule.architecture, rule.mapping, "", key.model, key.sequence_length, "", rule.sets};
}

/// What makes the row on a command line.
std::string command_of(const explore::Point& point) {
  auto command = "attnsim simulate --arch " + point.arch + " --mapping " + point.mapping +
                 " --model " + point.model + " --seq " + point.seq;
  for (const auto& set : point.sets) command += " --set \"" + set + '"';
  return command;
}

/// Of the first component of a kind: a study's machines have one array and one vector.
template <class Spec>
std::optional<double> utilization(const arch::Architecture& architecture,
                                  const sim::SimResult& result) {
  for (const auto& component : architecture.components) {
    if (!std::holds_alternative<Spec>(component)) continue;
    for (const auto& unit : result.units) {
      if (unit.name == arch::name_of(component)) return unit.utilization;
    }
    return 0;
  }
  return std::nullopt;
}

/// Of the first array and the registers in it; nothing where one of them has no area.
std::optional<double> array_area(const arch::Architecture& architecture,
                                 const sim::SimResult& result) {
  std::string array;
  double sum = 0;
  for (const auto& component : architecture.components) {
    const auto* memory = std::get_if<arch::MemorySpec>(&component);
    const auto& name = arch::name_of(component);
    if (array.empty() && std::holds_alternative<arch::ArraySpec>(component)) array = name;
    const bool inside = memory != nullptr ? memory->unit == array : name == array;
    if (array.empty() || !inside) continue;
    const auto area = result.area_um2_by.find(name);
    if (area == result.area_um2_by.end()) return std::nullopt;
    sum += area->second;
  }
  if (array.empty()) return std::nullopt;
  return sum;
}

Figures figures_of(const arch::Architecture& architecture, const sim::SimResult& result) {
  Figures figures;
  figures.latency_s = result.seconds;
  figures.utilization_2d = utilization<arch::ArraySpec>(architecture, result);
  figures.utilization_1d = utilization<arch::VectorSpec>(architecture, result);
  const auto& traffic = result.traffic.at(mappings::backing_memory(architecture).name);
  figures.traffic_bytes = static_cast<double>(traffic.read) + static_cast<double>(traffic.write);
  figures.energy_pj = result.energy_pj;
  figures.area_um2 = result.area_um2;
  figures.array_area_um2 = array_area(architecture, result);
  for (const auto& einsum : result.einsums) {
    if (architecture.find_array(einsum.unit) == nullptr) continue;
    figures.einsum_utilization[einsum.name] = einsum.utilization;
  }
  return figures;
}

std::vector<double> energies_of(const arch::Architecture& architecture,
                                const sim::SimResult& result, RecountRules rules,
                                const std::vector<CountingRule>& study_rules) {
  std::vector<double> energies{recounted_energy(architecture, result, rules)};
  for (const auto& rule : study_rules) {
    rules = without(rules, rule.name);
    energies.push_back(recounted_energy(architecture, result, rules));
  }
  return energies;
}

}  // namespace

ComparedRow run_row(const PublishedRow& published, const RunRule& rule, const RecountRules& rules,
                    const std::vector<CountingRule>& study_rules,
                    const explore::ExecutorOptions& executor) {
  ComparedRow row;
  row.key = published.key;
  row.published = published.figures;
  const auto start = std::chrono::steady_clock::now();
  const auto point = point_of(published.key, rule);
  row.command = command_of(point);
  try {
    const auto inputs = explore::load_inputs(point);
    const auto lowered = explore::lower(inputs);
    const auto result =
        sim::summarize(inputs.architecture, lowered, explore::execute(lowered.schedule, executor));
    row.ours = figures_of(inputs.architecture, result);
    row.cycles = result.cycles;
    row.bound_cycles = result.bound_cycles;
    row.bound_by = result.bound_by;
    const auto length = workloads::parse_sequence_length(published.key.sequence_length);
    row.energy_steps_pj = energies_of(inputs.architecture, result,
                                      rules_for(rules, length, inputs.shapes), study_rules);
    row.recounted_energy_pj = row.energy_steps_pj.front();
  } catch (const InputError& error) {  // names the file that is wrong; say also which run wants it
    throw InputError(rule.place, error.what());
  } catch (const InfeasibleError& error) {
    row.failure = error.what();
  }
  row.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return row;
}

}  // namespace attnsim::validation
