#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// What is left of `rank` below the loops of `path`: its tile, with the tail of a ragged rank. The
/// inner part of a split rank (M0) is ragged under the loops over the outer part (M1).
[[nodiscard]] Extent extent_of(const Problem& problem, const Plan& plan,
                               const std::vector<LoopId>& path, const std::string& rank);

/// How the tile that an access touches changes from one iteration of a loop to the next.
enum class Walk {
  none,   ///< not at all
  own,    ///< to another tile: the rank is the tensor's, and its index has no other variable
  window  ///< it slides, perhaps over what it touched before (p in I[p+r], or in K[p] of rank M)
};

/// What a loop over `rank` does to the tile of `access`.
[[nodiscard]] Walk walk_of(const einsum::Cascade& cascade, const einsum::Access& access,
                           const std::string& rank);

/// The coordinates that `access` touches, per rank of its tensor, below the loops of `path`. An
/// affine index of several variables touches sum |factor| (extent - 1) + 1 coordinates.
/// @param held  loops around the place where the tile is held: those inside of it that only slide
///              a window find all of it there
[[nodiscard]] std::vector<Extent> touched(const Problem& problem, const Plan& plan,
                                          const std::vector<LoopId>& path,
                                          const einsum::Access& access, std::size_t held);
[[nodiscard]] std::vector<Extent> touched(const Problem& problem, const Plan& plan,
                                          const std::vector<LoopId>& path,
                                          const einsum::Access& access);

/// Ranks whose variables appear in `access`.
[[nodiscard]] std::vector<std::string> ranks_in(const einsum::Cascade& cascade,
                                                const einsum::Access& access);

/// Number of points of a product of extents where the loops in `last` (bit i: loop depths[i]) are
/// in their last iteration.
[[nodiscard]] std::int64_t volume(const std::vector<Extent>& extents,
                                  const std::vector<int>& variant_depths, std::size_t variant);

/// `extent` in one variant: its tail if the variant has all its loops in their last iteration.
[[nodiscard]] std::int64_t at_variant(const Extent& extent, const std::vector<int>& variant_depths,
                                      std::size_t variant);

}  // namespace attnsim::mappings
