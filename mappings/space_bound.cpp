#include "mappings/space_bound.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "mappings/space_keeps.h"
#include "mappings/space_loops.h"

namespace attnsim::mappings {
namespace {

double as_double(std::int64_t number) { return static_cast<double>(number); }

/// Everything about one group that a bound needs.
class GroupCost {
 public:
  GroupCost(const Roles& roles, const Outline& outline, const std::vector<std::size_t>& einsums)
      : roles_(roles),
        outline_(outline),
        group_(group_of(roles, outline, einsums)),
        word_bytes_(as_double(static_cast<std::int64_t>(roles.architecture->word.count())) / 8) {}

  [[nodiscard]] const Group& group() const { return group_; }

  [[nodiscard]] UnitCost cost_of(const EinsumRole& einsum, std::size_t index,
                                 const UnitOption& option) const {
    const auto& unit = roles_.units[option.unit];
    const auto own = own_loops(roles_, outline_, group_, index);
    const auto spread = spread_of(roles_, outline_, einsum, unit);
    UnitCost cost;
    for (const auto& work : option.work) {
      double rounds = 1;
      double points = 1;
      for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
        if (!has(work.ranks, rank)) continue;
        const auto tile = tile_of(own, rank);
        const auto places = spread.places(unit, rank, tile);
        const auto extent = sure_extent(rank);
        rounds *= as_double(extent / tile * ceil_of(tile, places) + ceil_of(extent % tile, places));
        points *= as_double(extent);
      }
      cost.estimate += as_double(work.cycles) * rounds;
      cost.energy_pj += work.energy_pj * points;
    }
    if (einsum.conditional) return {0, 0, cost.estimate};
    cost.cycles = cost.estimate;
    cost.energy_pj += register_energy(einsum, unit, spread);
    for (const auto tensor : einsum.reads) {
      if (roles_.tensors[tensor].external) {
        cost.energy_pj += arrival_energy(einsum, tensor, unit, spread, own);
      }
    }
    return cost;
  }

  /// Bytes that the group brings from off chip of a tensor.
  [[nodiscard]] double loaded(std::size_t tensor) const {
    const auto& role = roles_.tensors[tensor];
    if (!sure(role)) return 0;
    std::vector<std::size_t> readers;
    for (const auto reader : role.readers) {
      if (std::find(group_.einsums.begin(), group_.einsums.end(), reader) != group_.einsums.end()) {
        readers.push_back(reader);
      }
    }
    auto loops = group_.loops;
    auto place = place_of(roles_, outline_, group_, tensor);
    RankSet common = ~RankSet{0};
    for (const auto reader : readers) {
      if (roles_.einsums[reader].conditional) return 0;
      common &= roles_.einsums[reader].iterates;
    }
    if (place == own_place) {
      const auto own = own_loops(roles_, outline_, group_, readers.front());
      loops.insert(loops.end(), own.begin(), own.end());
      place = loops.size();
    }
    double times = 1;
    bool stays = true;
    for (auto depth = place; depth-- > 0;) {
      const auto& loop = loops[depth];
      if (has(role.ranks, loop.rank)) {
        stays = false;
      } else if (!stays && has(common, loop.rank)) {
        times *= as_double(sure_trip(loop));
      }
    }
    return times * words_of(role) * word_bytes_;
  }

  [[nodiscard]] double stored(std::size_t tensor) const {
    const auto& role = roles_.tensors[tensor];
    if (!sure(role) || roles_.einsums[*role.producer].conditional) return 0;
    return words_of(role) * word_bytes_;
  }

  /// Bytes of what is kept of a tensor that comes from off chip.
  [[nodiscard]] double held(std::size_t tensor, Prefetch prefetch) const {
    return arriving_words(roles_, outline_, group_, tensor, prefetch) * word_bytes_;
  }

