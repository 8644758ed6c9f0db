#include "explore/architecture_values.h"

#include <algorithm>
#include <string>

#include "arch/area.h"
#include "base/overloaded.h"

namespace attnsim::explore {

void add_values(const arch::Architecture& architecture, mappings::Variables& variables) {
  auto& numbers = variables.numbers;
  const auto add = [&numbers](std::string component, const char* what, auto number) {
    const auto in_formulas = [](char c) { return c == '-' || c == '.' ? '_' : c; };
    std::transform(component.begin(), component.end(), component.begin(), in_formulas);
    numbers[component + "_" + what] = static_cast<double>(number);
  };
  numbers["clock"] = architecture.clock.count();
  const auto area = arch::area_of(architecture);
  if (const auto total = area.total()) numbers["area"] = total->count();
  for (const auto& [component, part] : area.by) add(component, "area", part.count());
  for (const auto& component : architecture.components) {
    std::visit(
        Overloaded{[&](const arch::MemorySpec& memory) {
                     if (memory.capacity) add(memory.name, "capacity", memory.capacity->count());
                     if (memory.entries > 0) add(memory.name, "entries", memory.entries);
                     if (memory.bandwidth) {
                       add(memory.name, "bandwidth", memory.bandwidth->count());
                     }
                     add(memory.name, "width", memory.width.count());
                   },
                   [&](const arch::ArraySpec& array) {
                     add(array.name, "rows", array.rows);
                     add(array.name, "columns", array.columns);
                   },
                   [&](const arch::VectorSpec& vector) { add(vector.name, "lanes", vector.lanes); },
                   [&](const arch::ChannelSpec& channel) {
                     add(channel.name, "width", channel.width.count());
                   }},
        component);
  }
}

}  // namespace attnsim::explore
