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
/// architecture's word where absent.
/// @throws InputError if it has neither and no `bandwidth` either, has both, or is not a whole
///         number of bytes
[[nodiscard]] MemorySpec read_memory(const XmlElement& element, const MemoryHome& home, Bits word);

}  // namespace attnsim::arch
