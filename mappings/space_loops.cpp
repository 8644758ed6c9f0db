#include "mappings/space_loops.h"

#include <algorithm>

namespace attnsim::mappings {
namespace {

bool among(const std::vector<std::size_t>& set, std::size_t member) {
  return std::find(set.begin(), set.end(), member) != set.end();
}

/// The rank of `candidates` with the most coordinates; ranks that are summed over come last.
std::optional<std::size_t> widest(const Roles& roles, const Outline& outline,
                                  const EinsumRole& einsum, RankSet candidates) {
  std::optional<std::size_t> best;
  const auto better = [&](std::size_t a, std::size_t b) {
    const bool a_last = has(einsum.reduces, a);
    const bool b_last = has(einsum.reduces, b);
    if (a_last != b_last) return b_last;
    return std::min(outline.tiles[a], outline.extents[a]) >
           std::min(outline.tiles[b], outline.extents[b]);
  };
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (!has(candidates, rank) || roles.ranks[rank].step || roles.ranks[rank].batch) continue;
    if (!best || better(rank, *best)) best = rank;
  }
  return best;
}

}  // namespace

std::int64_t Spread::places(const UnitRole& unit, std::size_t rank, std::int64_t extent) const {
  if (columns == rank) return std::min(extent, unit.columns);
  if (rows == rank) return std::min(extent, unit.rows);
  if (lanes == rank) return std::min(extent, unit.lanes);
  return 1;
}

std::int64_t ceil_of(std::int64_t dividend, std::int64_t divisor) {
  return (dividend + divisor - 1) / divisor;
}

RankSet loopable(const Roles& roles, const std::vector<std::size_t>& einsums) {
  RankSet all = ~RankSet{0};
  RankSet running = 0;
  RankSet waited_for = 0;
  for (const auto each : einsums) {
    const auto& einsum = roles.einsums[each];
    all &= einsum.iterates;
    if (const auto rank = roles.tensors[einsum.output].generative) running |= only(*rank);
    const auto& readers = roles.tensors[einsum.output].readers;
    const bool read = std::any_of(readers.begin(), readers.end(), [&](std::size_t reader) {
      return reader != each && among(einsums, reader);
    });
    if (read) waited_for |= einsum.reduces;
  }
  RankSet set = (all | running) & ~waited_for;
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (roles.ranks[rank].batch || roles.ranks[rank].is_inner_part) set &= ~only(rank);
  }
  return set;
}

std::vector<std::vector<std::size_t>> groups_of(const Fusion& fusion) {
  std::vector<std::vector<std::size_t>> groups(1);
  for (std::size_t einsum = 0; einsum < fusion.size(); ++einsum) {
    groups.back().push_back(einsum);
    if (fusion[einsum] && einsum + 1 < fusion.size()) groups.emplace_back();
  }
  return groups;
}

Group group_of(const Roles& roles, const Outline& outline,
               const std::vector<std::size_t>& einsums) {
  Group group;
  group.einsums = einsums;
  const auto may = loopable(roles, einsums);
  const auto add = [&](std::size_t rank, std::int64_t tile) {
    if (!has(may, rank)) return;
    const auto left = extent_inside(outline, group, group.loops.size(), rank);
    const auto trip = ceil_of(left, tile);
    if (trip > 1) group.loops.push_back({rank, std::min(tile, left), trip});
  };
  if (outline.blocked) add(*outline.blocked, outline.block);
  for (const auto rank : outline.order) add(rank, outline.tiles[rank]);
  for (const auto& loop : group.loops) group.looped |= only(loop.rank);
  return group;
}

std::vector<TileLoop> own_loops(const Roles& roles, const Outline& outline, const Group& group,
                                std::size_t einsum) {
  std::vector<TileLoop> own;
  if (!outline.inner_loops) return own;
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    const auto& role = roles.ranks[rank];
    if (!has(roles.einsums[einsum].iterates & ~group.looped, rank)) continue;
    if (role.batch || role.is_inner_part) continue;
    const auto trip = ceil_of(outline.extents[rank], outline.tiles[rank]);
    if (trip > 1) own.push_back({rank, outline.tiles[rank], trip});
  }
  return own;
}

