#pragma once

#include <map>
#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// A `<spatial>` around a leaf.
struct SpatialScope {
  const Spatial* spec = nullptr;
  Place place;
};

/// The operation that computes each tensor, as far as the tree has been read.
using Producers = std::map<std::string, PlanOpId>;

/// A keep with its names checked; never more buffers than there are tiles to hold.
/// @throws InputError for an unknown memory or tensor
[[nodiscard]] PlanKeep make_keep(const Problem& problem, const Plan& plan_so_far, const Keep& keep,
                                 const std::vector<LoopId>& path);

/// An Einsum at its place. @throws InputError for an unknown Einsum or unit, or an extent spread
/// over fewer PEs than it has
[[nodiscard]] PlanLeaf make_leaf(const Problem& problem, const Plan& plan,
                                 const std::vector<LoopId>& path,
                                 const std::vector<SpatialScope>& spatials, const Leaf& spec,
                                 const Place& place);

/// When `op` runs under loops whose ranks it lacks: in the last iteration where what it reads is
/// complete only then (a value reduced or carried along that rank), else in the first.
[[nodiscard]] Guard guard_of(const Problem& problem, const Plan& plan, const Producers& producers,
                             const PlanOp& op);

/// The condition of `guard` on the loop at `depth`, or null.
[[nodiscard]] const Edge* find_edge(const Guard& guard, int depth);

/// True if a leaf of `op` (or its transfer) iterates over `rank`.
[[nodiscard]] bool iterates_over(const Problem& problem, const PlanOp& op, const std::string& rank);

/// True if `tensor` has the rank (a split rank counts for its parts only).
[[nodiscard]] bool has_rank(const einsum::Cascade& cascade, const std::string& tensor,
                            const std::string& rank);

/// How often `op` runs in one iteration of the outermost `depth` loops around it.
[[nodiscard]] std::int64_t tiles_below(const Plan& plan, const PlanOp& op, std::size_t depth);

/// Names joined by ", ".
[[nodiscard]] std::string joined(const std::vector<std::string>& names);

}  // namespace attnsim::mappings
