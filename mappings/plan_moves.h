#pragma once

#include <vector>

#include "mappings/plan_leaf.h"

namespace attnsim::mappings {

/// The transfers from off-chip memory that `op` needs before it and that no operation before it
/// has brought: its inputs, and intermediates that the mapping keeps off chip. A tile is moved
/// again only when it changes, unless the keep streams.
[[nodiscard]] std::vector<PlanOp> loads_of(const Problem& problem, const Plan& plan,
                                           const Producers& producers, const PlanOp& op);

/// The transfers that take what `op` makes off chip: outputs, and intermediates kept there.
[[nodiscard]] std::vector<PlanOp> stores_of(const Problem& problem, const Plan& plan,
                                            const PlanOp& op);

/// True if what `op` makes of `tensor` goes off chip: an output, or an intermediate kept there.
[[nodiscard]] bool goes_off_chip(const Problem& problem, const Plan& plan, const PlanOp& op,
                                 const std::string& tensor);

/// A transfer of the tile of `access`, run like `op`; its guard is left to the caller.
[[nodiscard]] PlanOp move_beside(const Problem& problem, const PlanOp& op,
                                 const einsum::Access& access, Move::Kind kind);

/// The innermost keep of `tensor` around `op` on chip, at a memory shared by units (`shared`) or
/// in a unit; null if there is none.
[[nodiscard]] const PlanKeep* find_keep(const Plan& plan, const PlanOp& op,
                                        const std::string& tensor, bool shared);

/// True if `op` gets `tensor` from off-chip memory: an input, or an intermediate kept there and
/// not also on chip around both its producer and `op`.
[[nodiscard]] bool comes_from_off_chip(const Problem& problem, const Plan& plan,
                                       const Producers& producers, const PlanOp& op,
                                       const std::string& tensor);

}  // namespace attnsim::mappings
