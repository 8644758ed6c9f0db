#pragma once

#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// A loop inside those of `path`, in tiles of `tile` coordinates (or of what there is, if less).
/// @throws InputError for a tile that does not divide that of a loop further out
[[nodiscard]] PlanLoop make_loop(const Problem& problem, const Plan& plan,
                                 const std::vector<LoopId>& path, const For& spec,
                                 std::int64_t tile, const Place& place);

/// Tile of the next loop over the rank inside `node`; 1 where there is none.
[[nodiscard]] std::int64_t inner_tile(const Problem& problem, const TreeNode& node,
                                      const std::string& rank);

/// Iterations of the loops of a zipped pipeline inside the loops of `path`: as many as the first of
/// them has that gives its tile. @throws InputError if none does
[[nodiscard]] std::int64_t zipped_iterations(const Problem& problem, const Plan& plan,
                                             const std::vector<LoopId>& path,
                                             const TreeNode& pipeline);

/// @throws InputError if the stages' loops do not all go through as many iterations, the last ones
/// of the loops around them included
void require_in_step(const Plan& plan, const std::vector<PlanStage>& stages);

}  // namespace attnsim::mappings
