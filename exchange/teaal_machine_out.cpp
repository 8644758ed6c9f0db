#include <cstdint>

#include "base/overloaded.h"
#include "exchange/teaal_writing.h"
#include "exchange/yaml_number.h"

namespace attnsim::exchange {
namespace {

constexpr double bits_per_byte = 8;

class Writer {
 public:
  Writer(const arch::Architecture& architecture, Losses& losses)
      : architecture_(architecture), losses_(losses) {}

  Yaml run() {
    Yaml system;
    system.add("name", yaml_scalar("System"));
    Yaml attributes;
    attributes.add("clock_frequency", yaml_scalar(number_text(architecture_.clock.count())));
    system.add("attributes", attributes);
    Yaml local;
    Yaml subtree;
    for (const auto& component : architecture_.components) {
      std::visit(
          Overloaded{[&](const arch::MemorySpec& memory) {
                       if (memory.unit.empty()) local.append(memory_node(memory));
                     },
                     [&](const arch::ArraySpec& array) { subtree.append(array_node(array)); },
                     [&](const arch::VectorSpec& vector) { subtree.append(vector_node(vector)); },
                     [&](const arch::ChannelSpec& channel) {
                       lose(channel.place, "the channel '" + channel.name + "'");
                     }},
          component);
    }
    if (!local.items.empty()) system.add("local", local);
    if (!subtree.items.empty()) system.add("subtree", subtree);
    lose(architecture_.place, "energies, areas and the word: TeAAL counts actions alone");
    Yaml trees;
    trees.append(system);
    Yaml section;
    section.add(architecture_.name, trees);
    return section;
  }

 private:
  void lose(const Place& place, const std::string& what) { losses_.push_back({place, what}); }

  static Yaml component(const std::string& name, const std::string& kind, Yaml attributes) {
    Yaml node;
    node.add("name", yaml_scalar(name));
    node.add("class", yaml_scalar(kind));
    if (!attributes.entries.empty()) node.add("attributes", std::move(attributes));
    return node;
  }

  static Yaml memory_node(const arch::MemorySpec& memory) {
    Yaml attributes;
    attributes.add("width", yaml_scalar(std::to_string(memory.width.count())));
    if (memory.capacity) {
      const auto depth = memory.entries != 0 ? memory.entries
                                             : memory.capacity->count() * 8 / memory.instances /
                                                   memory.width.count();
      attributes.add("depth", yaml_scalar(std::to_string(depth)));
    }
    if (memory.bandwidth) {
      const auto bits = memory.bandwidth->count() * bits_per_byte;
      attributes.add("bandwidth", yaml_scalar(number_text(bits)));
    }
    return component(memory.name, memory.capacity ? "Buffet" : "DRAM", attributes);
  }

  /// "array2d[0..255]": there are so many.
  static std::string level_name(const std::string& name, std::uint64_t count) {
    return name + "[0.." + std::to_string(count - 1) + "]";
  }

  void add_memories(const std::string& unit, std::uint64_t least, std::uint64_t most,
                    Yaml& local) const {
    for (const auto& each : architecture_.components) {
      const auto* const memory = std::get_if<arch::MemorySpec>(&each);
      if (memory == nullptr || memory->unit != unit) continue;
      if (memory->instances >= least && memory->instances <= most) {
        local.append(memory_node(*memory));
      }
    }
  }

  template <class Unit>
  void add_operations(const Unit& unit, Yaml& local) {
    for (const auto& [name, operation] : unit.operations) {
      Yaml attributes;
      attributes.add("type", yaml_scalar(name));
      local.append(component(unit.name + "_" + name, "Compute", attributes));
      const bool whole = operation.cycles == Cycles(1) && operation.primitives.size() == 1 &&
                         operation.primitives.begin()->second == 1;
      if (!whole) {
        lose(operation.place, "that '" + name + "' of '" + unit.name + "' takes " +
                                  std::to_string(operation.cycles.count()) + " cycles");
      }
    }
  }

  /// The columns, each of which has rows.
  Yaml array_node(const arch::ArraySpec& array) {
    Yaml inner;
    inner.add("name", yaml_scalar(level_name(array.name + "_row", array.rows)));
    Yaml inner_local;
    add_memories(array.name, array.columns + 1, UINT64_MAX, inner_local);
    add_operations(array, inner_local);
    inner.add("local", inner_local);
    Yaml outer;
    outer.add("name", yaml_scalar(level_name(array.name, array.columns)));
    Yaml outer_local;
    add_memories(array.name, 0, array.columns, outer_local);
    if (!outer_local.items.empty()) outer.add("local", outer_local);
    Yaml subtree;
    subtree.append(inner);
    outer.add("subtree", subtree);
    tell_reduction(array.place, array.name);
    return outer;
  }

  Yaml vector_node(const arch::VectorSpec& vector) {
    Yaml node;
    node.add("name", yaml_scalar(level_name(vector.name, vector.lanes)));
    Yaml local;
    add_memories(vector.name, 0, UINT64_MAX, local);
    add_operations(vector, local);
    node.add("local", local);
    tell_reduction(vector.place, vector.name);
    return node;
  }

  void tell_reduction(const Place& place, const std::string& name) {
    lose(place, "how long a reduction over '" + name + "' takes");
  }

  const arch::Architecture& architecture_;
  Losses& losses_;
};

}  // namespace

Yaml write_teaal_machine(const arch::Architecture& architecture, Losses& losses) {
  return Writer(architecture, losses).run();
}

}  // namespace attnsim::exchange
