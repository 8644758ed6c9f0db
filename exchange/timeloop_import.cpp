#include <map>

#include "base/error.h"
#include "exchange/arithmetic.h"
#include "exchange/sections.h"
#include "exchange/timeloop.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

constexpr const char* steers_mapper = "it steers Timeloop's mapper";

void lose_others(Sections& sections, Losses& losses) {
  for (const char* name :
       {"mapper", "mapspace", "mapspace_constraints", "constraints", "architecture_constraints"}) {
    sections.lose(name, steers_mapper, losses);
  }
  for (const char* name : {"components", "compound_components"}) {
    sections.lose(name, "classes of Accelergy: their figures come in with ERT and ART", losses);
  }
  sections.lose("globals", "settings of Timeloop's front end", losses);
  sections.lose("sparse_optimizations", "attnsim's tensors are dense", losses);
}

/// The names of `variables:` and their values, texts both.
using Variables = std::map<std::string, std::string>;

Variables variables_of(const Yaml* section) {
  Variables variables;
  if (section == nullptr) return variables;
  for (const auto& entry : entries_of(*section, "'variables'")) {
    if (entry.value.is_scalar()) variables[entry.key] = entry.value.text;
  }
  return variables;
}

/// Values of attributes that are the name of a variable; names and classes are none.
void fill_in(const Variables& variables, Yaml& yaml) {
  for (auto& item : yaml.items) fill_in(variables, item);
  for (auto& entry : yaml.entries) {
    const auto found = variables.find(entry.value.text);
    const bool named = entry.key == "name" || entry.key == "class" || entry.key == "subclass";
    if (entry.value.is_scalar() && !named && found != variables.end()) {
      entry.value.text = found->second;
    }
    fill_in(variables, entry.value);
  }
}

/// What every component gets of them, unless it says otherwise.
void fill_in(const Variables& variables, const Place& place, Machine& machine) {
  const auto technology = variables.find("technology");
  if (machine.technology.empty() && technology != variables.end() && technology->second != "-1") {
    machine.technology = technology->second;
  }
  const auto cycle = variables.find("global_cycle_seconds");
  if (machine.hertz || cycle == variables.end()) return;
  const auto seconds = number_of(cycle->second);
  if (!seconds || !(*seconds > 1e-15) || *seconds > 1) {
    throw InputError(place,
                     "'global_cycle_seconds' must be the time of a cycle in seconds, as in 1e-9");
  }
  machine.hertz = inverse(*seconds);
}

}  // namespace

Imported import_timeloop(const std::vector<SourceFile>& files) {
  Imported imported;
  Sections sections(files, imported.losses);
  const auto* const problem = sections.find("problem");
  const auto* const architecture = sections.find("architecture");
  const auto* const mapping = sections.find("mapping");
  const auto* const energies = sections.find("ERT");
  const auto* const areas = sections.find("ART");
  const auto* const variables = sections.find("variables");
  static_cast<void>(sections.find("dumped_by_timeloop_front_end"));
  lose_others(sections, imported.losses);
  sections.reject_unread();
  if (problem == nullptr && architecture == nullptr) {
    throw InputError(sections.place(), "holds neither a 'problem' nor an 'architecture'");
  }
  std::optional<TimeloopProblem> read_problem;
  std::optional<TimeloopMachine> machine;
  if (problem != nullptr) {
    read_problem = read_timeloop_problem(*problem, stem_of(problem->place.file), imported.losses);
    imported.cascade = read_problem->cascade;
    imported.shapes = read_problem->shapes;
  }
  if (architecture != nullptr) {
    const auto values = variables_of(variables);
    auto filled = *architecture;
    fill_in(values, filled);
    machine = read_timeloop_machine(filled, energies, areas, imported.losses);
    if (variables != nullptr) fill_in(values, variables->place, machine->machine);
    imported.architecture = to_architecture(machine->machine, imported.losses);
  }
  if (mapping == nullptr) return imported;
  if (!read_problem || !machine) {
    throw InputError(mapping->place, "a mapping needs its problem and its architecture beside it");
  }
  imported.mapping = read_timeloop_mapping(*mapping, *read_problem, *machine,
                                           *imported.architecture, imported.losses);
  return imported;
}

}  // namespace attnsim::exchange