  /// Bytes of what is kept of a tensor that the group makes.
  [[nodiscard]] double made(std::size_t tensor) const {
    return made_words(roles_, outline_, group_, tensor, made_place(roles_, group_, tensor)) *
           word_bytes_;
  }

 private:
  [[nodiscard]] static bool sure(const TensorRole& role) { return role.plain && role.odd == 0; }

  [[nodiscard]] std::int64_t tile_of(const std::vector<TileLoop>& own, std::size_t rank) const {
    const auto& role = roles_.ranks[rank];
    if (role.batch || role.step) return 1;
    return extent_of_step(outline_, group_, own, rank);
  }

  /// Coordinates, without the last of an outer part where it is not whole.
  [[nodiscard]] std::int64_t sure_extent(std::size_t rank) const {
    const auto& role = roles_.ranks[rank];
    if (!role.inner_part) return outline_.extents[rank];
    return std::max<std::int64_t>(role.extent / outline_.extents[*role.inner_part], 1);
  }

  [[nodiscard]] std::int64_t sure_trip(const TileLoop& loop) const {
    return roles_.ranks[loop.rank].inner_part ? std::max<std::int64_t>(loop.trip - 1, 1)
                                              : loop.trip;
  }

  [[nodiscard]] double words_of(const TensorRole& role) const {
    double words = 1;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (has(role.ranks, rank)) words *= as_double(sure_extent(rank));
    }
    return words;
  }

  [[nodiscard]] static double energy(const arch::MemorySpec& memory, double read, double written) {
    const auto width = static_cast<double>(memory.width.count()) / 8;
    return (read * memory.read_energy.count() + written * memory.write_energy.count()) / width;
  }

  [[nodiscard]] double register_energy(const EinsumRole& einsum, const UnitRole& unit,
                                       const Spread& spread) const {
    if (unit.registers == nullptr) return 0;
    double points = 1;
    double results = 1;
    bool accumulates = false;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (!has(einsum.iterates, rank)) continue;
      const auto extent = as_double(sure_extent(rank));
      const bool kept = has(einsum.makes, rank);
      const bool in_space = spread.columns == rank || spread.rows == rank || spread.lanes == rank;
      points *= extent;
      if (kept || !in_space) results *= extent;
      accumulates = accumulates || (!kept && !in_space);
    }
    const auto read = points * as_double(static_cast<std::int64_t>(einsum.operands)) +
                      (accumulates ? results : 0);
    return energy(*unit.registers, read * word_bytes_, results * word_bytes_);
  }

  /// Of reading an operand in the shared memory and writing it into the unit's registers.
  [[nodiscard]] double arrival_energy(const EinsumRole& einsum, std::size_t tensor,
                                      const UnitRole& unit, const Spread& spread,
                                      const std::vector<TileLoop>& own) const {
    const auto& role = roles_.tensors[tensor];
    if (!sure(role)) return 0;
    auto bytes = words_of(role) * word_bytes_;
    double copies = 1;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (!has(einsum.iterates & ~role.ranks, rank)) continue;
      const auto tile = tile_of(own, rank);
      const auto extent = sure_extent(rank);
      bytes *= as_double(std::max<std::int64_t>(extent / tile, 1));
      if (extent % tile == 0) copies *= as_double(spread.places(unit, rank, tile));
    }
    const auto arriving = energy(*roles_.shared, bytes, 0);
    return unit.registers == nullptr ? arriving
                                     : arriving + energy(*unit.registers, 0, bytes * copies);
  }

  const Roles& roles_;
  const Outline& outline_;
  Group group_;
  double word_bytes_;
};

double memory_energy(const arch::MemorySpec& memory, double read, double written) {
  const auto width = static_cast<double>(memory.width.count()) / 8;
  return (read * memory.read_energy.count() + written * memory.write_energy.count()) / width;
}

