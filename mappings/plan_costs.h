#pragma once

#include "mappings/plan.h"

namespace attnsim::mappings {

/// Occupancies of memory ports are kept in this fraction of a cycle: a tile's transfer time is
/// rounded up to 1/16 cycle, so a bandwidth is never exceeded and missed by less than 0.1 % for
/// tiles of a few KiB, while the port's phase still repeats after at most 16 transfers.
inline constexpr std::int64_t port_subcycles = 16;

/// Fills in costs and actions of every operation of the plan.
/// @throws InputError where a unit lacks an operation that its Einsum needs
void add_costs(const Problem& problem, Plan& plan);

/// Time that `bytes` take at `memory`'s port and the channel to `peer` (if any), in 1/16 cycle.
/// @throws InputError if that is 2^50 or more
[[nodiscard]] std::int64_t transfer_subcycles(const arch::Architecture& architecture,
                                              const arch::MemorySpec& memory,
                                              const std::string& peer, std::int64_t bytes);

}  // namespace attnsim::mappings
