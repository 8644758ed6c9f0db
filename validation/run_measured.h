#pragma once

#include <functional>
#include <string>
#include <vector>

#include "explore/executor.h"
#include "explore/point.h"
#include "validation/measured_rows.h"

namespace attnsim::validation {

struct MeasuredOptions {
  explore::ExecutorOptions executor{true, explore::Executor::recurrence};
  std::string arch;                  ///< empty: the one that stands for the file's GPU
  std::vector<std::string> kernels;  ///< patterns of those that are run; empty: all
  unsigned workers = 0;              ///< threads; 0: one a core. SystemC: always 1
  std::function<void(std::size_t done, std::size_t rows)> progress;
};

/// The point that simulates a row: mapping `gpu/KERNEL` on the architecture, with the row's shapes
/// and parameters. @throws InputError if no mapping of that name is shipped
[[nodiscard]] explore::Point point_of(const Measurement& row, const std::string& arch);

/// Simulates every row of a file. A row that cannot be simulated says why and costs no other.
/// @throws InputError for anything wrong with the architecture, or a pattern that fits no kernel
[[nodiscard]] MeasuredStudy run_measured(MeasuredTable table, const MeasuredOptions& options = {});

}  // namespace attnsim::validation