/// Of reading what leaves the chip in the shared memory; nothing where a unit's may take its place.
double leaving_energy(const Roles& roles, double bytes) {
  const bool other = std::any_of(roles.units.begin(), roles.units.end(),
                                 [](const UnitRole& unit) { return unit.handover != nullptr; });
  return other ? 0 : memory_energy(*roles.shared, bytes, 0);
}

}  // namespace

OutlineBound::OutlineBound(const Roles& roles, const Outline& outline, const Fusion& fusion)
    : roles_(roles),
      outline_(outline),
      fusion_(fusion),
      costs_(roles.einsums.size()),
      buffers_(all_prefetches.size(), 0) {
  for (const auto& einsums : groups_of(fusion)) add_group(einsums);
}

void OutlineBound::add_group(const std::vector<std::size_t>& einsums) {
  const GroupCost cost(roles_, outline_, einsums);
  std::vector<double> held(all_prefetches.size(), 0);
  double read = 0;
  double written = 0;
  for (std::size_t tensor = 0; tensor < roles_.tensors.size(); ++tensor) {
    const auto& role = roles_.tensors[tensor];
    const auto here = [&](std::size_t einsum) {
      return std::find(einsums.begin(), einsums.end(), einsum) != einsums.end();
    };
    const bool made = role.producer && here(*role.producer);
    const bool used = std::any_of(role.readers.begin(), role.readers.end(), here);
    if (used && !made) {
      read += cost.loaded(tensor);
      for (const auto prefetch : all_prefetches) {
        held[static_cast<std::size_t>(prefetch)] += cost.held(tensor, prefetch);
      }
    }
    if (!made) continue;
    const bool leaves = leaves_chip(roles_, fusion_, tensor);
    if (leaves) written += cost.stored(tensor);
    if ((leaves || used) && (leaves || !may_pass(roles_, tensor))) {
      for (auto& bytes : held) bytes += cost.made(tensor);
    }
  }
  for (std::size_t i = 0; i < held.size(); ++i) buffers_[i] = std::max(buffers_[i], held[i]);
  groups_.push_back({einsums, 0});
  if (roles_.off_chip->bandwidth) {
    groups_.back().port_cycles = std::floor((read + written) * roles_.architecture->clock.count() /
                                            roles_.off_chip->bandwidth->count());
  }
  memory_energy_pj_ += memory_energy(*roles_.off_chip, read, written) +
                       memory_energy(*roles_.shared, 0, read) + leaving_energy(roles_, written);
  for (const auto einsum : einsums) {
    for (const auto& option : roles_.einsums[einsum].options) {
      costs_[einsum].push_back(cost.cost_of(roles_.einsums[einsum], einsum, option));
    }
  }
}

CostBound OutlineBound::of(const std::vector<std::size_t>& binding, Prefetch prefetch) const {
  CostBound bound;
  bound.energy_pj = memory_energy_pj_;
  for (const auto& group : groups_) {
    std::vector<double> busy(roles_.units.size(), 0);
    for (const auto einsum : group.einsums) {
      const auto& cost = costs_[einsum][binding[einsum]];
      busy[roles_.einsums[einsum].options[binding[einsum]].unit] += cost.cycles;
      bound.energy_pj += cost.energy_pj;
    }
    bound.cycles += std::max(group.port_cycles, *std::max_element(busy.begin(), busy.end()));
  }
  bound.buffer_bytes = buffers_[static_cast<std::size_t>(prefetch)];
  return bound;
}

CostBound OutlineBound::any(const std::vector<std::vector<std::size_t>>& bindings) const {
  auto least = of(bindings.front(), Prefetch::none);
  for (const auto& binding : bindings) {
    const auto bound = of(binding, Prefetch::none);
    least.cycles = std::min(least.cycles, bound.cycles);
    least.energy_pj = std::min(least.energy_pj, bound.energy_pj);
  }
  least.buffer_bytes = *std::min_element(buffers_.begin(), buffers_.end());
  return least;
}

}  // namespace attnsim::mappings
