#include "base/error.h"
#include "exchange/leaf_path.h"
#include "exchange/timeloop_writing.h"

namespace attnsim::exchange {
namespace {

void require_loops(const Ours& ours) {
  if (ours.architecture != nullptr && ours.architecture->gpu) {
    throw InputError(ours.architecture->place, "a GPU has no levels of loops that Timeloop knows");
  }
  if (ours.mapping != nullptr && ours.mapping->kernel) {
    throw InputError(ours.mapping->place, "kernel launches are no loops that Timeloop knows");
  }
}

WrittenFile file_of(const std::string& name, const std::string& section, Yaml yaml) {
  Yaml root;
  root.add(section, std::move(yaml));
  return {name, to_text(root)};
}

class Writer {
 public:
  explicit Writer(const Ours& ours) : ours_(ours) {}

  Exported run() {
    if (ours_.mapping != nullptr) paths_ = leaf_paths(*ours_.mapping, exported_.losses);
    if (ours_.architecture != nullptr) write_machine();
    if (ours_.cascade != nullptr) {
      for (const auto& einsum : ours_.cascade->einsums) write_einsum(einsum);
    } else if (ours_.mapping != nullptr) {
      throw InputError(ours_.mapping->place, "a mapping needs its cascade (--cascade)");
    }
    return std::move(exported_);
  }

 private:
  void write_machine() {
    const auto unit = paths_.empty() ? std::string() : paths_.front().unit;
    machine_ = write_timeloop_machine(*ours_.architecture, unit, exported_.losses);
    exported_.files.push_back(file_of("architecture.yaml", "architecture", machine_.architecture));
    exported_.files.push_back(file_of("ERT.yaml", "ERT", machine_.energies));
    if (!machine_.areas.entries.empty()) {
      exported_.files.push_back(file_of("ART.yaml", "ART", machine_.areas));
    }
  }

  void write_einsum(const einsum::Einsum& einsum) {
    const bool alone = ours_.cascade->einsums.size() == 1;
    const auto name = alone ? ours_.cascade->name : einsum.name();
    const auto problem =
        write_timeloop_problem(*ours_.cascade, einsum, name, ours_.shapes, exported_.losses);
    if (!problem) return;
    exported_.files.push_back(file_of(name + ".problem.yaml", "problem", *problem));
    if (ours_.mapping == nullptr || ours_.architecture == nullptr) return;
    for (const auto& path : paths_) {
      if (path.einsum != einsum.name()) continue;
      const auto mapping = write_timeloop_mapping(path, *ours_.cascade, einsum, ours_.shapes,
                                                  *ours_.architecture, machine_, exported_.losses);
      if (mapping) exported_.files.push_back(file_of(name + ".mapping.yaml", "mapping", *mapping));
    }
  }

  const Ours& ours_;
  Exported exported_;
  std::vector<LeafPath> paths_;
  WrittenMachine machine_;
};

}  // namespace

Exported export_timeloop(const Ours& ours) {
  require_loops(ours);
  return Writer(ours).run();
}

}  // namespace attnsim::exchange
