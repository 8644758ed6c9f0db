#pragma once

#include <optional>
#include <string>

#include "report/sweep_page.h"

namespace attnsim::report {

/// Loads the files of the rows whose details the page shows, and runs one point again for its
/// timeline. What is no longer what the sweep had, by its key, is missing, and said to be.
/// @param row      whose timeline; absent: `best_row`
/// @param version  of the program: part of the keys
[[nodiscard]] SweepMachines load_machines(const SweepView& view, std::optional<std::size_t> row,
                                          const std::string& version);

}  // namespace attnsim::report
