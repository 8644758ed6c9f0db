#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "arch/components.h"
#include "base/xml.h"

namespace attnsim::arch {

/// Where a memory stands: in a unit, with the choices of `per` and how many instances each
/// gives, or (all empty) at the top level of the architecture.
struct MemoryHome {
  std::string unit;
  std::map<std::string, std::uint64_t> instances;
  std::string default_per;
};

/// `<memory>`. `capacity` and `entries` (words of `width`) are of one instance; `width` is the
/// architecture's word where absent. `table` gives those of `read`, `write` and `area` that are
/// absent: the name of a shipped technology table, or a path from the architecture's folder.
/// @throws InputError if it has neither and no `bandwidth` either, has both, is not a whole number
///         of bytes, or if the table is not there or has no figures for this size and width
[[nodiscard]] MemorySpec read_memory(const XmlElement& element, const MemoryHome& home, Bits word);

}  // namespace attnsim::arch
