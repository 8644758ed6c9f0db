#pragma once

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Moves stores out of inner nests into a stage of the outermost nest around them, an iteration of
/// that nest behind, where the buffers hold a whole iteration's results twice: the port then loads
/// the next iteration's data first instead of waiting for this one's results. The stores of a
/// zipped nest move out to that nest, those of each of its stages into one of their own. Needs the
/// edges and the round trips.
void hoist_stores(Plan& plan);

}  // namespace attnsim::mappings
