#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"
#include "mappings/lowered.h"
#include "sim/execution.h"

namespace attnsim::sim {

/// A unit, memory port or channel over the whole run.
struct UnitUse {
  std::string name;
  bool port = false;       ///< a memory port or channel
  double busy_cycles = 0;  ///< occupied, whatever share of its PEs had work
  double utilization = 0;  ///< useful lane-cycles over lanes x cycles, 0..1
};

/// Bytes moved in and out of a memory.
struct Traffic {
  std::int64_t read = 0;
  std::int64_t write = 0;
};

/// What an Einsum took of its unit.
struct EinsumUse {
  std::string name;
  std::string unit;
  std::int64_t busy_cycles = 0;  ///< that it kept the unit busy
  double utilization = 0;        ///< its share of the unit's utilization
};

/// What a simulation found: the whole batch, every count exact.
struct SimResult {
  std::int64_t cycles = 0;
  double seconds = 0;
  double clock_hz = 0;             ///< at which it ran, where power sets it; 0: the architecture's
  std::int64_t bound_cycles = 0;   ///< no execution of the Schedule can be faster
  std::string bound_by;            ///< the unit whose occupancy that is
  bool skipped = false;            ///< steady state was skipped over (exactly)
  std::int64_t simulated_ops = 0;  ///< operations executed one by one
  double energy_pj = 0;
  std::vector<UnitUse> units;
  std::map<std::string, Traffic> traffic;      ///< per memory
  std::map<std::string, double> energy_pj_by;  ///< per component
  std::optional<double> area_um2;              ///< of the chip; absent unless known of all of it
  std::map<std::string, double> area_um2_by;   ///< per component whose area is known
  std::vector<std::string> area_missing;       ///< components that lack one, where others have it
  std::vector<EinsumUse> einsums;              ///< in the order of the mapping
  std::vector<mappings::Action> actions;       ///< totals per component, action and tensor, sorted
};

/// Energy of an action done `count` times at a component, by its tables: primitive operations of a
/// unit, bytes read or written of a memory (every other word than "read" is a write).
[[nodiscard]] double energy_pj_of(const arch::Component& component, const std::string& what,
                                  double count);

/// Turns the counts of an execution into time, traffic, utilization and energy: the sum over
/// actions of count x energy, as the architecture's tables have it. The area is the architecture's.
[[nodiscard]] SimResult summarize(const arch::Architecture& architecture,
                                  const mappings::Lowered& lowered, const Execution& execution);

}  // namespace attnsim::sim
