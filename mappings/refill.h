#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Sums that leave for off chip before they are complete and come back: a loop splits them, and
/// where their tile is kept there is no room for those of a whole round of that loop.
struct Refill {
  std::vector<int> sums;  ///< depths of the loops that split, outermost first
};

/// Whether the sums of `tensor`, an output of `maker` or an intermediate kept off chip, are such.
[[nodiscard]] std::optional<Refill> refill_of(const Problem& problem, const Plan& plan,
                                              const PlanOp& maker, const std::string& tensor);

/// True if a loop at `depth` splits the sums that pass along `edge` to a store.
[[nodiscard]] bool splits_stored_sums(const Problem& problem, const Plan& plan,
                                      const PlanEdge& edge, int depth);

/// The transfers that bring sums back to `op`: where the loop at one of the depths is not in its
/// first iteration, and those outside of it are.
[[nodiscard]] std::vector<PlanOp> refills_of(const Problem& problem, const Plan& plan,
                                             const PlanOp& op);

/// True if the transfer brings back what `maker` has begun to sum.
[[nodiscard]] bool is_refill(const PlanOp& load, const PlanOp& maker);

/// Iterations, of the nest that ends at `depth` of the loops around `maker`, from where a tile of
/// `tensor` goes off chip unfinished to where it comes back, at least; nothing if it never does.
[[nodiscard]] std::optional<std::int64_t> iterations_away(const Problem& problem, const Plan& plan,
                                                          const PlanOp& maker,
                                                          const std::string& tensor,
                                                          std::size_t depth);

}  // namespace attnsim::mappings
