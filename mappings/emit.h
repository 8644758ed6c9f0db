#pragma once

#include "mappings/lowered.h"
#include "mappings/plan.h"

namespace attnsim::mappings {

/// The Schedule and accounting of a finished plan: each unit's part of the tree, joined by tokens.
void emit(const Problem& problem, Plan plan, Lowered& lowered);

}  // namespace attnsim::mappings