std::int64_t extent_inside(const Outline& outline, const Group& group, std::size_t depth,
                           std::size_t rank) {
  auto extent = outline.extents[rank];
  for (std::size_t i = 0; i < std::min(depth, group.loops.size()); ++i) {
    if (group.loops[i].rank == rank) extent = group.loops[i].tile;
  }
  return extent;
}

std::int64_t extent_of_step(const Outline& outline, const Group& group,
                            const std::vector<TileLoop>& own, std::size_t rank) {
  for (const auto& loop : own) {
    if (loop.rank == rank) return loop.tile;
  }
  return extent_inside(outline, group, group.loops.size(), rank);
}

std::vector<std::size_t> places_of(const Roles& roles, const Outline& outline, const Group& group,
                                   std::size_t tensor) {
  const auto& role = roles.tensors[tensor];
  std::vector<std::size_t> places;
  std::vector<std::size_t> readers;
  for (const auto reader : role.readers) {
    if (among(group.einsums, reader)) readers.push_back(reader);
  }
  if (readers.size() == 1) {
    const auto own = own_loops(roles, outline, group, readers.front());
    const bool over = std::any_of(own.begin(), own.end(),
                                  [&](const TileLoop& loop) { return has(role.ranks, loop.rank); });
    if (over) places.push_back(own_place);
  }
  for (auto depth = group.loops.size(); depth > 0; --depth) {
    if (has(role.ranks, group.loops[depth - 1].rank)) places.push_back(depth);
  }
  places.push_back(0);
  return places;
}

std::size_t place_of(const Roles& roles, const Outline& outline, const Group& group,
                     std::size_t tensor) {
  const auto places = places_of(roles, outline, group, tensor);
  const auto level = roles.tensors[tensor].external ? outline.levels[tensor] : 0;
  return places[std::min(level, places.size() - 1)];
}

std::size_t made_place(const Roles& roles, const Group& group, std::size_t tensor) {
  const auto& role = roles.tensors[tensor];
  auto outside = roles.einsums[*role.producer].reduces;
  if (role.generative) outside |= only(*role.generative);
  for (std::size_t depth = 0; depth < group.loops.size(); ++depth) {
    if (has(outside, group.loops[depth].rank)) return depth;
  }
  return group.loops.size();
}

Spread spread_of(const Roles& roles, const Outline& outline, const EinsumRole& einsum,
                 const UnitRole& unit) {
  Spread spread;
  auto left = einsum.iterates;
  const auto take = [&](std::optional<std::size_t>& direction, std::optional<std::size_t> rank) {
    if (!rank || !has(left, *rank)) return;
    direction = rank;
    left &= ~only(*rank);
  };
  if (!unit.array) {
    take(spread.lanes, outline.columns);
    if (!spread.lanes) take(spread.lanes, outline.rows);
    if (!spread.lanes) take(spread.lanes, widest(roles, outline, einsum, left));
    return spread;
  }
  take(spread.columns, outline.columns);
  take(spread.rows, outline.rows);
  if (!outline.fill) return spread;
  if (!spread.columns) take(spread.columns, widest(roles, outline, einsum, left));
  if (!spread.rows) take(spread.rows, widest(roles, outline, einsum, left));
  return spread;
}

bool crosses(const Roles& roles, const Fusion& fusion, std::size_t tensor) {
  const auto& role = roles.tensors[tensor];
  if (!role.producer) return false;
  const auto groups = groups_of(fusion);
  for (const auto& group : groups) {
    if (!among(group, *role.producer)) continue;
    return std::any_of(role.readers.begin(), role.readers.end(),
                       [&](std::size_t reader) { return !among(group, reader); });
  }
  return false;
}

}  // namespace attnsim::mappings
