#pragma once

#include <cstddef>
#include <functional>

namespace attnsim::explore {

/// Calls `run` for every index below `count`, on `workers` threads (0: as many as there are cores),
/// in any order. What it throws comes out of here, one of them if there are several.
void for_each_index(std::size_t count, unsigned workers,
                    const std::function<void(std::size_t)>& run);

}  // namespace attnsim::explore
