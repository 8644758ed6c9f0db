#include <cmath>
#include <map>
#include <string_view>

#include "base/error.h"
#include "einsum/operators.h"
#include "exchange/accelforge.h"
#include "exchange/arithmetic.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

constexpr double joules_to_picojoules = 1e12;
constexpr double square_metres_to_microns = 1e12;
constexpr double bits_per_byte = 8;
constexpr std::uint64_t most_instances = std::uint64_t{1} << 24U;

/// What `actions` says of one: J, and actions a second.
struct Action {
  std::optional<double> energy;
  std::optional<double> rate;
  double bits = 1;   ///< that it moves
  std::string kind;  ///< of an operation: "add", "max"
};

class Reader {
 public:
  Reader(const Yaml& section, std::optional<std::uint64_t> word, Losses& losses)
      : section_(section), losses_(losses) {
    machine_.place = section.place;
    machine_.name = "accelforge";
    machine_.word = word;
  }

  Machine run() {
    YamlFields fields(section_, "'arch'");
    fields.ignore("version");
    for (const char* key : {"extra_attributes_for_component_model",
                            "extra_attributes_for_all_component_models", "variables"}) {
      fields.lose(key, "attnsim has no component models", losses_);
    }
    read_nodes(fields.required("nodes"));
    fields.reject_unread();
    for (auto& unit : machine_.units) unit.fanout = fanout_;
    put_registers_first(machine_.memories);
    return machine_;
  }

 private:
  void read_nodes(const Yaml& nodes) {
    for (const auto& node : items_of(nodes, "'nodes'")) {
      if (node.tag == "Memory") {
        read_memory(node);
      } else if (node.tag == "Compute") {
        read_compute(node);
      } else if (node.tag == "Container" || node.tag == "Fanout") {
        read_container(node);
      } else if (node.tag == "Hierarchical" || node.tag == "Parallel" || node.tag == "Fork") {
        YamlFields fields(node, "!" + node.tag);
        fields.ignore("name");
        read_nodes(fields.required("nodes"));
        fields.reject_unread();
      } else if (node.tag == "Toll" || node.tag == "Network" || node.tag == "ProcessingStage") {
        losses_.push_back({node.place, "!" + node.tag + ": attnsim's data moves without one"});
      } else {
        throw InputError(node.place, (node.tag.empty() ? "a node has no kind"
                                                       : "unknown kind '!" + node.tag + "'") +
                                         std::string(" (known: !Memory, !Compute, !Container, "
                                                     "!Fanout, !Hierarchical, !Parallel, !Fork, "
                                                     "!Toll)"));
      }
    }
  }

  /// The first direction is across, the second down; more multiply the columns.
  void read_fanout(YamlFields& node, const std::string& name) {
    const auto* const spatial = node.optional("spatial");
    if (spatial == nullptr) return;
    for (const auto& item : items_of(*spatial, "'spatial'")) {
      YamlFields fields(item, "a fan-out");
      const auto direction = fields.required_text("name");
      const auto& count = fields.required("fanout");
      const auto instances = static_cast<std::uint64_t>(count_of(count, "'fanout'"));
      for (const auto* entry : fields.unread()) {
        losses_.push_back({entry->place, "'" + entry->key + "' of the fan-out " + direction +
                                             " at '" + name + "': it steers AccelForge's mapper"});
      }
      add_fanout(direction, instances, count.place);
    }
  }

  void add_fanout(const std::string& direction, std::uint64_t instances, const Place& place) {
    if (instances == 1) return;
    if (instances > most_instances) throw InputError(place, "has more than 2^24 instances");
    ++directions_;
    if (directions_ == 2) {
      fanout_.rows = instances;
    } else {
      fanout_.columns *= instances;
    }
    if (fanout_.columns > most_instances) throw InputError(place, "makes more than 2^24 columns");
    if (directions_ > 2) {
      losses_.push_back({place, "the fan-out " + direction +
                                    " is the third: arrays have two; it multiplies the columns"});
    }
  }

  /// All that is left of a node. Which attributes there are is for component models to say, which
  /// anyone can write: none is an error.
  void lose_rest(YamlFields& fields, const std::string& name) {
    for (const char* key : {"tensors", "constraints"}) {
      fields.lose(key, "what '" + name + "' keeps is for a mapping to say", losses_);
    }
    for (const auto* entry : fields.unread()) {
      losses_.push_back(
          {entry->place, "'" + entry->key + "' of '" + name + "': attnsim has no such attribute"});
    }
  }

  void read_container(const Yaml& node) {
    YamlFields fields(node, "!" + node.tag);
    const auto name = fields.required_text("name");
    read_fanout(fields, name);
    fields.ignore("area");
    lose_rest(fields, name);
  }

  std::map<std::string, Action> read_actions(YamlFields& node, const std::string& name) {
    std::map<std::string, Action> actions;
    const auto* const list = node.optional("actions");
    if (list == nullptr) return actions;
    for (const auto& item : items_of(*list, "'actions'")) {
      YamlFields fields(item, "an action");
      const auto action_name = fields.required_text("name");
      auto& action = actions[action_name];
      action.kind = fields.optional_text("op_kind", action_name);
      action.energy = number_if_plain(fields, "energy", name);
      const auto rate = number_if_plain(fields, "throughput", name);
      const auto latency = number_if_plain(fields, "latency", name);
      if (rate && std::isfinite(*rate) && *rate > 0) action.rate = rate;
      if (!rate && latency && *latency > 0 && std::isfinite(*latency))
        action.rate = inverse(*latency);
      if (const auto bits = number_if_plain(fields, "bits_per_action", name)) action.bits = *bits;
      if (!(action.bits >= 1) || action.bits > 1e6) {
        throw InputError(item.place, "'bits_per_action' must be from 1 to a million");
      }
      for (const auto* entry : fields.unread()) {
        losses_.push_back({entry->place, "'" + entry->key + "' of '" + action_name + "' of '" +
                                             name + "': attnsim has no such attribute"});
      }
    }
    return actions;
  }

