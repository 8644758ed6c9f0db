#include "mappings/space_outlines.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "mappings/space_keeps.h"
#include "mappings/space_loops.h"

namespace attnsim::mappings {
namespace {

constexpr std::size_t most_levels = 3;
constexpr int most_shifts = 16;

std::int64_t greatest_side(const Roles& roles) {
  std::int64_t greatest = 1;
  for (const auto& unit : roles.units) {
    greatest = std::max({greatest, unit.rows, unit.columns, unit.array ? 1 : unit.lanes});
  }
  return greatest;
}

/// The units' sizes and their halves, those below `extent`, the greatest first.
std::vector<std::int64_t> unit_sizes(const Roles& roles, int halvings, std::int64_t extent) {
  std::set<std::int64_t, std::greater<>> sizes;
  for (const auto& unit : roles.units) {
    const auto sides = unit.array ? std::vector{unit.rows, unit.columns} : std::vector{unit.lanes};
    for (const auto side : sides) {
      for (auto i = 0; i <= halvings; ++i) {
        if (const auto size = side >> i; size >= 1 && size < extent) sizes.insert(size);
      }
    }
  }
  return {sizes.begin(), sizes.end()};
}

/// Tiles in a block, of `trip` in all: powers of two, and what divides them.
std::vector<std::int64_t> blocks_of(std::int64_t trip) {
  std::set<std::int64_t> blocks;
  for (std::int64_t tiles = 2; tiles < trip; tiles *= 2) blocks.insert(tiles);
  for (std::int64_t tiles = 2; tiles * tiles <= trip; ++tiles) {
    if (trip % tiles == 0) blocks.insert({tiles, trip / tiles});
  }
  return {blocks.begin(), blocks.end()};
}

/// Calls `visit` for every way to take one of each of `choices`.
void for_each_choice(const std::vector<std::size_t>& choices,
                     const std::function<void(const std::vector<std::size_t>&)>& visit) {
  std::vector<std::size_t> taken(choices.size(), 0);
  for (;;) {
    visit(taken);
    std::size_t i = 0;
    while (i < choices.size() && ++taken[i] == choices[i]) taken[i++] = 0;
    if (i == choices.size()) return;
  }
}

/// The outlines of one fusion.
class Outliner {
 public:
  /// @param shift  how many times more the tiles are halved of what all groups loop over, and of
  ///               inner parts: at least one of them, for that was there before
  /// @param most  stops when it has more of them
  Outliner(const MappingSpace& space, std::size_t fusion, int shift, std::size_t most,
           std::vector<Outline>& outlines)
      : roles_(space.roles),
        fusion_(fusion),
        shift_(shift),
        most_(most),
        cuts_(space.fusions[fusion]),
        outlines_(outlines) {
    for (const auto& group : groups_of(cuts_)) {
      shared_ |= loopable(roles_, group);
      halved_ &= loopable(roles_, group);
    }
    const auto cut = std::count(cuts_.begin(), cuts_.end(), true);
    const bool parted = cut > 1 && static_cast<std::size_t>(cut) + 1 < cuts_.size();
    halvings_ = parted || space.thrift > 0 ? 0 : space.limits.halvings;
    inner_loops_ = !parted && space.thrift < 2;
    thin_ = space.thrift > 2;
  }

  void add() {
    add_tiles(/*inner_loops=*/false);
    if (inner_loops_) add_tiles(/*inner_loops=*/true);
  }

 private:
  void add_tiles(bool inner_loops) {
    std::vector<std::vector<std::int64_t>> sizes;
    std::vector<std::size_t> counts;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      sizes.push_back(sizes_of(rank, inner_loops, shift_));
      counts.push_back(sizes.back().size());
    }
    for_each_choice(counts, [&](const std::vector<std::size_t>& taken) {
      Outline outline;
      outline.fusion = fusion_;
      outline.inner_loops = inner_loops;
      for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
        outline.tiles.push_back(sizes[rank][taken[rank]]);
      }
      if (shift_ > 0 && are_larger(outline.tiles, inner_loops)) return;
      outline.extents = extents_of(outline.tiles);
      add_orders(outline);
    });
  }

