#include "arch/reader.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "arch/gpu_reader.h"
#include "arch/memory_reader.h"
#include "arch/operation_reader.h"
#include "arch/reading.h"
#include "base/did_you_mean.h"

namespace attnsim::arch {
namespace {

const Choices<Reduction> reductions{{"chain", Reduction::chain}, {"tree", Reduction::tree}};

void read_memory_component(const XmlElement& element, Architecture& architecture) {
  architecture.components.emplace_back(read_memory(element, {}, architecture.word));
}

/// What arrays and vectors have in common: their reduction, operations and memories.
template <class Unit>
void read_unit(const XmlElement& element, Unit unit, MemoryHome home, Architecture& architecture) {
  unit.name = home.unit = read_name(element);
  unit.reduction = element.optional_choice("reduction", reductions, unit.reduction);
  unit.hop = element.optional<Cycles>("hop", unit.hop);
  unit.place = element.place();
  finish(element);
  std::vector<XmlElement> operations;
  std::vector<Component> memories;
  for (const auto& child : element.children({"memory", "op"})) {
    if (child.name() == "op") {
      operations.push_back(child);
    } else {
      memories.emplace_back(read_memory(child, home, architecture.word));
    }
  }
  unit.operations = read_operations(operations);
  architecture.components.emplace_back(std::move(unit));
  for (auto& memory : memories) architecture.components.push_back(std::move(memory));
}

void read_array(const XmlElement& element, Architecture& architecture) {
  ArraySpec array;
  array.rows = read_count(element, "rows");
  array.columns = read_count(element, "columns");
  const MemoryHome home{"",
                        {{"pe", array.rows * array.columns},
                         {"column", array.columns},
                         {"row", array.rows},
                         {"unit", 1}},
                        "pe"};
  read_unit(element, std::move(array), home, architecture);
}

void read_vector(const XmlElement& element, Architecture& architecture) {
  VectorSpec vector;
  vector.lanes = read_count(element, "lanes");
  const MemoryHome home{"", {{"lane", vector.lanes}, {"unit", 1}}, "lane"};
  read_unit(element, std::move(vector), home, architecture);
}

/// Its ends are checked when all components are known (`check_channels`).
void read_channel(const XmlElement& element, Architecture& architecture) {
  ChannelSpec channel;
  channel.name = read_name(element);
  channel.from = element.required<std::string>("from");
  channel.to = element.required<std::string>("to");
  channel.width = read_positive<Bits>(element, "width");
  channel.energy_per_bit = element.optional<Picojoules>("energy", channel.energy_per_bit);
  channel.area = element.optional<SquareMicrons>("area");
  channel.place = element.place();
  if (channel.from == channel.to) element.fail("to", "is where the channel comes from");
  finish_leaf(element);
  architecture.components.emplace_back(std::move(channel));
}

void read_gpu_into(const XmlElement& element, Architecture& architecture) {
  if (architecture.gpu) element.fail("stands here twice");
  architecture.gpu = read_gpu(element);
}

/// One row per kind of component: the only place where an element name is spelt.
constexpr std::array<std::pair<const char*, void (*)(const XmlElement&, Architecture&)>, 5> readers{
    {{"memory", read_memory_component},
     {"array", read_array},
     {"vector", read_vector},
     {"channel", read_channel},
     {"gpu", read_gpu_into}}};

void read_component(const XmlElement& element, Architecture& architecture) {
  for (const auto& [name, read] : readers) {
    if (element.name() == name) read(element, architecture);
  }
}

/// Its memories must be there, the L2 with a capacity, both with a bandwidth.
void check_gpu(const Architecture& architecture) {
  if (!architecture.gpu) return;
  for (const auto& [what, name] :
       {std::pair{"l2", architecture.gpu->l2}, std::pair{"dram", architecture.gpu->dram}}) {
    const auto* const memory = architecture.find_memory(name);
    if (memory != nullptr && memory->bandwidth) continue;
    throw InputError(architecture.gpu->place, std::string("<gpu> ") + what + "=\"" + name +
                                                  "\" is no memory with a bandwidth (known: " +
                                                  join(architecture.memory_names()) + ")");
  }
  if (architecture.find_memory(architecture.gpu->l2)->capacity) return;
  throw InputError(architecture.gpu->place,
                   "<gpu> l2=\"" + architecture.gpu->l2 + "\" has no capacity");
}

void check_names(const Architecture& architecture) {
  std::map<std::string, Place> seen;
  for (const auto& component : architecture.components) {
    const auto [earlier, is_new] = seen.emplace(name_of(component), place_of(component));
    if (is_new) continue;
    throw InputError(place_of(component), "the name '" + name_of(component) +
                                              "' is taken, by the component at " +
                                              to_string(earlier->second));
  }
}

void check_end(const ChannelSpec& channel, const std::string& end, const char* which,
               const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), end) != known.end()) return;
  throw InputError(channel.place, std::string("<channel> ") + which + "=\"" + end +
                                      "\" is no memory or unit" + did_you_mean(end, known) +
                                      " (known: " + join(known) + ")");
}

void check_channels(const Architecture& architecture) {
  auto known = architecture.memory_names();
  for (auto& unit : architecture.unit_names()) known.push_back(unit);
  for (const auto& component : architecture.components) {
    const auto* const channel = std::get_if<ChannelSpec>(&component);
    if (channel == nullptr) continue;
    check_end(*channel, channel->from, "from", known);
    check_end(*channel, channel->to, "to", known);
    const auto* const first = architecture.find_channel(channel->from, channel->to);
    if (first == channel) continue;
    throw InputError(channel->place, "<channel> joins '" + channel->from + "' and '" + channel->to +
                                         "', as channel '" + first->name + "' already does");
  }
}

}  // namespace

Architecture read_architecture(const XmlElement& root) {
  Architecture architecture;
  architecture.name = read_name(root);
  architecture.technology = root.optional<std::string>("technology", "");
  architecture.clock = read_positive<Hertz>(root, "clock");
  architecture.word = read_positive_if_given<Bits>(root, "word").value_or(architecture.word);
  architecture.place = root.place();
  finish(root);
  std::vector<std::string> known;
  known.reserve(readers.size());
  for (const auto& [name, read] : readers) known.emplace_back(name);
  for (const auto& element : root.children(known)) read_component(element, architecture);
  check_names(architecture);
  check_channels(architecture);
  check_gpu(architecture);
  return architecture;
}

Architecture load_architecture(const std::string& path, const std::vector<XmlOverride>& overrides) {
  return read_architecture(XmlElement::load(path, "architecture", overrides));
}

}  // namespace attnsim::arch
