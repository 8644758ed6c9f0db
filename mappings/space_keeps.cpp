#include "mappings/space_keeps.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace attnsim::mappings {
namespace {

bool among(const std::vector<std::size_t>& set, std::size_t member) {
  return std::find(set.begin(), set.end(), member) != set.end();
}

double as_double(std::int64_t number) { return static_cast<double>(number); }

const UnitRole& unit_of(const Roles& roles, const Details& details, std::size_t einsum) {
  return roles.units[roles.einsums[einsum].options[details.binding[einsum]].unit];
}

const arch::MemorySpec* any_handover(const Roles& roles) {
  for (const auto& unit : roles.units) {
    if (unit.handover != nullptr) return unit.handover;
  }
  return nullptr;
}

/// A memory beside the registers in the unit that makes the tensor or in one that reads it.
const arch::MemorySpec* handover_of(const Roles& roles, const Group& group, const Details& details,
                                    std::size_t maker) {
  if (const auto* memory = unit_of(roles, details, maker).handover) return memory;
  for (const auto reader : roles.tensors[roles.einsums[maker].output].readers) {
    if (!among(group.einsums, reader)) continue;
    if (const auto* memory = unit_of(roles, details, reader).handover) return memory;
  }
  return nullptr;
}

/// True if the tensor is carried from step to step, a word for each column or row.
bool is_carried_by_word(const Roles& roles, const Outline& outline, std::size_t tensor) {
  const auto& role = roles.tensors[tensor];
  if (!role.generative) return false;
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (!has(role.ranks, rank) || roles.ranks[rank].batch || role.generative == rank) continue;
    if (outline.columns != rank && outline.rows != rank) return false;
  }
  return true;
}

/// Where an Einsum's readers in the group find what it makes.
void add_waiting(const Roles& roles, const Group& group, const Details& details, std::size_t einsum,
                 bool needed, std::vector<ResultKeep>& keeps) {
  const auto& maker = unit_of(roles, details, einsum);
  const auto innermost = group.loops.size();
  const auto add = [&](const arch::MemorySpec* memory) {
    if (details.waiting == Waiting::shared) memory = nullptr;
    if (memory == nullptr && !needed) return;
    if (memory == nullptr) memory = roles.shared;
    const bool there = std::any_of(keeps.begin(), keeps.end(), [&](const ResultKeep& keep) {
      return keep.memory == memory && keep.place == innermost;
    });
    if (!there) keeps.push_back({memory, innermost, 0});
  };
  bool near = false;
  bool far = false;
  for (const auto reader : roles.tensors[roles.einsums[einsum].output].readers) {
    if (!among(group.einsums, reader)) continue;
    (&unit_of(roles, details, reader) == &maker ? near : far) = true;
  }
  if (near) add(maker.registers);
  const bool hands_over = details.waiting == Waiting::handover || details.waiting == Waiting::units;
  if (far) add(hands_over ? handover_of(roles, group, details, einsum) : nullptr);
}

}  // namespace

bool leaves_chip(const Roles& roles, const Fusion& fusion, std::size_t tensor) {
  return roles.tensors[tensor].output || crosses(roles, fusion, tensor);
}

std::vector<ResultKeep> keeps_of_result(const Roles& roles, const Outline& outline,
                                        const Group& group, const Details& details,
                                        std::size_t einsum, bool leaves) {
  const auto tensor = roles.einsums[einsum].output;
  const auto place = made_place(roles, group, tensor);
  const bool innermost = place == group.loops.size();
  const auto* memory = roles.shared;
  if (details.waiting == Waiting::units &&
      (innermost || is_carried_by_word(roles, outline, tensor))) {
    if (const auto* handover = any_handover(roles)) memory = handover;
  }
  std::vector<ResultKeep> keeps;
  if (!innermost) {
    const bool twice =
        leaves && details.prefetch != Prefetch::none && details.prefetch != Prefetch::inner;
    keeps.push_back({memory, place, twice ? 2 : 1});
    if (memory == roles.shared && !roles.tensors[tensor].fresh) return keeps;
  } else if (leaves) {
    keeps.push_back({memory, place, 0});
  }
  add_waiting(roles, group, details, einsum, innermost && !leaves, keeps);
  return keeps;
}

bool may_pass(const Roles& roles, std::size_t tensor) {
  const auto& role = roles.tensors[tensor];
  return role.readers.size() == 1 && role.readers.front() == *role.producer + 1;
}

bool arrives(const Roles& roles, const Group& group, std::size_t tensor) {
  const auto& role = roles.tensors[tensor];
  if (role.producer && among(group.einsums, *role.producer)) return false;
  return std::any_of(role.readers.begin(), role.readers.end(),
                     [&](auto reader) { return among(group.einsums, reader); });
}

Prefetch prefetch_of(const Roles& roles, const Outline& outline, const Group& group,
                     std::size_t tensor, Prefetch prefetch) {
  if (prefetch != Prefetch::inner && prefetch != Prefetch::inner_piece) return prefetch;
  const auto here = place_of(roles, outline, group, tensor);
  for (std::size_t other = 0; other < roles.tensors.size(); ++other) {
    if (!arrives(roles, group, other)) continue;
    if (place_of(roles, outline, group, other) <= here) continue;
    return prefetch == Prefetch::inner ? Prefetch::none : Prefetch::piece;
  }
  return Prefetch::tile;
}

