#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/place.h"
#include "einsum/box_condition.h"
#include "einsum/count_tiles.h"

/// Key tiles that a condition over a few coordinates reaches. Private to `count_tiles`.
namespace attnsim::einsum {

/// A coordinate of the condition, and how its rank is cut.
struct TileSlot {
  std::string rank;
  std::int64_t extent = 1;
  std::int64_t tile = 1;  ///< no longer than the extent
  bool is_key = false;

  [[nodiscard]] std::int64_t tiles() const { return (extent - 1) / tile + 1; }
};

/// @param budget  boxes that may still be looked at; what was needed is taken off
/// @throws InputError at `place` where they do not do, or a number is beyond 63 bits
[[nodiscard]] TileCounts count_in_boxes(const BoxCondition& condition,
                                        const std::vector<TileSlot>& slots, bool dynamic,
                                        const Place& place, std::int64_t& budget);

}  // namespace attnsim::einsum
