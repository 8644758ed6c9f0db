#include "mappings/held.h"

#include <algorithm>
#include <map>

namespace attnsim::mappings {

std::int64_t held_bytes(const std::vector<FootprintLine>& footprint) {
  std::map<std::size_t, std::int64_t> phases;
  for (const auto& line : footprint) phases[line.phase] += line.bytes;
  std::int64_t fullest = 0;
  for (const auto& [phase, bytes] : phases) {
    if (phase != 0) fullest = std::max(fullest, bytes);
  }
  return phases[0] + fullest;
}

}  // namespace attnsim::mappings
