#include <algorithm>

#include "base/error.h"
#include "exchange/timeloop_writing.h"
#include "exchange/yaml_number.h"

namespace attnsim::exchange {
namespace {

constexpr double bits_per_byte = 8;

class Writer {
 public:
  Writer(const arch::Architecture& architecture, const std::string& unit, Losses& losses)
      : architecture_(architecture), losses_(losses) {
    const auto units = architecture.unit_names();
    if (units.empty()) throw InputError(architecture.place, "has no array and no vector");
    written_.unit = unit.empty() ? units.front() : unit;
  }

  WrittenMachine run() {
    written_.architecture.add("version", yaml_scalar("0.4"));
    nodes_.kind = Yaml::Kind::sequence;
    add_system();
    for (const auto* memory : memories_of("")) add_memory(*memory);
    add_unit();
    written_.architecture.add("nodes", nodes_);
    written_.energies.add("version", yaml_scalar("0.4"));
    written_.energies.add("tables", energies_);
    if (!areas_.items.empty()) {
      written_.areas.add("version", yaml_scalar("0.4"));
      written_.areas.add("tables", areas_);
    }
    tell_rest();
    return std::move(written_);
  }

 private:
  [[nodiscard]] std::vector<const arch::MemorySpec*> memories_of(const std::string& unit) const {
    std::vector<const arch::MemorySpec*> memories;
    for (const auto& component : architecture_.components) {
      const auto* const memory = std::get_if<arch::MemorySpec>(&component);
      if (memory != nullptr && memory->unit == unit) memories.push_back(memory);
    }
    // Timeloop's outermost level has all data: what is off chip stands first.
    std::stable_partition(memories.begin(), memories.end(),
                          [](const arch::MemorySpec* memory) { return !memory->capacity; });
    // What a unit's operations read and write is the first of its memories here, the innermost
    // there.
    if (!unit.empty() && !memories.empty()) {
      std::rotate(memories.begin(), memories.begin() + 1, memories.end());
    }
    return memories;
  }

  void add_system() {
    Yaml node;
    node.tag = "Container";
    node.add("name", yaml_scalar(architecture_.name));
    auto& attributes = node.add("attributes", {});
    if (!architecture_.technology.empty()) {
      attributes.add("technology", yaml_scalar(architecture_.technology));
    }
    attributes.add("global_cycle_seconds",
                   yaml_scalar(number_text(1 / architecture_.clock.count())));
    nodes_.append(node);
  }

  void add_fanout(const std::string& name, const char* mesh, std::uint64_t count,
                  WrittenLevel::Kind kind) {
    if (count == 1) return;
    Yaml node;
    node.tag = "Container";
    node.add("name", yaml_scalar(name));
    Yaml spatial;
    spatial.flow = true;
    spatial.add(mesh, yaml_scalar(std::to_string(count)));
    node.add("spatial", spatial);
    nodes_.append(node);
    written_.levels.push_back({kind, name});
  }

  void add_memory(const arch::MemorySpec& memory) {
    Yaml node;
    node.tag = "Component";
    node.add("name", yaml_scalar(memory.name));
    const bool off_chip = !memory.capacity;
    node.add("class", yaml_scalar(off_chip ? "DRAM" : class_of(memory)));
    auto& attributes = node.add("attributes", {});
    if (off_chip && !memory.technology_class.empty()) {
      attributes.add("type", yaml_scalar(memory.technology_class));
    }
    attributes.add("width", yaml_scalar(std::to_string(memory.width.count())));
    if (!off_chip) attributes.add("depth", yaml_scalar(std::to_string(depth_of(memory))));
    attributes.add("datawidth", yaml_scalar(std::to_string(architecture_.word.count())));
    if (memory.bandwidth) {
      const auto words =
          memory.bandwidth->count() * bits_per_byte /
          (static_cast<double>(architecture_.word.count()) * architecture_.clock.count());
      attributes.add("shared_bandwidth", yaml_scalar(number_text(words)));
    }
    nodes_.append(node);
    written_.levels.push_back({WrittenLevel::Kind::memory, memory.name});
    add_figures(memory.name,
                {{"read", memory.read_energy},
                 {"write", memory.write_energy},
                 {"update", memory.write_energy}},
                memory.area
                    ? std::optional(memory.area->count() / static_cast<double>(memory.instances))
                    : std::nullopt);
  }

