#pragma once

#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// One operation of an Einsum: what a unit does at every point of the ranks it depends on.
struct Work {
  const arch::Operation* operation = nullptr;
  std::vector<std::string> ranks;
  bool chained = false;  ///< flows into the next operation without cycles of its own
};

/// The operations of `leaf` on `unit`: inside a reduction at every point of the reduced ranks too;
/// the sum of a product is the unit's "mac" where it has one.
/// @throws InputError naming the unit's operations if it lacks one
[[nodiscard]] std::vector<Work> work_of(const Problem& problem, const PlanLeaf& leaf,
                                        const std::string& unit);

}  // namespace attnsim::mappings
