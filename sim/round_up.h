#pragma once

#include <cstdint>

namespace attnsim::sim {

/// Whole cycles that hold `subcycles` >= 0 of which there are `per_cycle` to a cycle.
[[nodiscard]] constexpr std::int64_t round_up(std::int64_t subcycles, std::int64_t per_cycle) {
  return per_cycle == 1 ? subcycles : (subcycles + per_cycle - 1) / per_cycle;
}

}  // namespace attnsim::sim