  static std::string class_of(const arch::MemorySpec& memory) {
    if (memory.technology_class == "RF") return "regfile";
    return memory.technology_class.empty() ? "SRAM" : memory.technology_class;
  }

  static std::uint64_t depth_of(const arch::MemorySpec& memory) {
    if (memory.entries != 0) return memory.entries;
    return memory.capacity->count() * 8 / memory.instances / memory.width.count();
  }

  void add_figures(const std::string& name,
                   const std::vector<std::pair<std::string, Picojoules>>& energies,
                   std::optional<double> area) {
    const auto path = yaml_scalar(architecture_.name + "." + name);
    Yaml table;
    table.add("name", path);
    auto& actions = table.add("actions", {});
    for (const auto& [action, energy] : energies) {
      Yaml row;
      row.flow = true;
      row.add("name", yaml_scalar(action));
      row.add("energy", yaml_scalar(number_text(energy.count())));
      actions.append(row);
    }
    energies_.append(table);
    if (!area) return;
    Yaml row;
    row.add("name", path);
    row.add("area", yaml_scalar(number_text(*area)));
    areas_.append(row);
  }

  void add_unit() {
    std::uint64_t columns = 1;
    std::uint64_t rows = 1;
    const arch::OperationTable* operations = nullptr;
    if (const auto* array = architecture_.find_array(written_.unit)) {
      columns = array->columns;
      rows = array->rows;
      operations = &array->operations;
    } else if (const auto* vector = architecture_.find_vector(written_.unit)) {
      columns = vector->lanes;
      operations = &vector->operations;
    } else {
      throw InputError(architecture_.place, "has no unit '" + written_.unit + "'");
    }
    add_fanout(written_.unit + "_columns", "meshX", columns, WrittenLevel::Kind::columns);
    for (const auto* memory : memories_of(written_.unit)) {
      if (rows > 1 && memory->instances <= columns) add_inner(*memory, columns);
    }
    add_fanout(written_.unit + "_rows", "meshY", rows, WrittenLevel::Kind::rows);
    for (const auto* memory : memories_of(written_.unit)) {
      if (rows == 1 || memory->instances > columns) add_inner(*memory, columns * rows);
    }
    add_compute(*operations);
  }

  void add_inner(const arch::MemorySpec& memory, std::uint64_t instances) {
    if (memory.instances != instances) {
      losses_.push_back({memory.place, "that there are " + std::to_string(memory.instances) +
                                           " of '" + memory.name + "': it stands where there are " +
                                           std::to_string(instances)});
    }
    add_memory(memory);
  }

  void add_compute(const arch::OperationTable& operations) {
    Yaml node;
    node.tag = "Component";
    node.add("name", yaml_scalar(written_.unit));
    node.add("class", yaml_scalar("intmac"));
    auto& attributes = node.add("attributes", {});
    attributes.add("datawidth", yaml_scalar(std::to_string(architecture_.word.count())));
    nodes_.append(node);
    Picojoules energy;
    std::optional<double> area;
    for (const auto& [name, operation] : operations) {
      if (name == "mac") {
        energy = operation.energy;
        if (operation.area) area = operation.area->count();
        if (operation.cycles == Cycles(1)) continue;
      }
      losses_.push_back({operation.place, "the operation '" + name + "' of '" + written_.unit +
                                              "': Timeloop counts one mac a cycle"});
    }
    add_figures(written_.unit, {{"compute", energy}}, area);
  }

  void tell_rest() {
    for (const auto& component : architecture_.components) {
      const auto& name = arch::name_of(component);
      const auto* const memory = std::get_if<arch::MemorySpec>(&component);
      const bool here =
          name == written_.unit ||
          (memory != nullptr && (memory->unit.empty() || memory->unit == written_.unit));
      if (here) continue;
      losses_.push_back(
          {arch::place_of(component), "'" + name + "': Timeloop's machines have one unit, here '" +
                                          written_.unit + "', and no buses"});
    }
  }

  const arch::Architecture& architecture_;
  Losses& losses_;
  WrittenMachine written_;
  Yaml nodes_;
  Yaml energies_;
  Yaml areas_;
};

}  // namespace

WrittenMachine write_timeloop_machine(const arch::Architecture& architecture,
                                      const std::string& unit, Losses& losses) {
  return Writer(architecture, unit, losses).run();
}

}  // namespace attnsim::exchange
