#pragma once

#include <limits>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Chooses the lag of every stage and the slots of every edge that the mapping leaves open.
///
/// A pipeline repeats every `interval` cycles, the work of its busiest unit in one iteration. Each
/// operation then has a slot in its unit's interval, and a stage lags by as many intervals as its
/// operands need to be there when its turn comes (modulo scheduling); buffers hold what is in
/// flight meanwhile. Lags never exceed the pipeline's depth - 1, what explicit buffers admit
/// (slots >= lag difference + 1, so that the order of the unit's programs is free of deadlock), or
/// `deepest`.
/// @throws InfeasibleError where a carried value would be needed before it is made
void fit_pipelines(const Problem& problem, Plan& plan,
                   std::int64_t deepest = std::numeric_limits<std::int64_t>::max());

}  // namespace attnsim::mappings
