#include "arch/components.h"

namespace attnsim::arch {
namespace {

template <class Spec>
const Spec* find(const std::vector<Component>& components, const std::string& name) {
  for (const auto& component : components) {
    const auto* const spec = std::get_if<Spec>(&component);
    if (spec != nullptr && spec->name == name) return spec;
  }
  return nullptr;
}

}  // namespace

const MemorySpec* Architecture::find_memory(const std::string& memory) const {
  return find<MemorySpec>(components, memory);
}

const ArraySpec* Architecture::find_array(const std::string& array) const {
  return find<ArraySpec>(components, array);
}

const VectorSpec* Architecture::find_vector(const std::string& vector) const {
  return find<VectorSpec>(components, vector);
}

const ChannelSpec* Architecture::find_channel(const std::string& a, const std::string& b) const {
  for (const auto& component : components) {
    const auto* const channel = std::get_if<ChannelSpec>(&component);
    if (channel == nullptr) continue;
    if (channel->from == a && channel->to == b) return channel;
    if (channel->from == b && channel->to == a) return channel;
  }
  return nullptr;
}

std::vector<std::string> Architecture::unit_names() const {
  std::vector<std::string> names;
  for (const auto& component : components) {
    const bool is_unit = std::holds_alternative<ArraySpec>(component) ||
                         std::holds_alternative<VectorSpec>(component);
    if (is_unit) names.push_back(name_of(component));
  }
  return names;
}

std::vector<std::string> Architecture::memory_names() const {
  std::vector<std::string> names;
  for (const auto& component : components) {
    if (std::holds_alternative<MemorySpec>(component)) names.push_back(name_of(component));
  }
  return names;
}

const std::string& name_of(const Component& component) {
  return std::visit([](const auto& spec) -> const std::string& { return spec.name; }, component);
}

const Place& place_of(const Component& component) {
  return std::visit([](const auto& spec) -> const Place& { return spec.place; }, component);
}

}  // namespace attnsim::arch
