#pragma once

#include <string>
#include <vector>

#include "mappings/plan.h"

namespace attnsim::mappings {

/// The memory that a unit's operations read operands from and write results to: the first that
/// stands in the unit; null if there is none.
[[nodiscard]] const arch::MemorySpec* registers_of(const arch::Architecture& architecture,
                                                   const std::string& unit);

/// Ranks spread over a unit along which all get the same words.
struct Copies {
  Extent extent;
  std::int64_t places = 1;  ///< PEs or lanes that the rank takes at most
};

/// A tile that an operation reads from or writes to a memory other than its unit's registers, each
/// time it runs.
struct TileAccess {
  std::string memory;
  std::string tensor;
  bool write = false;
  std::vector<Extent> tile;
  bool stream = false;  ///< the tile passes through: it is not there again for another iteration
  std::vector<int> completes;  ///< only where the loops at these depths are in their last iteration
  std::vector<int> resumes;    ///< if any: not where all these loops are in their last iteration
  std::vector<Copies> copies;  ///< of a read: PEs or lanes that get the same words
};

/// The accesses of every computing operation, by operation. Sums that are not finished
/// when the unit goes on to others are written to the shared memory and read back. A tensor that
/// stays in its unit (a keep there around producer and consumer) is not read from outside; one that
/// comes from outside is fetched once by the first operation under that keep. Tiles that wait in
/// another memory of a unit (a column buffer) are written there once and read there by each reader.
[[nodiscard]] std::vector<std::vector<TileAccess>> tile_accesses(const Problem& problem,
                                                                 const Plan& plan);

}  // namespace attnsim::mappings
