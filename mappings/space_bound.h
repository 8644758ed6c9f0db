#pragma once

#include <cstdint>
#include <vector>

#include "mappings/space.h"

namespace attnsim::mappings {

/// What a mapping cannot go below.
struct CostBound {
  double cycles = 0;
  double energy_pj = 0;
  double buffer_bytes = 0;  ///< held on the chip
};

/// An Einsum on a unit: cycles that it keeps it busy, and the energy of its operations, of its
/// unit's registers, and of bringing there what comes from off chip.
struct UnitCost {
  double cycles = 0;
  double energy_pj = 0;
  double estimate = 0;  ///< cycles if every point of the iteration space were computed
};

/// Lower bounds on every mapping of an outline, from closed forms: no plan, no schedule. What an
/// Einsum with a condition takes counts as nothing, and so do tiles that are only partly there.
class OutlineBound {
 public:
  OutlineBound(const Roles& roles, const Outline& outline, const Fusion& fusion);

  /// Per Einsum and option.
  [[nodiscard]] const std::vector<std::vector<UnitCost>>& costs() const { return costs_; }

  [[nodiscard]] CostBound of(const std::vector<std::size_t>& binding, Prefetch prefetch) const;

  /// Of every binding and prefetching.
  [[nodiscard]] CostBound any(const std::vector<std::vector<std::size_t>>& bindings) const;

 private:
  void add_group(const std::vector<std::size_t>& einsums);

  const Roles& roles_;
  const Outline& outline_;
  const Fusion& fusion_;
  std::vector<std::vector<UnitCost>> costs_;
  struct GroupTraffic {
    std::vector<std::size_t> einsums;
    double port_cycles = 0;  ///< of the off-chip memory
  };
  std::vector<GroupTraffic> groups_;  ///< one runs after another
  double memory_energy_pj_ = 0;       ///< of moving them
  std::vector<double> buffers_;       ///< bytes by prefetching
};

}  // namespace attnsim::mappings
