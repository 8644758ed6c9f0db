#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.h"
#include "exchange/arithmetic.h"
#include "exchange/timeloop.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

constexpr int bits_per_byte = 8;

/// What a container hands on to all that is inside it.
struct Around {
  Fanout fanout;
  std::optional<std::uint64_t> datawidth;
};

/// pJ per action, and um^2, by the last part of a component's name.
struct Figures {
  std::map<std::string, std::map<std::string, double>> energies;
  std::map<std::string, double> areas;
};

/// "mac" of "system.chip.mac[1..16]".
std::string leaf_of(const std::string& path) {
  const auto dot = path.rfind('.', path.find('['));
  const auto start = dot == std::string::npos ? 0 : dot + 1;
  return path.substr(start, path.find('[') - start);
}

void read_tables(const Yaml& section, const char* what,
                 const std::function<void(YamlFields&, const std::string&)>& read) {
  YamlFields fields(section, what);
  fields.ignore("version");
  for (const auto& item : items_of(fields.required("tables"), "'tables'")) {
    YamlFields table(item, "a table");
    read(table, leaf_of(table.required_text("name")));
    table.reject_unread();
  }
  fields.reject_unread();
}

Figures read_figures(const Yaml* energies, const Yaml* areas) {
  Figures figures;
  if (energies != nullptr) {
    read_tables(*energies, "'ERT'", [&](YamlFields& table, const std::string& leaf) {
      for (const auto& item : items_of(table.required("actions"), "'actions'")) {
        YamlFields action(item, "an action");
        action.ignore("arguments");
        const auto name = action.required_text("name");
        figures.energies[leaf][name] = number_of(action.required("energy"), "'energy'");
        action.reject_unread();
      }
    });
  }
  if (areas != nullptr) {
    read_tables(*areas, "'ART'", [&](YamlFields& table, const std::string& leaf) {
      figures.areas[leaf] = number_of(table.required("area"), "'area'");
    });
  }
  return figures;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Accelergy's classes and those of its plug-ins that compute; nothing else tells.
bool is_compute(const std::string& kind) {
  return contains(kind, "mac") || kind == "compute" || contains(kind, "multiplier") ||
         contains(kind, "adder") || contains(kind, "alu");
}

/// Classes of wires and of nothing: no data stays there.
bool moves_only(const std::string& kind) {
  return contains(kind, "dummy") || contains(kind, "NoC") || contains(kind, "noc") ||
         contains(kind, "network") || contains(kind, "wire");
}

class Reader {
 public:
  Reader(const Yaml& section, const Yaml* energies, const Yaml* areas, Losses& losses)
      : section_(section), figures_(read_figures(energies, areas)), losses_(losses) {}

  TimeloopMachine run() {
    auto& machine = result_.machine;
    machine.place = section_.place;
    machine.name = "timeloop";
    YamlFields fields(section_, "'architecture'");
    const auto version = fields.optional_text("version", "0.4");
    if (version != "0.4") {
      throw InputError(fields.required("version").place,
                       "is version " + version + ": convert it to 0.4 (timeloopfe does)");
    }
    const auto* const subtree = fields.optional("subtree");
    const auto nodes = subtree == nullptr ? fields.required("nodes") : nodes_of_subtree(*subtree);
    read_nodes(nodes, {});
    fields.reject_unread();
    give_registers();
    put_registers_first(result_.machine.memories);
    return std::move(result_);
  }

 private:
  void read_nodes(const Yaml& nodes, const Around& around) {
    auto inside = around;  // a container holds all nodes behind it
    for (const auto& node : items_of(nodes, "'nodes'")) read_node(node, inside);
  }

  /// Where nothing fans out, no fan-out tells which memories are the unit's: all that are inside of
  /// the first one on chip.
  void give_registers() {
    auto& machine = result_.machine;
    if (machine.units.empty() || !machine.units.front().fanout.is_one()) return;
    for (std::size_t i = 2; i < machine.memories.size(); ++i) {
      if (!machine.memories[i].fanout.is_one()) return;
      machine.memories[i].unit = machine.units.front().name;
    }
  }

  void read_node(const Yaml& node, Around& around) {
    const auto& tag = node.tag;
    if (tag == "Container") {
      read_container(node, around);
    } else if (tag == "Component") {
      read_component(node, around);
    } else if (tag == "Parallel" || tag == "Hierarchical" || tag == "Pipelined") {
      YamlFields fields(node, "!" + tag);
      fields.ignore("name");
      read_nodes(fields.required("nodes"), around);
      fields.reject_unread();
    } else if (tag != "Nothing") {
      throw InputError(node.place,
                       (tag.empty() ? "a node has no kind" : "unknown kind '!" + tag + "'") +
                           std::string(" (known: !Container, !Component, !Parallel, "
                                       "!Hierarchical, !Pipelined, !Nothing)"));
    }
  }

  Fanout read_fanout(YamlFields& node) {
    const auto* const spatial = node.optional("spatial");
    if (spatial == nullptr) return {};
    YamlFields fields(*spatial, "'spatial'");
    Fanout fanout;
    if (const auto* x = fields.optional("meshX")) fanout.columns = mesh(*x, "'meshX'");
    if (const auto* y = fields.optional("meshY")) fanout.rows = mesh(*y, "'meshY'");
    fields.reject_unread();
    return fanout;
  }

  static std::uint64_t mesh(const Yaml& yaml, const std::string& what) {
    const auto count = count_of(yaml, what);
    if (count > (std::int64_t{1} << 24U)) throw InputError(yaml.place, what + " is over 2^24");
    return static_cast<std::uint64_t>(count);
  }

  void lose_constraints(YamlFields& node) {
    node.lose("sparse_optimizations", "attnsim's tensors are dense", losses_);
    node.lose("constraints", "they steer Timeloop's mapper; a mapping of attnsim is one choice",
              losses_);
  }

  void add_fanout(const std::string& name, const Fanout& added, Around& around,
                  const Place& place) {
    around.fanout.columns *= added.columns;
    around.fanout.rows *= added.rows;
    if (around.fanout.columns > (1U << 24U) || around.fanout.rows > (1U << 24U)) {
      throw InputError(place, "makes more than 2^24 instances in one direction");
    }
    if (added.is_one()) {
      result_.hollow.push_back(name);
    } else {
      result_.levels.push_back({TimeloopLevel::Kind::fanout, name, "", added});
    }
  }

  void read_container(const Yaml& node, Around& around) {
    YamlFields fields(node, "a container");
    const auto name = fields.required_text("name");
    if (result_.machine.name == "timeloop" && result_.levels.empty()) {
      result_.machine.name = name;
    }
    add_fanout(name, read_fanout(fields), around, node.place);
    if (const auto* attributes = fields.optional("attributes")) {
      YamlFields inner(*attributes, "'attributes'");
      read_machine_attributes(inner, around);
      lose_rest(inner, name);
    }
    lose_constraints(fields);
    fields.ignore("enabled");
    fields.ignore("required_actions");
    for (const char* key : {"class", "subclass"}) {
      fields.lose(key, "a container's class only estimates its energy", losses_);
    }
    fields.reject_unread();
  }

  /// Of the whole machine, wherever they stand.
  void read_machine_attributes(YamlFields& attributes, Around& around) {
    auto& machine = result_.machine;
    if (const auto* technology = attributes.optional("technology")) {
      const auto& text = text_of(*technology, "'technology'");
      if (machine.technology.empty() && text != "-1") machine.technology = text;
    }
    if (const auto* cycle = attributes.optional("global_cycle_seconds")) {
      const auto seconds = number_of(*cycle, "'global_cycle_seconds'");
      if (!(seconds > 1e-15) || seconds > 1) {
        throw InputError(cycle->place,
                         "'global_cycle_seconds' must be the time of a cycle in "
                         "seconds, as in 1e-9");
      }
      machine.hertz = inverse(seconds);
    }
    if (const auto* width = attributes.optional("datawidth")) {
      around.datawidth = static_cast<std::uint64_t>(count_of(*width, "'datawidth'"));
      if (!machine.word) machine.word = around.datawidth;
    }
  }

  /// Accelergy takes any attribute: what is not for attnsim is no error.
  void lose_rest(const YamlFields& attributes, const std::string& name) {
    for (const auto* entry : attributes.unread()) {
      losses_.push_back(
          {entry->place, "'" + entry->key + "' of '" + name + "': attnsim has no such attribute"});
    }
  }

  void read_component(const Yaml& node, const Around& outside) {
    YamlFields fields(node, "a component");
    const auto& name_field = fields.required("name");
    const auto name = leaf_of(text_of(name_field, "'name'"));
    const auto subclass = fields.optional_text("subclass", "");
    const auto kind =
        subclass.empty() ? fields.required_text("class") : fields.optional_text("class", subclass);
    auto around = outside;
    add_fanout(name, read_fanout(fields), around, node.place);
    lose_constraints(fields);
    fields.ignore("required_actions");
    fields.ignore("enabled");
    const Yaml none{Yaml::Kind::map, "", "", {}, {}, false, node.place};
    const auto* const given = fields.optional("attributes");
    YamlFields attributes(given == nullptr ? none : *given, "'attributes'");
    fields.reject_unread();
    read_machine_attributes(attributes, around);
    if (moves_only(kind)) {
      result_.hollow.push_back(name);
      losses_.push_back({node.place, "'" + name + "' of class " + kind +
                                         ": attnsim's data moves without networks of its own"});
    } else if (is_compute(kind)) {
      add_unit(name, kind, around, node.place);
      lose_rest(attributes, name);
    } else {
      add_memory(name, subclass.empty() ? kind : subclass, attributes, around, node.place);
      lose_rest(attributes, name);
    }
  }

  void add_unit(const std::string& name, const std::string& kind, const Around& around,
                const Place& place) {
    MachineOperation mac;
    mac.energy = energy_of(name, {"compute", "mac_random", "multiply"});
    mac.area = area_of(name);
    MachineUnit unit{name, false, around.fanout, {{"mac", mac}}, place};
    if (!contains(kind, "mac") && kind != "compute") {
      losses_.push_back({place, "'" + name + "' of class " + kind + " is taken as a mac"});
    }
    result_.machine.units.push_back(unit);
  }

  [[nodiscard]] std::optional<double> energy_of(const std::string& name,
                                                const std::vector<std::string>& actions) const {
    const auto table = figures_.energies.find(name);
    if (table == figures_.energies.end()) return std::nullopt;
    for (const auto& action : actions) {
      const auto found = table->second.find(action);
      if (found != table->second.end()) return found->second;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<double> area_of(const std::string& name) const {
    const auto found = figures_.areas.find(name);
    return found == figures_.areas.end() ? std::nullopt : std::optional(found->second);
  }

  static std::string technology_class(const std::string& kind, YamlFields& attributes) {
    const auto type = attributes.optional_text("type", "");
    if (kind == "DRAM" && !type.empty()) return type;
    return kind == "regfile" ? "RF" : kind;
  }

  void add_memory(const std::string& name, const std::string& kind, YamlFields& attributes,
                  const Around& around, const Place& place) {
    MachineMemory memory;
    memory.name = name;
    memory.technology_class = technology_class(kind, attributes);
    memory.place = place;
    memory.fanout = around.fanout;
    memory.width = count_if_given(attributes, "width");
    memory.depth = count_if_given(attributes, "depth");
    read_bandwidth(attributes, around, memory);
    memory.read_energy = energy_of(name, {"read"});
    memory.write_energy = energy_of(name, {"write", "update"});
    memory.area = area_of(name);
    result_.machine.memories.push_back(memory);
    const auto* const buffering = attributes.optional("multiple_buffering");
    const auto buffers = buffering == nullptr ? 1 : count_of(*buffering, "'multiple_buffering'");
    result_.levels.push_back(
        {TimeloopLevel::Kind::memory, name, component_name(name), {}, buffers});
  }

  static std::optional<std::uint64_t> count_if_given(YamlFields& attributes, const char* key) {
    const auto* const value = attributes.optional(key);
    if (value == nullptr) return std::nullopt;
    return static_cast<std::uint64_t>(count_of(*value, "'" + std::string(key) + "'"));
  }

  /// Words a cycle.
  void read_bandwidth(YamlFields& attributes, const Around& around, MachineMemory& memory) {
    double words = 0;
    int ports = 0;
    for (const char* key : {"shared_bandwidth", "read_bandwidth", "write_bandwidth"}) {
      const auto* const value = attributes.optional(key);
      if (value == nullptr) continue;
      words += number_of(*value, "'" + std::string(key) + "'");
      ++ports;
    }
    if (ports == 0) return;
    const auto word = around.datawidth.value_or(result_.machine.word.value_or(16));
    memory.bytes_per_cycle = words * static_cast<double>(word) / bits_per_byte;
    if (ports > 1) {
      losses_.push_back({attributes.place(), "'" + memory.name +
                                                 "' reads and writes at bandwidths of their own: "
                                                 "they share the sum of both"});
    }
  }

  const Yaml& section_;
  Figures figures_;
  Losses& losses_;
  TimeloopMachine result_;
};

}  // namespace

TimeloopMachine read_timeloop_machine(const Yaml& section, const Yaml* energies, const Yaml* areas,
                                      Losses& losses) {
  return Reader(section, energies, areas, losses).run();
}

}  // namespace attnsim::exchange
