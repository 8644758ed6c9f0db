#pragma once

#include <cstdint>
#include <string>

#include "mappings/schedule.h"

namespace attnsim::mappings {

/// Subcycles that each unit is occupied in all.
[[nodiscard]] IdVector<UnitId, std::int64_t> busy_subcycles(const Schedule& schedule,
                                                            const ExecutionCounts& counts);

/// A lower bound on the cycles of any execution of a Schedule.
struct Bound {
  std::int64_t cycles = 0;
  std::string by;  ///< the unit that binds: the busiest
};

/// The busiest unit's occupancy, in closed form.
[[nodiscard]] Bound bound_of(const Schedule& schedule);

}  // namespace attnsim::mappings
