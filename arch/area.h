#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"

namespace attnsim::arch {

/// The area of a chip, component by component: a unit's PEs or lanes with all their functional
/// units, a memory's instances, a channel. Off-chip memories (those without capacity) are no part
/// of it.
struct Area {
  std::map<std::string, SquareMicrons> by;
  std::vector<std::string> missing;  ///< components without a figure: "buffer", "lanes (div, exp)"

  /// The sum, where it is known: something has a figure, and nothing lacks it.
  [[nodiscard]] std::optional<SquareMicrons> total() const;
};

/// Empty, with nothing missing, where the architecture gives no area at all.
[[nodiscard]] Area area_of(const Architecture& architecture);

}  // namespace attnsim::arch