  /// True if the tiles are among those of one halving less.
  [[nodiscard]] bool are_larger(const std::vector<std::int64_t>& tiles, bool inner_loops) const {
    for (std::size_t rank = 0; rank < tiles.size(); ++rank) {
      const auto sizes = sizes_of(rank, inner_loops, shift_ - 1);
      if (std::find(sizes.begin(), sizes.end(), tiles[rank]) == sizes.end()) return false;
    }
    return true;
  }

  [[nodiscard]] std::vector<std::int64_t> sizes_of(std::size_t rank, bool inner_loops,
                                                   int shift) const {
    const auto& role = roles_.ranks[rank];
    if (role.batch || role.step) return {1};
    if (!role.is_inner_part && !has(shared_, rank) && !inner_loops) return {role.extent};
    const bool halved = role.is_inner_part || has(halved_, rank);
    const auto halvings = halvings_ + (halved ? shift : 0);
    auto sizes = unit_sizes(roles_, halvings, role.extent);
    if (role.extent <= greatest_side(roles_) || sizes.empty()) {
      sizes.insert(sizes.begin(), role.extent);
    }
    return sizes;
  }

  [[nodiscard]] std::vector<std::int64_t> extents_of(const std::vector<std::int64_t>& tiles) const {
    std::vector<std::int64_t> extents;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      const auto& role = roles_.ranks[rank];
      if (role.is_inner_part) {
        extents.push_back(tiles[rank]);
      } else {
        extents.push_back(role.inner_part ? ceil_of(role.extent, tiles[*role.inner_part])
                                          : role.extent);
      }
    }
    return extents;
  }

  void add_orders(Outline outline) {
    if (outlines_.size() > most_) return;
    std::vector<std::size_t> tiled;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (has(shared_, rank) && outline.tiles[rank] < outline.extents[rank]) tiled.push_back(rank);
    }
    if (outline.inner_loops && !has_own_loops(outline, tiled)) return;
    const bool all = tiled.size() <= 3;
    auto order = tiled;
    for (std::size_t i = 0;; ++i) {
      outline.order = order;
      add_blocks(outline);
      if (all ? !std::next_permutation(order.begin(), order.end()) : i + 1 >= order.size()) return;
      if (!all) std::rotate(order.begin(), order.begin() + 1, order.end());
    }
  }

  [[nodiscard]] bool has_own_loops(Outline outline, const std::vector<std::size_t>& tiled) const {
    outline.order = tiled;
    for (const auto& einsums : groups_of(cuts_)) {
      const auto group = group_of(roles_, outline, einsums);
      for (const auto einsum : einsums) {
        if (!own_loops(roles_, outline, group, einsum).empty()) return true;
      }
    }
    return false;
  }

  void add_blocks(Outline& outline) {
    outline.blocked.reset();
    outline.block = 0;
    add_directions(outline);
    for (std::size_t i = 1; i < outline.order.size(); ++i) {
      const auto rank = outline.order[i];
      const auto blocks = blocks_of(ceil_of(outline.extents[rank], outline.tiles[rank]));
      for (std::size_t block = 0; block < blocks.size(); block += thin_ ? 2 : 1) {
        outline.blocked = rank;
        outline.block = blocks[block] * outline.tiles[rank];
        add_directions(outline);
      }
    }
    outline.blocked.reset();
  }

  void add_directions(Outline& outline) {
    std::vector<std::size_t> ranks;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (!roles_.ranks[rank].batch && !roles_.ranks[rank].step) ranks.push_back(rank);
    }
    const bool array = std::any_of(roles_.units.begin(), roles_.units.end(),
                                   [](const UnitRole& unit) { return unit.array; });
    for (const auto columns : ranks) {
      outline.columns = columns;
      outline.rows.reset();
      if (!array || ranks.size() == 1) add_fills(outline);
      if (!array) continue;
      for (const auto rows : ranks) {
        if (rows == columns) continue;
        outline.rows = rows;
        add_fills(outline);
      }
    }
    if (!ranks.empty()) return;
    outline.columns.reset();
    outline.rows.reset();
    add_fills(outline);
  }

  void add_fills(Outline& outline) {
    outline.fill = false;
    add_levels(outline);
    if (!fill_matters(outline)) return;
    outline.fill = true;
    add_levels(outline);
  }

  [[nodiscard]] bool fill_matters(const Outline& outline) const {
    auto filled = outline;
    filled.fill = true;
    for (const auto& einsum : roles_.einsums) {
      for (const auto& option : einsum.options) {
        const auto& unit = roles_.units[option.unit];
        const auto a = spread_of(roles_, outline, einsum, unit);
        const auto b = spread_of(roles_, filled, einsum, unit);
        if (a.columns != b.columns || a.rows != b.rows) return true;
      }
    }
    return false;
  }

  void add_levels(Outline& outline) {
    std::vector<std::size_t> counts(roles_.tensors.size(), 1);
    outline.levels.assign(roles_.tensors.size(), 0);
    for (const auto& einsums : groups_of(cuts_)) {
      const auto group = group_of(roles_, outline, einsums);
      for (std::size_t tensor = 0; tensor < roles_.tensors.size(); ++tensor) {
        const auto& role = roles_.tensors[tensor];
        const bool read = std::any_of(role.readers.begin(), role.readers.end(), [&](auto reader) {
          return std::find(einsums.begin(), einsums.end(), reader) != einsums.end();
        });
        if (!role.external || !read) continue;
        const auto places = places_of(roles_, outline, group, tensor).size();
        counts[tensor] = std::min(std::max(counts[tensor], places), most_levels);
      }
    }
    for_each_choice(counts, [&](const std::vector<std::size_t>& taken) {
      outline.levels = taken;
      if (outlines_.size() <= most_) outlines_.push_back(outline);
    });
  }

  const Roles& roles_;
  std::size_t fusion_;
  int shift_;
  std::size_t most_;
  const Fusion& cuts_;
  std::vector<Outline>& outlines_;
  RankSet shared_ = 0;
  RankSet halved_ = ~RankSet{0};
  int halvings_ = 0;
  bool inner_loops_ = true;
  bool thin_ = false;  ///< every second size of block
};

