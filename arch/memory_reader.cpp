#include "arch/memory_reader.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>

#include "arch/reading.h"
#include "arch/technology.h"
#include "base/did_you_mean.h"

namespace attnsim::arch {
namespace {

constexpr std::uint64_t bits_per_byte = 8;

std::uint64_t read_instances(const XmlElement& element, const MemoryHome& home) {
  if (home.instances.empty()) {
    if (element.has("per")) {
      static_cast<void>(element.required<std::string>("per"));
      element.fail("per", "is for a memory inside an array or a vector");
    }
    return 1;
  }
  const Choices<std::uint64_t> choices(home.instances.begin(), home.instances.end());
  return element.optional_choice("per", choices, home.instances.at(home.default_per));
}

/// Of all instances together.
Bytes capacity_of_entries(const XmlElement& element, const MemorySpec& memory) {
  const auto words = product(memory.entries, memory.instances);
  const auto bits = words ? product(*words, memory.width.count()) : std::nullopt;
  if (!bits) element.fail("entries", "makes a memory of more than 2^64 bits");
  if (*bits % bits_per_byte != 0) {
    element.fail("entries",
                 "makes " + to_text(Bits(*bits)) + " in all, which is not a whole number of bytes");
  }
  return Bytes(*bits / bits_per_byte);
}

void read_size(const XmlElement& element, MemorySpec& memory) {
  const auto capacity = read_positive_if_given<Bytes>(element, "capacity");
  static_cast<void>(element.optional<std::string>("entries"));  // known, whether used or not
  if (capacity && element.has("entries")) {
    element.fail("entries", "is given, and 'capacity' as well: keep one");
  }
  if (capacity) {
    const auto total = product(capacity->count(), memory.instances);
    if (!total) element.fail("capacity", "makes more than 2^64 bytes in all");
    memory.capacity = Bytes(*total);
  } else if (element.has("entries")) {
    memory.entries = read_count(element, "entries");
    memory.capacity = capacity_of_entries(element, memory);
  } else if (!memory.bandwidth) {
    element.fail("needs 'capacity' or 'entries' (only a memory with a 'bandwidth' goes without)");
  }
}

namespace fs = std::filesystem;

/// The path of a table that is there.
std::string find_table(const XmlElement& element, const std::string& table) {
  auto path = path_of_table(table, element.place().file);
  if (is_path_of_table(table)) {
    std::error_code ignored;
    if (!fs::exists(path, ignored)) element.fail("table", "is not there (" + path + ")");
    return path;
  }
  const auto known = technology_tables_in(fs::path(path).parent_path().string());
  if (std::find(known.begin(), known.end(), table) == known.end()) {
    element.fail("table", "is neither a shipped technology table nor the path of one" +
                              did_you_mean(table, known) + " (shipped: " + join(known) + ")");
  }
  return path;
}

/// The size of one instance as the table counts it.
std::uint64_t size_in(const TechnologyTable& table, const XmlElement& element,
                      const MemorySpec& memory) {
  if (!memory.capacity) element.fail("table", "needs a memory with 'capacity' or 'entries'");
  const bool in_entries = table.size == TechnologyTable::Size::entries;
  if (in_entries && memory.entries != 0) return memory.entries;
  const auto bytes = memory.capacity->count() / memory.instances;
  if (!in_entries) return bytes;
  const auto bits = product(bytes, bits_per_byte);
  if (!bits || *bits % memory.width.count() != 0) {
    element.fail("table", "counts entries, of which the capacity is no whole number");
  }
  return *bits / memory.width.count();
}

/// Figures that are given win over those of the table.
void read_figures(const XmlElement& element, MemorySpec& memory) {
  const auto read = element.optional<Picojoules>("read");
  const auto write = element.optional<Picojoules>("write");
  const auto area = element.optional<SquareMicrons>("area");
  memory.table = element.optional<std::string>("table", "");
  std::optional<MemoryFigures> figures;
  if (!memory.table.empty()) {
    const auto table = load_technology_table(find_table(element, memory.table));
    try {
      if (!read || !write || !area) {
        figures = figures_at(table, size_in(table, element, memory), memory.width);
      }
    } catch (const TextError& error) {
      element.fail("table", error.what());
    }
  }
  const auto found = figures.value_or(MemoryFigures());
  memory.read_energy = read.value_or(found.read_energy);
  memory.write_energy = write.value_or(found.write_energy);
  if (area || figures) {
    memory.area = area.value_or(found.area) * static_cast<double>(memory.instances);
  }
}

}  // namespace

MemorySpec read_memory(const XmlElement& element, const MemoryHome& home, Bits word) {
  MemorySpec memory;
  memory.name = read_name(element);
  memory.technology_class = element.optional<std::string>("class", "");
  memory.instances = read_instances(element, home);
  memory.width = read_positive_if_given<Bits>(element, "width").value_or(word);
  memory.bandwidth = read_positive_if_given<BytesPerSecond>(element, "bandwidth");
  memory.unit = home.unit;
  memory.place = element.place();
  read_size(element, memory);
  read_figures(element, memory);
  finish_leaf(element);
  return memory;
}

}  // namespace attnsim::arch
