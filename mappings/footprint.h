#pragma once

#include <string>
#include <vector>

#include "mappings/lowered.h"
#include "mappings/plan.h"

namespace attnsim::mappings {

/// What every keep of the plan takes at its memory, in the order of the file. Sizes are those of
/// full tiles; parts of a `<sequence>` that never run together are counted one by one.
[[nodiscard]] std::vector<FootprintLine> footprint_of(const Problem& problem, const Plan& plan);

/// A memory that the plan asks too much of.
struct Shortfall {
  std::string memory;
  bool entries = false;  ///< counted in words of one instance, else in bytes
  std::int64_t needed = 0;
  std::int64_t available = 0;
};

/// The memories that the footprint does not fit, overbooked keeps left out.
[[nodiscard]] std::vector<Shortfall> shortfalls(const Problem& problem,
                                                const std::vector<FootprintLine>& footprint);

/// Share of the tiles at each `<spill from=>` memory that exceeds its capacity, overbooked keeps
/// counted: 1 - capacity / need, at least 0.
[[nodiscard]] std::map<std::string, double> spilled_shares(
    const Problem& problem, const std::vector<FootprintLine>& footprint);

/// The whole story for the user: per memory, what is needed, what there is, and which line asks.
[[nodiscard]] std::string explain(const std::vector<Shortfall>& shortfalls,
                                  const std::vector<FootprintLine>& footprint);

}  // namespace attnsim::mappings