  /// Numbers may be expressions of AccelForge's own, which nothing here evaluates.
  std::optional<double> number_if_plain(YamlFields& fields, const char* key,
                                        const std::string& name) {
    const auto* const value = fields.optional(key);
    if (value == nullptr) return std::nullopt;
    const auto number = number_of(text_of(*value, "'" + std::string(key) + "'"));
    if (number && *number >= 0) return number;
    losses_.push_back({value->place, "'" + std::string(key) + ": " + value->text + "' of '" + name +
                                         "': an expression that only AccelForge evaluates"});
    return std::nullopt;
  }

  void read_memory(const Yaml& node) {
    YamlFields fields(node, "!Memory");
    MachineMemory memory;
    memory.name = fields.required_text("name");
    memory.place = node.place;
    read_fanout(fields, memory.name);
    memory.fanout = fanout_;
    const auto size = number_if_plain(fields, "size", memory.name);
    if (size && std::isfinite(*size)) memory.bits = size;
    set_area(fields, memory.name, memory.area);
    set_actions(read_actions(fields, memory.name), memory);
    lose_rest(fields, memory.name);
    machine_.memories.push_back(memory);
  }

  void set_area(YamlFields& fields, const std::string& name, std::optional<double>& area) {
    const auto given = number_if_plain(fields, "area", name);
    if (given && std::isfinite(*given)) area = *given * square_metres_to_microns;
  }

  /// Energies there are of an action of so many bits, here of an access of `width`.
  void set_actions(const std::map<std::string, Action>& actions, MachineMemory& memory) {
    const auto word = static_cast<double>(machine_.word.value_or(16));
    memory.width = static_cast<std::uint64_t>(word);
    std::optional<double> total;
    for (const auto& [name, action] : actions) {
      const auto energy =
          action.energy ? std::optional(*action.energy * joules_to_picojoules * word / action.bits)
                        : std::nullopt;
      if (name == "read") memory.read_energy = energy;
      if (name == "write") memory.write_energy = energy;
      if (action.rate) total = total.value_or(0) + *action.rate * action.bits / bits_per_byte;
    }
    if (total && actions.size() > 1) {
      losses_.push_back({memory.place, "'" + memory.name +
                                           "' reads and writes at bandwidths of "
                                           "their own: they share the sum of both"});
    }
    memory.bytes_per_second = total;
  }

  void read_compute(const Yaml& node) {
    YamlFields fields(node, "!Compute");
    const auto name = fields.required_text("name");
    read_fanout(fields, name);
    MachineOperation mac;
    std::optional<double> rate = rate_of(fields);
    std::map<std::string, MachineOperation> operations;
    for (const auto& [action, figures] : read_actions(fields, name)) {
      auto& operation =
          einsum::find_map_operator(figures.kind) != nullptr ? operations[figures.kind] : mac;
      if (figures.energy) operation.energy = *figures.energy * joules_to_picojoules;
      if (figures.rate) rate = figures.rate;
    }
    set_area(fields, name, mac.area);
    lose_rest(fields, name);
    if (!machine_.units.empty()) {
      losses_.push_back({node.place, "'" + name + "': one unit is taken, '" +
                                         machine_.units.front().name +
                                         "' replaced by the innermost"});
      machine_.units.clear();
    }
    if (rate && !(*rate < 1e3) && *rate < 1e15) {
      machine_.hertz = rate;
    } else if (rate) {
      losses_.push_back({node.place, "one action of '" + name + "' takes " +
                                         std::to_string(1 / *rate) + " s, which is no clock"});
    }
    if (operations.empty()) {
      // It is said nowhere what it computes: whatever an Einsum's operators are, one a cycle.
      operations = {{"mac", mac}, {"mul", mac}, {"add", mac}, {"max", mac}};
    } else {
      operations.begin()->second.area = mac.area;  // which is of all of it
    }
    machine_.units.push_back({name, false, {}, operations, node.place});
  }

  /// Of "compute_actions / 200e6": what it does in a second, if that is so simple.
  static std::optional<double> rate_of(YamlFields& fields) {
    constexpr std::string_view actions = "compute_actions";
    const auto* const latency = fields.map().find("total_latency");
    if (latency == nullptr || !latency->is_scalar() || !latency->text.starts_with(actions)) {
      return std::nullopt;
    }
    const auto seconds = number_of("1" + latency->text.substr(actions.size()));
    if (!seconds || !(*seconds > 0)) return std::nullopt;
    fields.ignore("total_latency");
    return inverse(*seconds);
  }

  const Yaml& section_;
  Losses& losses_;
  Machine machine_;
  Fanout fanout_;
  int directions_ = 0;
};

}  // namespace

Machine read_accelforge_machine(const Yaml& section, std::optional<std::uint64_t> word,
                                Losses& losses) {
  return Reader(section, word, losses).run();
}

}  // namespace attnsim::exchange
