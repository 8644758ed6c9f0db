#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "sim/program.h"

namespace attnsim::sim {

/// Writes a Program's tables of regions. Operations of one stage share the regions that are alike.
class RegionFlattener {
 public:
  /// `program` must outlive this and not move.
  explicit RegionFlattener(Program& program) : program_(program) {}

  /// The number of the region; terms of one loop may be several, or 0.
  std::uint32_t add(const std::vector<FlatTerm>& terms, std::int64_t limit);

  /// How a step from inside of the regions `where` to the neighbour that an edge asks about can
  /// lead outside.
  Range add_rims(Range where, std::uint32_t slot, mappings::Edge::Kind kind);

  /// Once all loops and regions are there: what each loop does to each region.
  void finish();

 private:
  [[nodiscard]] std::int64_t factor_of(std::uint32_t region, std::uint32_t slot) const;

  using Sum = std::vector<std::pair<std::uint32_t, std::int64_t>>;

  Program& program_;
  std::map<std::pair<Sum, std::int64_t>, std::uint32_t> known_;
};

}  // namespace attnsim::sim
