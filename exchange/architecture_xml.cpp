#include <map>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "base/quantity_text.h"
#include "exchange/xml_text.h"

namespace attnsim::exchange {
namespace {

using arch::Architecture;

/// How many instances each word of `per` stands for, in the unit that a memory is in.
std::vector<std::pair<std::string, std::uint64_t>> instances_in(const Architecture& architecture,
                                                                const std::string& unit) {
  if (const auto* array = architecture.find_array(unit)) {
    return {{"pe", array->rows * array->columns},
            {"column", array->columns},
            {"row", array->rows},
            {"unit", 1}};
  }
  return {{"lane", architecture.find_vector(unit)->lanes}, {"unit", 1}};
}

void add_per(const Architecture& architecture, const arch::MemorySpec& memory, XmlText& element) {
  for (const auto& [per, instances] : instances_in(architecture, memory.unit)) {
    if (instances != memory.instances) continue;
    element.attributes.emplace_back("per", per);
    return;
  }
}

XmlText memory_element(const Architecture& architecture, const arch::MemorySpec& memory) {
  XmlText element{"memory", {{"name", memory.name}}, {}};
  auto& attributes = element.attributes;
  if (!memory.technology_class.empty()) attributes.emplace_back("class", memory.technology_class);
  if (!memory.unit.empty()) add_per(architecture, memory, element);
  if (memory.entries != 0) {
    attributes.emplace_back("entries", std::to_string(memory.entries));
  } else if (memory.capacity) {
    attributes.emplace_back("capacity",
                            to_text(Bytes(memory.capacity->count() / memory.instances)));
  }
  if (memory.bandwidth) attributes.emplace_back("bandwidth", to_text(*memory.bandwidth));
  attributes.emplace_back("width", to_text(memory.width));
  attributes.emplace_back("read", to_text(memory.read_energy));
  attributes.emplace_back("write", to_text(memory.write_energy));
  if (memory.area) {
    const auto one = memory.area->count() / static_cast<double>(memory.instances);
    attributes.emplace_back("area", to_text(SquareMicrons(one)));
  }
  return element;
}

bool is_primitive(const arch::Operation& operation) {
  return operation.primitives == std::map<std::string, std::uint64_t>{{operation.name, 1}};
}

XmlText operation_element(const arch::Operation& operation) {
  XmlText element{"op", {{"name", operation.name}}, {}};
  auto& attributes = element.attributes;
  if (is_primitive(operation)) {
    attributes.emplace_back("cycles", std::to_string(operation.cycles.count()));
    attributes.emplace_back("energy", to_text(operation.energy));
    if (operation.area) attributes.emplace_back("area", to_text(*operation.area));
  } else {
    std::string parts;
    for (const auto& [name, times] : operation.primitives) {
      parts += (parts.empty() ? "" : " + ") + std::to_string(times) + " " + name;
    }
    attributes.emplace_back("as", parts);
  }
  std::string chains;
  for (const auto& chain : operation.chains) chains += (chains.empty() ? "" : " ") + chain;
  if (!chains.empty()) attributes.emplace_back("chain", chains);
  return element;
}

template <class Unit>
void finish_unit(const Architecture& architecture, const Unit& unit, XmlText& element) {
  element.attributes.emplace_back("reduction",
                                  unit.reduction == arch::Reduction::chain ? "chain" : "tree");
  if (unit.hop != Cycles(1)) element.attributes.emplace_back("hop", to_text(unit.hop));
  for (const auto& component : architecture.components) {
    const auto* const memory = std::get_if<arch::MemorySpec>(&component);
    if (memory != nullptr && memory->unit == unit.name) {
      element.children.push_back(memory_element(architecture, *memory));
    }
  }
  for (const auto& [name, operation] : unit.operations) {
    element.children.push_back(operation_element(operation));
  }
}

XmlText channel_element(const arch::ChannelSpec& channel) {
  XmlText element{"channel",
                  {{"name", channel.name},
                   {"from", channel.from},
                   {"to", channel.to},
                   {"width", to_text(channel.width)},
                   {"energy", to_text(channel.energy_per_bit)}},
                  {}};
  if (channel.area) element.attributes.emplace_back("area", to_text(*channel.area));
  return element;
}

/// A memory of a unit stands in the unit.
void add_component(const Architecture& architecture, const arch::Component& component,
                   XmlText& root) {
  std::visit(Overloaded{[&](const arch::MemorySpec& memory) {
                          if (!memory.unit.empty()) return;
                          root.children.push_back(memory_element(architecture, memory));
                        },
                        [&](const arch::ArraySpec& array) {
                          XmlText element{"array",
                                          {{"name", array.name},
                                           {"rows", std::to_string(array.rows)},
                                           {"columns", std::to_string(array.columns)}},
                                          {}};
                          finish_unit(architecture, array, element);
                          root.children.push_back(element);
                        },
                        [&](const arch::VectorSpec& vector) {
                          XmlText element{
                              "vector",
                              {{"name", vector.name}, {"lanes", std::to_string(vector.lanes)}},
                              {}};
                          finish_unit(architecture, vector, element);
                          root.children.push_back(element);
                        },
                        [&](const arch::ChannelSpec& channel) {
                          root.children.push_back(channel_element(channel));
                        }},
             component);
}

}  // namespace

std::string to_xml(const Architecture& architecture, const std::string& comment) {
  if (architecture.gpu) {
    throw InputError(architecture.place, "a GPU cannot be written: it has no loops to map to");
  }
  XmlText root{
      "architecture", {{"name", architecture.name}, {"clock", to_text(architecture.clock)}}, {}};
  if (!architecture.technology.empty()) {
    root.attributes.emplace_back("technology", architecture.technology);
  }
  root.attributes.emplace_back("word", to_text(architecture.word));
  for (const auto& component : architecture.components) {
    add_component(architecture, component, root);
  }
  return to_text(root, comment);
}

}  // namespace attnsim::exchange
