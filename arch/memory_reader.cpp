#include "arch/memory_reader.h"

#include <optional>

#include "arch/reading.h"

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

}  // namespace

MemorySpec read_memory(const XmlElement& element, const MemoryHome& home, Bits word) {
  MemorySpec memory;
  memory.name = read_name(element);
  memory.technology_class = element.optional<std::string>("class", "");
  memory.instances = read_instances(element, home);
  memory.width = read_positive_if_given<Bits>(element, "width").value_or(word);
  memory.read_energy = element.optional<Picojoules>("read", memory.read_energy);
  memory.write_energy = element.optional<Picojoules>("write", memory.write_energy);
  memory.bandwidth = read_positive_if_given<BytesPerSecond>(element, "bandwidth");
  memory.unit = home.unit;
  memory.place = element.place();
  read_size(element, memory);
  finish_leaf(element);
  return memory;
}

}  // namespace attnsim::arch
