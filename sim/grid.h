#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace attnsim::sim {

/// Blocks of a launch, and the places that they run in.
struct Grid {
  std::vector<std::uint32_t> order;  ///< the class of each block, in the order of issue
  std::size_t multiprocessors = 1;
  std::size_t residents = 1;  ///< places of each
};

/// Cycles that a block takes from its start to its end, if nothing changes meanwhile.
struct BlockConditions {
  std::uint32_t kind = 0;     ///< its class
  std::size_t residents = 1;  ///< blocks on its multiprocessor
  std::size_t active = 1;     ///< blocks on all multiprocessors, rounded up to a step
  bool first = false;         ///< of its place
};
using BlockTime = std::function<double(const BlockConditions&)>;

/// Simulates the scheduler of blocks: the first ones go to the multiprocessors in turn, where
/// places become free, the multiprocessor with the fewest blocks takes the next in order at once.
/// Blocks progress at the rate that the others leave them. Exact for these rates; deterministic.
/// @return cycles until all are done
[[nodiscard]] double run_grid(const Grid& grid, const BlockTime& time);

/// `active` rounded up to one of few steps, the greatest being `most`: what BlockTime is asked for.
[[nodiscard]] std::size_t active_step(std::size_t active, std::size_t most);

}  // namespace attnsim::sim
