#include "mappings/held.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace attnsim::mappings {

std::int64_t held_bytes(const std::vector<FootprintLine>& footprint) {
  std::map<std::string, std::map<std::size_t, std::int64_t>> held;  // by memory and phase
  for (const auto& line : footprint) {
    if (!line.overbooked) held[line.memory][line.phase] += line.bytes;
  }
  std::int64_t bytes = 0;
  for (auto& [memory, phases] : held) {
    bytes += std::exchange(phases[0], 0);
    const auto fullest = std::max_element(phases.begin(), phases.end(),
                                          [](auto& a, auto& b) { return a.second < b.second; });
    bytes += fullest->second;
  }
  return bytes;
}

}  // namespace attnsim::mappings
