#pragma once

#include <cstdint>
#include <string>

#include "explore/sqlite.h"

namespace attnsim::explore {

/// The id of the sweep of that name; of the only one where the name is empty.
/// @throws InputError naming the sweeps that there are
[[nodiscard]] std::int64_t find_sweep(Connection& file, const std::string& name);

}  // namespace attnsim::explore
