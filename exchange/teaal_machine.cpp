#include <algorithm>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>

#include "base/did_you_mean.h"
#include "base/error.h"
#include "exchange/teaal.h"
#include "exchange/yaml_fields.h"

namespace attnsim::exchange {
namespace {

constexpr double bits_per_byte = 8;
constexpr std::uint64_t most_instances = std::uint64_t{1} << 24U;

/// Where the walk is: inside which unit, and how many times that is there.
struct Around {
  std::string unit;  ///< empty: outside of all that is there many times
  Fanout fanout;
  int levels = 0;  ///< "[0..N]" so far
};

/// Whether `kind` is one of the classes; files write "compute" and "Compute".
bool is_one_of(std::string kind, const std::set<std::string>& classes) {
  std::transform(kind.begin(), kind.end(), kind.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return classes.contains(kind);
}

class Reader {
 public:
  explicit Reader(Losses& losses) : losses_(losses) {}

  TeaalMachine run(const Yaml& section, const std::string& config) {
    if (!section.is_map() || section.entries.empty()) {
      throw InputError(section.place,
                       "'architecture' must be a map of configurations, each a list "
                       "of trees");
    }
    result_.machine.place = section.place;
    const auto* chosen = &section.entries.front();
    std::vector<std::string> known;
    for (const auto& entry : section.entries) {
      known.push_back(entry.key);
      if (entry.key == config) chosen = &entry;
    }
    if (!config.empty() && chosen->key != config) {
      throw InputError(section.place, "'bindings' name the configuration '" + config + "'" +
                                          did_you_mean(config, known) + " (known: " + join(known) +
                                          ")");
    }
    for (const auto& entry : section.entries) {
      if (&entry == chosen) continue;
      losses_.push_back({entry.place, "the configuration '" + entry.key +
                                          "': one machine is taken, '" + chosen->key + "'"});
    }
    result_.machine.name = chosen->key;
    for (const auto& tree : items_of(chosen->value, "a configuration")) read_tree(tree, {});
    for (const auto& entry : section.entries) {
      if (&entry != chosen) read_other(entry.value);
    }
    add_macs();
    return std::move(result_);
  }

 private:
  /// Of a configuration that is not taken: what computes there under the name of a component here
  /// can do that here, too; other components are left out.
  void read_other(const Yaml& yaml) {
    for (const auto& item : yaml.items) read_other(item);
    for (const auto& entry : yaml.entries) {
      if (entry.key == "local") {
        for (const auto& component : entry.value.items) read_other_component(component);
      } else if (entry.key == "subtree") {
        read_other(entry.value);
      }
    }
  }

  void read_other_component(const Yaml& component) {
    const auto* const name = component.find("name");
    if (name == nullptr || !name->is_scalar()) return;
    const auto unit = result_.unit_of.find(name->text);
    const auto* const attributes = component.find("attributes");
    if (unit == result_.unit_of.end()) {
      if (!names_.contains(name->text)) result_.left_out.insert(name->text);
    } else if (attributes != nullptr && attributes->is_map()) {
      YamlFields fields(*attributes, "'attributes'");
      const auto operation = operation_of(fields, name->place);
      for (auto& each : result_.machine.units) {
        if (!operation.empty() && component_name(each.name) == unit->second) {
          each.operations.emplace(operation, MachineOperation());
        }
      }
    }
  }

  void read_tree(const Yaml& tree, Around around) {
    YamlFields fields(tree, "a level");
    const auto level = read_level_name(fields.required("name"));
    if (level.count > 0) enter(level, around, tree.place);
    if (const auto* attributes = fields.optional("attributes")) {
      YamlFields inner(*attributes, "'attributes'");
      if (const auto* clock = inner.optional("clock_frequency")) {
        result_.machine.hertz = number_of(*clock, "'clock_frequency'");
        if (!(*result_.machine.hertz >= 1) || *result_.machine.hertz > 1e15) {
          throw InputError(clock->place, "'clock_frequency' must be in Hz, as in 1000000000");
        }
      }
      lose_rest(inner, level.name);
    }
    if (const auto* local = fields.optional("local")) {
      for (const auto& component : items_of(*local, "'local'")) read_component(component, around);
    }
    if (const auto* subtree = fields.optional("subtree")) {
      for (const auto& inner : items_of(*subtree, "'subtree'")) read_tree(inner, around);
    }
    fields.reject_unread();
  }

  /// The first level that is there many times are the columns of an array, or the lanes of a
  /// vector; the second the rows.
  void enter(const LevelName& level, Around& around, const Place& place) {
    ++around.levels;
    if (around.levels == 1) {
      around.unit = level.name;
      for (int i = 2; taken_.contains(around.unit); ++i) {
        around.unit = level.name + "_" + std::to_string(i);
      }
      taken_.insert(around.unit);
    }
    if (around.levels == 2) {
      around.fanout.rows = level.count;
    } else {
      around.fanout.columns *= level.count;
    }
    if (around.levels > 2) {
      losses_.push_back({place, "a third level of instances, '" + level.name +
                                    "': arrays have two; it multiplies the columns"});
    }
    if (around.fanout.columns > most_instances || around.fanout.rows > most_instances) {
      throw InputError(place, "makes more than 2^24 instances in one direction");
    }
  }

  void lose_rest(const YamlFields& attributes, const std::string& name) {
    for (const auto* entry : attributes.unread()) {
      losses_.push_back(
          {entry->place, "'" + entry->key + "' of '" + name + "': attnsim has no such attribute"});
    }
  }

  void read_component(const Yaml& component, const Around& around) {
    YamlFields fields(component, "a component");
    const auto name = fields.required_text("name");
    const auto kind = fields.required_text("class");
    names_.insert(name);
    const Yaml none{Yaml::Kind::map, "", "", {}, {}, false, component.place};
    const auto* const given = fields.optional("attributes");
    YamlFields attributes(given == nullptr ? none : *given, "'attributes'");
    fields.reject_unread();
    if (is_one_of(kind, {"compute"})) {
      add_operation(name, attributes, around, component.place);
    } else if (is_one_of(kind, {"dram", "buffet", "cache", "sram", "rf"})) {
      add_memory(name, kind, attributes, around, component.place);
    } else {
      result_.left_out.insert(name);
      losses_.push_back({component.place, "'" + name + "' of class " + kind +
                                              ": attnsim's tensors are dense and need none"});
      return;
    }
    lose_rest(attributes, name);
  }

  /// What a component computes; empty if it does not say.
  static std::string operation_of(YamlFields& attributes, const Place& place) {
    auto type = attributes.optional_text("type", "");
    if (type.empty()) type = attributes.optional_text("op", "");  // as some files call it
    const bool sound = std::all_of(type.begin(), type.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!sound || (!type.empty() && type.front() < 'a')) {
      throw InputError(place, "'type' must be an operation, as in mul, add or exp");
    }
    return type;
  }

  void add_operation(const std::string& name, YamlFields& attributes, const Around& around,
                     const Place& place) {
    const auto type = operation_of(attributes, place);
    if (type.empty()) {
      losses_.push_back({place, "'" + name + "' has no type: it is taken as a mac"});
    }
    auto& unit = unit_at(around.unit.empty() ? name : around.unit, around, place);
    unit.operations.emplace(type.empty() ? "mac" : type, MachineOperation());
    result_.unit_of[name] = component_name(unit.name);
  }

  MachineUnit& unit_at(const std::string& name, const Around& around, const Place& place) {
    auto& units = result_.machine.units;
    const auto found = std::find_if(units.begin(), units.end(),
                                    [&](const MachineUnit& unit) { return unit.name == name; });
    if (found != units.end()) {
      if (found->fanout.rows < around.fanout.rows) found->fanout = around.fanout;
      found->vector = found->vector && around.levels == 1;
      return *found;
    }
    units.push_back({name, around.levels == 1, around.fanout, {}, place});
    return units.back();
  }

  void add_memory(const std::string& name, const std::string& kind, YamlFields& attributes,
                  const Around& around, const Place& place) {
    MachineMemory memory;
    memory.name = name;
    memory.technology_class = kind;
    memory.place = place;
    memory.unit = around.unit;
    memory.fanout = around.fanout;
    memory.width = finite_count(attributes, "width");
    const auto word = finite_count(attributes, "datawidth");
    if (!memory.width) memory.width = word;
    memory.depth = finite_count(attributes, "depth");
    if (const auto* bandwidth = attributes.optional("bandwidth")) {
      memory.bytes_per_second = number_of(*bandwidth, "'bandwidth'") / bits_per_byte;
    }
    result_.machine.memories.push_back(memory);
  }

  /// Nothing for "inf", which is what files say of memories whose size is not known.
  static std::optional<std::uint64_t> finite_count(YamlFields& attributes, const char* key) {
    const auto* const value = attributes.optional(key);
    if (value == nullptr) return std::nullopt;
    const auto what = "'" + std::string(key) + "'";
    const auto number = number_of(text_of(*value, what));
    if (number && std::isinf(*number) && *number > 0) return std::nullopt;
    return static_cast<std::uint64_t>(count_of(*value, what));
  }

  /// A multiplier and an adder side by side are a multiply-accumulate unit. What only multiplies
  /// has its sums made by wires or networks there, which are no components.
  void add_macs() {
    for (auto& unit : result_.machine.units) {
      if (!unit.operations.contains("mul")) continue;
      if (unit.operations.emplace("add", MachineOperation()).second) {
        losses_.push_back({unit.place, "'" + component_name(unit.name) +
                                           "' only multiplies: it is given an add, for sums"});
      }
      unit.operations.emplace("mac", MachineOperation());
    }
  }

  Losses& losses_;
  TeaalMachine result_;
  std::set<std::string> taken_;
  std::set<std::string> names_;  ///< of all components
};

}  // namespace

LevelName read_level_name(const Yaml& yaml) {
  const auto& text = text_of(yaml, "'name'");
  const auto bracket = text.find('[');
  if (bracket == std::string::npos) return {text, 0};
  const auto dots = text.find("..", bracket);
  const std::string wrong = "'" + text + "' is no name of a level: PE, or PE[0..127]";
  if (dots == std::string::npos || !text.ends_with(']') || bracket == 0 ||
      text.substr(bracket + 1, dots - bracket - 1) != "0") {
    throw InputError(yaml.place, wrong);
  }
  const auto last = number_of(text.substr(dots + 2, text.size() - dots - 3));
  if (!last || !(*last >= 0) || *last >= static_cast<double>(most_instances)) {
    throw InputError(yaml.place, wrong + ", with at most 2^24 instances");
  }
  return {text.substr(0, bracket), static_cast<std::uint64_t>(*last) + 1};
}

TeaalMachine read_teaal_machine(const Yaml& section, const std::string& config, Losses& losses) {
  return Reader(losses).run(section, config);
}

}  // namespace attnsim::exchange
