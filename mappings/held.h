#pragma once

#include <cstdint>
#include <vector>

#include "mappings/lowered.h"

namespace attnsim::mappings {

/// Bytes that a mapping takes of all memories on the chip together: in each its keeps, and of those
/// in the phases of a `<sequence>`, which never run together, the fullest. What is overbooked has
/// no space of its own.
[[nodiscard]] std::int64_t held_bytes(const std::vector<FootprintLine>& footprint);

}  // namespace attnsim::mappings
