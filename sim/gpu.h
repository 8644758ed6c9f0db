#pragma once

#include "arch/components.h"
#include "mappings/launch.h"
#include "sim/result.h"

namespace attnsim::sim {

/// Simulates launches one after another on the architecture's GPU: each kind of block on one
/// multiprocessor, the scheduler of blocks on all of them, and the clock that the power limit
/// leaves. Thread-safe and deterministic.
/// `clock_hz` of the result is the clock that was found.
[[nodiscard]] SimResult simulate_kernel(const arch::Architecture& architecture,
                                        const mappings::LoweredKernel& kernel);

}  // namespace attnsim::sim
