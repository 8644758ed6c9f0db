#pragma once

#include <iosfwd>
#include <optional>

#include "einsum/count_tiles.h"
#include "report/json.h"

namespace attnsim::report {

/// The key tiles that a mask leaves, and of what.
struct TileStudy {
  std::string cascade;
  einsum::Tiling tiling;
  einsum::Shapes shapes;
  einsum::TileReport counts;
  std::optional<double> share;  ///< of the whole's time that attention has, where that is known
};

/// As `attnsim tiles` prints it: tiles by group of ranks, what may be skipped, and the speedups.
void print_tiles(std::ostream& out, const TileStudy& study);

[[nodiscard]] Json to_json(const TileStudy& study);

}  // namespace attnsim::report
