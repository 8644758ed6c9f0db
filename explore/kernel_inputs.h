#pragma once

#include "explore/point.h"
#include "mappings/mapping.h"
#include "workloads/model.h"

namespace attnsim::explore {

/// The shapes of a mapping of launches: B, H, J, P, M, E, F, `causal` (0 or 1) and the mapping's
/// parameters. What is not given: J is H, M is P, F is E; a model gives B, H, E and F.
/// @throws InputError for what is missing, unknown or out of range
[[nodiscard]] workloads::Shapes kernel_shapes(const Point& point,
                                              const mappings::KernelMapping& kernel,
                                              const workloads::Shapes& model);

}  // namespace attnsim::explore
