#include "mappings/space.h"

#include <algorithm>
#include <functional>
#include <set>

#include "base/error.h"
#include "einsum/dependency_graph.h"
#include "mappings/space_bound.h"
#include "mappings/space_loops.h"
#include "mappings/space_mapping.h"

namespace attnsim::mappings {
namespace {

constexpr std::size_t most_outlines = 2'000'000;
constexpr std::size_t most_levels = 3;

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

/// All text-order cuts into groups that leave recurrences whole.
class Cutter {
 public:
  Cutter(const Roles& roles, int cuts) : open_(roles.einsums.size(), true), cuts_(cuts) {
    if (!open_.empty()) open_.back() = false;
    for (const auto& component : einsum::strong_components(*roles.cascade)) {
      const auto [first, last] = std::minmax_element(component.begin(), component.end());
      for (auto i = *first; i < *last; ++i) open_[i] = false;
    }
  }

  std::vector<Fusion> cut() {
    Fusion none(open_.size(), false);
    choose(none, 0, 0);
    if (std::find(found_.begin(), found_.end(), open_) == found_.end()) found_.push_back(open_);
    std::stable_sort(found_.begin(), found_.end(), [](const Fusion& a, const Fusion& b) {
      return std::count(a.begin(), a.end(), true) < std::count(b.begin(), b.end(), true);
    });
    return found_;
  }

 private:
  void choose(Fusion& fusion, std::size_t from, int made) {
    found_.push_back(fusion);
    if (made == cuts_) return;
    for (auto i = from; i < open_.size(); ++i) {
      if (!open_[i]) continue;
      fusion[i] = true;
      choose(fusion, i + 1, made + 1);
      fusion[i] = false;
    }
  }

  Fusion open_;
  int cuts_;
  std::vector<Fusion> found_;
};

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
  Outliner(const Roles& roles, const SpaceLimits& limits, std::size_t fusion, const Fusion& cuts,
           std::vector<Outline>& outlines)
      : roles_(roles), limits_(limits), fusion_(fusion), cuts_(cuts), outlines_(outlines) {
    for (const auto& group : groups_of(cuts)) shared_ |= loopable(roles, group);
  }

  void add() {
    for (const bool inner_loops : {false, true}) add_tiles(inner_loops);
  }

 private:
  void add_tiles(bool inner_loops) {
    std::vector<std::vector<std::int64_t>> sizes;
    std::vector<std::size_t> counts;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      sizes.push_back(sizes_of(rank, inner_loops));
      counts.push_back(sizes.back().size());
    }
    for_each_choice(counts, [&](const std::vector<std::size_t>& taken) {
      Outline outline;
      outline.fusion = fusion_;
      outline.inner_loops = inner_loops;
      for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
        outline.tiles.push_back(sizes[rank][taken[rank]]);
      }
      outline.extents = extents_of(outline.tiles);
      add_orders(outline);
    });
  }

  [[nodiscard]] std::vector<std::int64_t> sizes_of(std::size_t rank, bool inner_loops) const {
    const auto& role = roles_.ranks[rank];
    if (role.batch || role.step) return {1};
    if (!role.is_inner_part && !has(shared_, rank) && !inner_loops) return {role.extent};
    auto sizes = unit_sizes(roles_, limits_.halvings, role.extent);
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
      for (auto size = 2 * outline.tiles[rank]; size < outline.extents[rank]; size *= 2) {
        outline.blocked = rank;
        outline.block = size;
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
      if (outlines_.size() == most_outlines) {
        throw InputError(roles_.cascade->name,
                         "has more than " + std::to_string(most_outlines) +
                             " loop nests by these rules: allow fewer cuts or halvings");
      }
      outlines_.push_back(outline);
    });
  }

  const Roles& roles_;
  const SpaceLimits& limits_;
  std::size_t fusion_;
  const Fusion& cuts_;
  std::vector<Outline>& outlines_;
  RankSet shared_ = 0;
};

std::vector<Waiting> waitings_of(const Roles& roles) {
  std::vector<Waiting> waitings;
  const auto any = [&](auto has_it) {
    return std::any_of(roles.units.begin(), roles.units.end(), has_it);
  };
  if (any([](const UnitRole& unit) { return unit.handover != nullptr; })) {
    waitings.push_back(Waiting::handover);
  }
  if (any([](const UnitRole& unit) { return unit.registers != nullptr; })) {
    waitings.push_back(Waiting::registers);
  }
  waitings.push_back(Waiting::shared);
  return waitings;
}

