#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "explore/front.h"
#include "mappings/space.h"

namespace attnsim::explore {

struct MapperOptions {
  Objectives objectives{Objective::cycles, Objective::energy, Objective::buffer};
  double within = 0.01;  ///< a mapping counts as matched by one that is worse by this part at most
  bool prune = true;     ///< off: every mapping is lowered and run
  std::int64_t exact_points = 0;  ///< so many points are looked at first without that tolerance
  std::vector<Costs> rivals{};    ///< what may be as good as one of these is never left out for it
  /// Mappings looked at, at most; 0: no limit. One counts once more for every so many operations
  /// that its run steps through.
  std::int64_t most_points = 0;
  std::int64_t point_operations = 50'000;
  double most_seconds = 0;          ///< 0: no limit
  unsigned workers = 0;             ///< 0: as many as there are cores
  std::function<double()> clock{};  ///< seconds since some time; only for `most_seconds`
};

/// A mapping of the front.
struct Found {
  mappings::Outline outline;
  mappings::Details details;
  std::int64_t cycles = 0;
  double energy_pj = 0;
  std::int64_t buffer_bytes = 0;
  std::int64_t bound_cycles = 0;  ///< of its Schedule
};

/// Of the mappings in the space, how many ended how.
struct MapperCounts {
  std::int64_t space = 0;
  std::int64_t bounded = 0;     ///< left out because of a bound, before lowering
  std::int64_t infeasible = 0;  ///< too large for a memory, or not legal
  std::int64_t lowered = 0;     ///< lowered, with exact energy and buffer; not all of them run
  std::int64_t simulated = 0;   ///< of these, run to the cycle
  std::int64_t left = 0;        ///< not looked at: the limit came first
};

struct MapperResult {
  std::vector<Found> front;  ///< by cycles, then energy
  MapperCounts counts;
  /// Every mapping of the space, its objectives multiplied by 1 + gap, is no better than one of the
  /// front in any of them. 0: the front is that of the whole space.
  double gap = 0;
  Costs least{};  ///< no mapping of the space is below these, each by itself
  [[nodiscard]] bool complete() const { return counts.left == 0; }
};

/// Branch and bound over a space: outlines by their bounds, the best in each objective and in all
/// together in turn; then bindings and details; then lowering; then time by the recurrence
/// executor. The result does not depend on the number of workers (but on `most_seconds`, where that
/// is set).
[[nodiscard]] MapperResult search(const mappings::MappingSpace& space,
                                  const MapperOptions& options);

}  // namespace attnsim::explore
