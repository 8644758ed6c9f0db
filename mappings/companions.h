#pragma once

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Adds the transfers that follow from where tiles are kept: for a memory that spills, the spilled
/// share of every access (charged to the port after the access has happened, two iterations behind,
/// so that it never holds up a load); for a unit that a channel joins to a memory, the operands of
/// each operation on that channel before it (results are charged with them).
void add_companions(const Problem& problem, Plan& plan);

}  // namespace attnsim::mappings
