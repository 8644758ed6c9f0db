#pragma once

#include "mappings/plan.h"

namespace attnsim::mappings {

/// The iterations of the loops of `path` whose tile holds a point that the Einsum's `where` admits
/// (each linear condition taken by itself: a tile that none excludes as a whole is run in full).
/// Empty without a `where`. @throws InfeasibleError for a condition that is no conjunction of
/// linear inequalities (`or`, `!=`)
[[nodiscard]] std::vector<Region> regions_of(const Problem& problem, const Plan& plan,
                                             const std::vector<LoopId>& path,
                                             const einsum::Einsum& einsum);

}  // namespace attnsim::mappings
