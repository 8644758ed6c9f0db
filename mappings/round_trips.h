#pragma once

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Fills in `plan.round_trips`.
void find_round_trips(Plan& plan);

/// Proves the chosen lags: in the order of the transfers' unit, what comes back from off chip has
/// gone there; in a zipped pipeline, no stage reads a tile before the whole of it is made, and the
/// buffers hold what is in flight.
/// @throws InfeasibleError naming what is too early or too small
void check_lags(const Problem& problem, const Plan& plan);

}  // namespace attnsim::mappings