double arriving_words(const Roles& roles, const Outline& outline, const Group& group,
                      std::size_t tensor, Prefetch prefetch) {
  prefetch = prefetch_of(roles, outline, group, tensor, prefetch);
  const auto place = place_of(roles, outline, group, tensor);
  const auto& role = roles.tensors[tensor];
  std::vector<TileLoop> own;
  if (place == own_place) {
    const auto reader = std::find_if(role.readers.begin(), role.readers.end(),
                                     [&](auto each) { return among(group.einsums, each); });
    own = own_loops(roles, outline, group, *reader);
  }
  double tile = 1;
  double piece = 1;
  bool others = false;  // there is another tile to hold
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (!has(role.ranks & ~role.odd, rank)) continue;
    const auto whole = outline.extents[rank];
    if (roles.ranks[rank].batch) {
      others = others || whole > 1;
      continue;
    }
    auto extent = extent_inside(outline, group, place, rank);
    if (place == own_place) {
      extent = roles.ranks[rank].step ? 1 : extent_of_step(outline, group, own, rank);
    }
    tile *= as_double(extent);
    piece *= as_double(std::min(extent, outline.tiles[rank]));
    others = others || extent < whole;
  }
  if (prefetch == Prefetch::none) return tile;
  if (prefetch == Prefetch::piece) return tile + piece;
  return others ? 2 * tile : tile;
}

double made_words(const Roles& roles, const Outline& outline, const Group& group,
                  std::size_t tensor, std::size_t place) {
  const auto& role = roles.tensors[tensor];
  double words = 1;
  for (std::size_t rank = 0; rank < roles.ranks.size(); ++rank) {
    if (!has(role.ranks, rank) || roles.ranks[rank].batch || role.generative == rank) continue;
    words *= as_double(extent_inside(outline, group, place, rank));
  }
  return words;
}

OutlineFit::OutlineFit(const Roles& roles, const Outline& outline, const Fusion& fusion)
    : roles_(roles),
      outline_(outline),
      word_bytes_(as_double(static_cast<std::int64_t>(roles.architecture->word.count())) / 8) {
  for (const auto& einsums : groups_of(fusion)) {
    GroupFit fit{
        group_of(roles, outline, einsums), std::vector<double>(all_prefetches.size(), 0), {}};
    for (std::size_t tensor = 0; tensor < roles.tensors.size(); ++tensor) {
      if (!arrives(roles, fit.group, tensor)) continue;
      for (const auto prefetch : all_prefetches) {
        fit.arrivals[static_cast<std::size_t>(prefetch)] +=
            arriving_words(roles, outline, fit.group, tensor, prefetch) * word_bytes_;
      }
    }
    for (const auto einsum : einsums) {
      fit.leaves.push_back(leaves_chip(roles, fusion, roles.einsums[einsum].output));
    }
    groups_.push_back(std::move(fit));
  }
}

double OutlineFit::compulsory() const {
  double fullest = 0;
  for (const auto& fit : groups_) {
    fullest = std::max(fullest, fit.arrivals[static_cast<std::size_t>(Prefetch::none)]);
  }
  return fullest / static_cast<double>(roles_.shared->capacity->count());
}

double OutlineFit::fullness(const Details& details) const {
  double fullest = 0;
  for (const auto& fit : groups_) fullest = std::max(fullest, fullness(fit, details));
  return fullest;
}

double OutlineFit::fullness(const GroupFit& fit, const Details& details) const {
  std::vector<std::pair<const arch::MemorySpec*, double>> taken;
  const auto take = [&](const arch::MemorySpec* memory, double part) {
    for (auto& [each, sum] : taken) {
      if (each != memory) continue;
      sum += part;
      return;
    }
    taken.emplace_back(memory, part);
  };
  take(roles_.shared, fit.arrivals[static_cast<std::size_t>(details.prefetch)] /
                          static_cast<double>(roles_.shared->capacity->count()));
  for (std::size_t i = 0; i < fit.leaves.size(); ++i) {
    const auto einsum = fit.group.einsums[i];
    const auto tensor = roles_.einsums[einsum].output;
    if (may_pass(roles_, tensor) && !fit.leaves[i]) continue;
    for (const auto& keep :
         keeps_of_result(roles_, outline_, fit.group, details, einsum, fit.leaves[i])) {
      const auto buffers = as_double(std::max<std::int64_t>(keep.buffers, 1));
      const auto& memory = *keep.memory;
      if (memory.entries > 0) {
        take(&memory,
             buffers * entries(fit, details, keep, tensor) / static_cast<double>(memory.entries));
      } else {
        const auto words = made_words(roles_, outline_, fit.group, tensor, keep.place);
        take(&memory,
             buffers * words * word_bytes_ / static_cast<double>(memory.capacity->count()));
      }
    }
  }
  double fullest = 0;
  for (const auto& [memory, part] : taken) fullest = std::max(fullest, part);
  return fullest;
}

/// Words in one instance of a unit's memory, by whichever Einsum spreads them best.
double OutlineFit::entries(const GroupFit& fit, const Details& details, const ResultKeep& keep,
                           std::size_t tensor) const {
  const auto& role = roles_.tensors[tensor];
  const auto words_by = [&](std::size_t einsum) {
    const auto& unit = unit_of(roles_, details, einsum);
    const auto spread = spread_of(roles_, outline_, roles_.einsums[einsum], unit);
    double words = 1;
    for (std::size_t rank = 0; rank < roles_.ranks.size(); ++rank) {
      if (!has(role.ranks, rank) || roles_.ranks[rank].batch || role.generative == rank) continue;
      const auto extent = extent_inside(outline_, fit.group, keep.place, rank);
      words *= as_double(keep.memory->instances == 1
                             ? extent
                             : ceil_of(extent, spread.places(unit, rank, extent)));
    }
    return words;
  };
  auto least = words_by(*role.producer);
  for (const auto reader : role.readers) {
    if (among(fit.group.einsums, reader)) least = std::min(least, words_by(reader));
  }
  return least;
}

}  // namespace attnsim::mappings
