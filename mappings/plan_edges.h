#pragma once

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Fills in `plan.edges`: who waits for whom, and where the data waits meanwhile.
/// @throws InputError where an Einsum reads what is not made yet, or an intermediate is kept
///   nowhere; InfeasibleError where it needs another pass over a rank
void connect(const Problem& problem, Plan& plan);

/// When the two ends of an edge take and give. The producer takes space at `acquire` and hands data
/// over at `signal`; the consumer takes data at `wait` and gives the space back at `release`.
struct EdgeGuards {
  Guard acquire;
  Guard signal;
  Guard wait;
  Guard release;
};

/// @throws InfeasibleError where the consumer would need the tensor before it is complete
[[nodiscard]] EdgeGuards guards_of(const Problem& problem, const Plan& plan, const PlanEdge& edge);

/// True if the two ends need a token: different units, or a result that comes late.
[[nodiscard]] bool needs_token(const Plan& plan, const PlanEdge& edge);

}  // namespace attnsim::mappings
