#include "mappings/bounds.h"

#include "mappings/counts.h"
#include "mappings/problem.h"

namespace attnsim::mappings {

IdVector<UnitId, std::int64_t> busy_subcycles(const Schedule& schedule,
                                              const ExecutionCounts& counts) {
  IdVector<UnitId, std::int64_t> busy(schedule.units.size(), 0);
  for (std::size_t unit = 0; unit < schedule.units.size(); ++unit) {
    const auto id = static_cast<UnitId>(unit);
    for (std::size_t op = 0; op < schedule.units[id].ops.size(); ++op) {
      const auto& costs = schedule.units[id].ops[static_cast<OpId>(op)].costs;
      const auto& ran = counts[id][static_cast<OpId>(op)];
      for (std::size_t variant = 0; variant < costs.size(); ++variant) {
        busy[id] += costs[variant].occupancy * ran[variant];
      }
    }
  }
  return busy;
}

Bound bound_of(const Schedule& schedule) {
  const auto busy = busy_subcycles(schedule, count_executions(schedule));
  Bound bound;
  for (std::size_t unit = 0; unit < schedule.units.size(); ++unit) {
    const auto id = static_cast<UnitId>(unit);
    const auto cycles = ceil_div(busy[id], schedule.units[id].subcycles);
    if (cycles > bound.cycles) bound = {cycles, schedule.units[id].unit};
  }
  return bound;
}

}  // namespace attnsim::mappings
