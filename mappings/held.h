#pragma once

#include <cstdint>
#include <vector>

#include "mappings/lowered.h"

namespace attnsim::mappings {

/// Bytes that a mapping holds in all memories on the chip: its keeps together, of the phases of a
/// `<sequence>`, which never run together, the fullest.
[[nodiscard]] std::int64_t held_bytes(const std::vector<FootprintLine>& footprint);

}  // namespace attnsim::mappings