struct Pipelining {
  Staging staging = Staging::none;
  std::int64_t depth = 0;
};
constexpr Pipelining pipelinings[] = {
    {Staging::units, 0}, {Staging::einsums, 0}, {Staging::units, 2}, {Staging::none, 0}};
constexpr Prefetch prefetches[] = {Prefetch::tile, Prefetch::piece, Prefetch::none};

/// Ways to move at most `moves` Einsums elsewhere.
std::int64_t count_bindings(const Roles& roles, int moves) {
  std::vector<std::int64_t> ways(static_cast<std::size_t>(moves) + 1, 0);  // by Einsums moved
  ways[0] = 1;
  for (const auto& einsum : roles.einsums) {
    for (auto i = ways.size() - 1; i > 0; --i) {
      ways[i] += ways[i - 1] * static_cast<std::int64_t>(einsum.options.size() - 1);
    }
  }
  std::int64_t all = 0;
  for (const auto each : ways) all += each;
  return all;
}

}  // namespace

std::vector<std::vector<std::size_t>> MappingSpace::bindings(const Outline& outline) const {
  return bindings(OutlineBound(roles, outline, fusions[outline.fusion]));
}

std::vector<std::vector<std::size_t>> MappingSpace::bindings(const OutlineBound& bound) const {
  std::vector<std::size_t> quickest;
  for (std::size_t i = 0; i < roles.einsums.size(); ++i) {
    const auto& options = roles.einsums[i].options;
    std::size_t best = 0;
    for (std::size_t option = 1; option < options.size(); ++option) {
      const auto now = bound.costs()[i][option].estimate;
      const auto least = bound.costs()[i][best].estimate;
      const bool smaller =
          roles.units[options[option].unit].lanes < roles.units[options[best].unit].lanes;
      if (now < least || (now == least && smaller)) best = option;
    }
    quickest.push_back(best);
  }
  std::vector<std::vector<std::size_t>> all{quickest};
  std::size_t from = 0;
  for (auto moved = 1; moved <= limits.moves; ++moved) {
    const auto end = all.size();
    for (; from < end; ++from) {
      const auto base = all[from];
      std::size_t next = 0;  // behind the last that has moved
      for (std::size_t i = 0; i < base.size(); ++i) {
        if (base[i] != quickest[i]) next = i + 1;
      }
      for (; next < base.size(); ++next) {
        for (std::size_t option = 0; option < roles.einsums[next].options.size(); ++option) {
          if (option == quickest[next]) continue;
          all.push_back(base);
          all.back()[next] = option;
        }
      }
    }
  }
  return all;
}

std::vector<Details> MappingSpace::variants(const std::vector<std::size_t>& binding,
                                            Waiting waiting) const {
  std::vector<Details> all{{Prefetch::none, Staging::none, 0, waiting, binding}};
  for (const auto& [staging, depth] : pipelinings) {
    for (const auto prefetch : prefetches) {
      if (staging == Staging::none && prefetch == Prefetch::none) continue;
      all.push_back({prefetch, staging, depth, waiting, binding});
    }
  }
  return all;
}

std::vector<Details> MappingSpace::details(const std::vector<std::size_t>& binding) const {
  std::vector<Details> all;
  for (const auto waiting : waitings) {
    const auto some = variants(binding, waiting);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::int64_t MappingSpace::of_outline() const {
  return count_bindings(roles, limits.moves) *
         static_cast<std::int64_t>(std::size(pipelinings) * waitings.size() *
                                   std::size(prefetches));
}

std::int64_t MappingSpace::size() const {
  return of_outline() * static_cast<std::int64_t>(outlines.size());
}

Mapping MappingSpace::mapping(const Outline& outline, const Details& details) const {
  return mapping_of(roles, fusions[outline.fusion], outline, details);
}

MappingSpace space_of(const einsum::Cascade& cascade, const arch::Architecture& architecture,
                      const Shapes& shapes, const SpaceLimits& limits) {
  MappingSpace space{roles_of(cascade, architecture, shapes), limits, {}, {}, {}};
  space.fusions = Cutter(space.roles, limits.cuts).cut();
  space.waitings = waitings_of(space.roles);
  for (std::size_t i = 0; i < space.fusions.size(); ++i) {
    Outliner(space.roles, limits, i, space.fusions[i], space.outlines).add();
  }
  return space;
}

}  // namespace attnsim::mappings
