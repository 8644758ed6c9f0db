#include "base/error.h"
#include "exchange/sections.h"
#include "exchange/timeloop.h"

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
  for (const char* name : {"variables", "globals"}) {
    sections.lose(name, "values that stand elsewhere by name are not filled in", losses);
  }
  sections.lose("sparse_optimizations", "attnsim's tensors are dense", losses);
}

}  // namespace

Imported import_timeloop(const std::vector<SourceFile>& files) {
  Sections sections(files);
  Imported imported;
  const auto* const problem = sections.find("problem");
  const auto* const architecture = sections.find("architecture");
  const auto* const mapping = sections.find("mapping");
  const auto* const energies = sections.find("ERT");
  const auto* const areas = sections.find("ART");
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
    machine = read_timeloop_machine(*architecture, energies, areas, imported.losses);
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
