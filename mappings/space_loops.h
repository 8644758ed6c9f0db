#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mappings/space.h"

/// The loops that an outline means. Private to mappings/.
namespace attnsim::mappings {

struct TileLoop {
  std::size_t rank = 0;
  std::int64_t tile = 1;
  std::int64_t trip = 1;
};

/// Einsums that share loops. Those over batch ranks stand outside of `loops`.
struct Group {
  std::vector<std::size_t> einsums;
  std::vector<TileLoop> loops;  ///< outermost first, none of a single iteration
  RankSet looped = 0;           ///< ranks that have their tile inside all of them
};

/// How an Einsum is spread over its unit.
struct Spread {
  std::optional<std::size_t> columns;
  std::optional<std::size_t> rows;
  std::optional<std::size_t> lanes;
  /// PEs or lanes that the rank takes of a tile of `extent`; 1 where it is not spread.
  [[nodiscard]] std::int64_t places(const UnitRole& unit, std::size_t rank,
                                    std::int64_t extent) const;
};

[[nodiscard]] std::int64_t ceil_of(std::int64_t dividend, std::int64_t divisor);

/// The ranks that a group can loop over for all of its Einsums: all have the rank, or it is a
/// recurrence's, and no Einsum reads what another has to sum up over it first.
[[nodiscard]] RankSet loopable(const Roles& roles, const std::vector<std::size_t>& einsums);

[[nodiscard]] std::vector<std::vector<std::size_t>> groups_of(const Fusion& fusion);

[[nodiscard]] Group group_of(const Roles& roles, const Outline& outline,
                             const std::vector<std::size_t>& einsums);

/// Loops that an Einsum has for itself.
[[nodiscard]] std::vector<TileLoop> own_loops(const Roles& roles, const Outline& outline,
                                              const Group& group, std::size_t einsum);

/// Coordinates of `rank` that are left inside the first `depth` loops of the group.
[[nodiscard]] std::int64_t extent_inside(const Outline& outline, const Group& group,
                                         std::size_t depth, std::size_t rank);

/// Coordinates of `rank` in one execution of an Einsum.
[[nodiscard]] std::int64_t extent_of_step(const Outline& outline, const Group& group,
                                          const std::vector<TileLoop>& own, std::size_t rank);

/// Where a tensor from off chip may be kept: numbers of loops around it, from the innermost place
/// to the outermost; places with the same tile as one further out are left out. The first is
/// `own_place` where one Einsum alone reads it and has loops of its own over it.
[[nodiscard]] std::vector<std::size_t> places_of(const Roles& roles, const Outline& outline,
                                                 const Group& group, std::size_t tensor);
inline constexpr std::size_t own_place = 1000;

/// The place that the outline chooses.
[[nodiscard]] std::size_t place_of(const Roles& roles, const Outline& outline, const Group& group,
                                   std::size_t tensor);

/// Loops around the place where what an Einsum makes is kept: outside of all loops over a rank that
/// it runs along or sums over.
[[nodiscard]] std::size_t made_place(const Roles& roles, const Group& group, std::size_t tensor);

[[nodiscard]] Spread spread_of(const Roles& roles, const Outline& outline, const EinsumRole& einsum,
                               const UnitRole& unit);

/// True if a later group reads what one makes: it goes off chip and comes back.
[[nodiscard]] bool crosses(const Roles& roles, const Fusion& fusion, std::size_t tensor);

}  // namespace attnsim::mappings