/// The part of the fullest memory that the mapping takes at least, its results waiting wherever
/// that takes least.
double least_fullness(const MappingSpace& space, const OutlineFit& fit, Details& details) {
  auto least = std::numeric_limits<double>::infinity();
  for (const auto waiting : space.waitings) {
    details.waiting = waiting;
    least = std::min(least, fit.fullness(details));
  }
  return least;
}

}  // namespace

bool add_outlines(MappingSpace& space, std::size_t fusion, std::size_t most) {
  Details details;
  for (auto shift = 0; shift <= most_shifts; ++shift) {
    std::vector<Outline> outlines;
    Outliner(space, fusion, shift, most, outlines).add();
    if (outlines.empty()) return true;
    if (outlines.size() > most) return false;
    if (shift == 0) details.binding = space.bindings(outlines.front()).front();
    auto least = std::numeric_limits<double>::infinity();
    for (auto& outline : outlines) {
      const OutlineFit fit(space.roles, outline, space.fusions[fusion]);
      if (least > 0.5) least = std::min(least, least_fullness(space, fit, details));
      if (fit.compulsory() <= 1) space.outlines.push_back(std::move(outline));
    }
    if (space.outlines.size() > most) return false;
    if (least <= 0.5) return true;
  }
  return true;
}

}  // namespace attnsim::mappings
