#pragma once

#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"
#include "sim/result.h"

namespace attnsim::report {

/// What a machine could do at best.
struct Roofline {
  std::string name;
  double operations_per_second = 0;        ///< multiply-accumulates count as two
  double bytes_per_second = 0;             ///< of the memory that holds everything
  std::vector<std::string> memories = {};  ///< whose bandwidth that is

  /// Operations a byte at which memory stops being the limit.
  [[nodiscard]] double balance() const { return operations_per_second / bytes_per_second; }
  [[nodiscard]] double attainable(double intensity) const;
};

/// One multiply-accumulate a cycle in each PE and lane that has the operation, or the products of a
/// GPU at the highest clock that they run at; bandwidth of the
/// memories of no stated capacity.
/// @throws InputError at the architecture if it has none of either
[[nodiscard]] Roofline roofline_of(const arch::Architecture& architecture);

/// Where a run lies below its machine's roofline.
struct RooflinePoint {
  double operations_per_byte = 0;  ///< of the memories that hold everything
  double operations_per_second = 0;
};

/// Operations are those that the units did, a multiply-accumulate being two; absent where none was
/// done, or no byte moved.
[[nodiscard]] std::optional<RooflinePoint> roofline_point(const Roofline& machine,
                                                          const sim::SimResult& result);

}  // namespace attnsim::report
