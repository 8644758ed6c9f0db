#pragma once

#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// The tile chosen for each `tile="fit"`, in the order of the file: a number of the tiles that the
/// next loop over the same rank takes (or of coordinates, where there is none).
using FitTiles = std::vector<std::int64_t>;

/// What one `tile="fit"` may be.
struct FitRange {
  std::int64_t units = 1;  ///< inner tiles that there are in all: every divisor is a candidate
  std::string rank;
  Place place;
};

/// Fills in the loops, keeps and operations of a mapping, transfers included; edges, costs and
/// lags are for later. `ranges`, if not null, receives the choices for every `tile="fit"`.
/// @throws InputError for what the tree itself shows to be wrong: an unknown rank, Einsum, unit or
///   memory, an Einsum bound twice or not at all, a spatial extent larger than the unit
[[nodiscard]] Plan build_tree(const Problem& problem, const FitTiles& tiles,
                              std::vector<FitRange>* ranges = nullptr);

}  // namespace attnsim::mappings
