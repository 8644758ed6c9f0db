#pragma once

#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// What is left of `rank` below the loops of `path`: its tile, with the tail of a ragged rank. The
/// inner part of a split rank (M0) is ragged under the loops over the outer part (M1).
[[nodiscard]] Extent extent_of(const Problem& problem, const Plan& plan,
                               const std::vector<LoopId>& path, const std::string& rank);

/// The coordinates that `access` touches, per rank of its tensor, below the loops of `path`. An
/// affine index of several variables touches sum |factor| (extent - 1) + 1 coordinates.
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
