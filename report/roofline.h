#pragma once

#include <string>

#include "arch/components.h"

namespace attnsim::report {

/// What a machine could do at best.
struct Roofline {
  std::string name;
  double operations_per_second = 0;  ///< multiply-accumulates count as two
  double bytes_per_second = 0;       ///< of the memory that holds everything

  /// Operations a byte at which memory stops being the limit.
  [[nodiscard]] double balance() const { return operations_per_second / bytes_per_second; }
  [[nodiscard]] double attainable(double intensity) const;
};

/// One multiply-accumulate a cycle in each PE and lane that has the operation, or the products of a
/// GPU at the highest clock that they run at; bandwidth of the
/// memories of no stated capacity.
/// @throws InputError at the architecture if it has none of either
[[nodiscard]] Roofline roofline_of(const arch::Architecture& architecture);

}  // namespace attnsim::report
