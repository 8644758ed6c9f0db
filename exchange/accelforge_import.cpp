#include "base/error.h"
#include "exchange/accelforge.h"
#include "exchange/sections.h"

namespace attnsim::exchange {

Imported import_accelforge(const std::vector<SourceFile>& files) {
  Imported imported;
  Sections sections(files, imported.losses);
  const auto* const workload = sections.find("workload");
  const auto* const arch = sections.find("arch");
  sections.lose("renames", "names for the constraints of an architecture", imported.losses);
  sections.lose("mapping", "attnsim reads AccelForge's workloads and architectures",
                imported.losses);
  for (const char* name : {"mapper", "config", "variables", "constraints", "component_models"}) {
    sections.lose(name, "it steers AccelForge", imported.losses);
  }
  sections.reject_unread();
  if (workload == nullptr && arch == nullptr) {
    throw InputError(sections.place(), "holds neither a 'workload' nor an 'arch'");
  }
  std::optional<std::uint64_t> word;
  if (workload != nullptr) {
    auto read = read_accelforge_workload(*workload, stem_of(workload->place.file), imported.losses);
    imported.cascade = std::move(read.cascade);
    imported.shapes = std::move(read.shapes);
    word = read.word;
  }
  if (arch != nullptr) {
    const auto machine = read_accelforge_machine(*arch, word, imported.losses);
    imported.architecture = to_architecture(machine, imported.losses);
  }
  return imported;
}

}  // namespace attnsim::exchange
