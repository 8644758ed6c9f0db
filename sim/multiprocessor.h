#pragma once

#include <cstddef>
#include <vector>

#include "mappings/launch.h"

namespace attnsim::sim {

/// What a multiprocessor meets outside of itself, in its cycles.
struct Surroundings {
  double port = 1;             ///< bytes a cycle to and from L2
  double l2_share = 1;         ///< of the L2's bandwidth, bytes a cycle
  double dram_share = 1;       ///< of the memory's bandwidth, bytes a cycle
  double scattered_share = 1;  ///< of what L2 takes of parts of lines, bytes a cycle
  double l2_latency = 0;
  double dram_latency = 0;
  double cold = 0;   ///< extra until the first data of a block arrive; 0 where blocks came before
  double start = 0;  ///< from the place being free to a block's first step
};

/// Simulates one multiprocessor: `residents` places, in each of which blocks of one program run one
/// after another (`rounds` of them), or one persistent block that does the program so often.
///
/// Roles run their steps in order; a step waits for its units, which serve in the order of asking,
/// for its tokens and for what it awaits. Loads queue for the port, the share of L2 and, with the
/// bytes that miss, that of the memory, and arrive a latency later.
/// @return when each round was done in all places, in cycles
/// @throws InfeasibleError if the roles wait for each other for ever
[[nodiscard]] std::vector<double> run_multiprocessor(const mappings::BlockProgram& program,
                                                     std::size_t units, std::size_t residents,
                                                     std::size_t rounds, bool persistent,
                                                     const Surroundings& surroundings);

}  // namespace attnsim::sim
