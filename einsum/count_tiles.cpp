#include "einsum/count_tiles.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "einsum/box_condition.h"
#include "einsum/condition_groups.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/spelling.h"
#include "einsum/tile_boxes.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
void append(std::vector<T>& list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

/// The ranks that the Einsum runs along.
Names ranks_of(const Cascade& cascade, const Einsum& einsum) {
  Names ranks;
  for (const auto& variable : iteration_variables(einsum)) {
    ranks.push_back(cascade.find_rank_of_variable(variable)->name);
  }
  return ranks;
}

TileSizes all_tiles(const Tiling& tiling) {
  auto all = tiling.queries;
  all.insert(tiling.keys.begin(), tiling.keys.end());
  return all;
}

void check_sizes(const Cascade& cascade, const Tiling& tiling) {
  const Place whole{cascade.file, 0, 0};
  if (tiling.queries.empty() || tiling.keys.empty()) {
    throw InputError(whole, "tiles need a rank of queries and one of keys at least");
  }
  for (const auto& [rank, size] : all_tiles(tiling)) {
    if (cascade.find_rank(rank) == nullptr) {
      throw InputError(whole, unknown_name("rank", rank, names_of(cascade.ranks)));
    }
    if (size >= 1) continue;
    throw InputError(
        whole, "a tile of " + rank + " has at least 1 coordinate, not " + std::to_string(size));
  }
  for (const auto& [rank, size] : tiling.queries) {
    if (!tiling.keys.contains(rank)) continue;
    throw InputError(whole, "rank " + rank + " is one of queries or of keys, not both");
  }
}

/// The Einsum whose condition decides.
const Einsum& find_masked(const Cascade& cascade, const Tiling& tiling) {
  check_sizes(cascade, tiling);
  const auto tiles = all_tiles(tiling);
  const auto missing_in = [&](const Einsum& einsum) {
    const auto ranks = ranks_of(cascade, einsum);
    Names missing;
    for (const auto& [rank, size] : tiles) {
      if (!holds(ranks, rank)) missing.push_back(rank);
    }
    return missing;
  };
  if (tiling.einsum.empty()) {
    const auto found =
        std::find_if(cascade.einsums.begin(), cascade.einsums.end(),
                     [&](const Einsum& einsum) { return missing_in(einsum).empty(); });
    if (found != cascade.einsums.end()) return *found;
    Names ranks;
    for (const auto& [rank, size] : tiles) ranks.push_back(rank);
    throw InputError(Place{cascade.file, 0, 0},
                     "none of its Einsums runs along all of " + list_names(ranks));
  }
  const auto* einsum = cascade.find_einsum(tiling.einsum);
  if (einsum == nullptr) {
    Names known;
    for (const auto& each : cascade.einsums) known.push_back(each.name());
    throw InputError(Place{cascade.file, 0, 0}, unknown_name("Einsum", tiling.einsum, known));
  }
  const auto missing = missing_in(*einsum);
  if (missing.empty()) return *einsum;
  throw InputError(einsum->place, einsum->name() + " does not run along " + list_names(missing) +
                                      " (but along " + list_names(ranks_of(cascade, *einsum)) +
                                      ")");
}

std::int64_t multiply(std::int64_t a, std::int64_t b, const Place& place) {
  if (!__builtin_mul_overflow(a, b, &a)) return a;
  throw InputError(place, "its tiles are more than 63 bits can count at these shapes");
}

void multiply(TileCounts& all, const TileCounts& group, const Place& place) {
  static constexpr std::int64_t TileCounts::*numbers[] = {
      &TileCounts::query_tiles, &TileCounts::key_tiles, &TileCounts::worst,  &TileCounts::least,
      &TileCounts::total,       &TileCounts::pairs,     &TileCounts::allowed};
  for (const auto number : numbers) all.*number = multiply(all.*number, group.*number, place);
  append(all.query_ranks, group.query_ranks);
  append(all.key_ranks, group.key_ranks);
}

double ratio(std::int64_t a, std::int64_t b) {
  return static_cast<double>(a) / static_cast<double>(b);
}

/// The ranks whose shape or coordinate the condition names.
Names named_ranks(const Cascade& cascade, const Condition& condition) {
  Names ranks;
  for (const auto& index : indices_of(condition)) {
    visit_terms(index, [&](const Term& term) { ranks.push_back(term.rank); });
  }
  for (const auto& variable : variables_used(condition)) {
    ranks.push_back(cascade.find_rank_of_variable(variable)->name);
  }
  return ranks;
}

void check_tiled(const Cascade& cascade, const Condition& where, const TileSizes& tiles) {
  for (const auto& variable : variables_used(where)) {
    const auto& rank = cascade.find_rank_of_variable(variable)->name;
    if (tiles.contains(rank)) continue;
    throw InputError(where.place, "the condition names " + variable + ", but there is no tile of " +
                                      rank + " (of 1 if its coordinates are taken one by one)");
  }
}

}  // namespace

double TileCounts::mean() const { return ratio(total, query_tiles); }
double TileCounts::density() const { return ratio(allowed, pairs); }
double TileCounts::speedup() const { return ratio(key_tiles, worst); }
double TileCounts::mean_speedup() const { return static_cast<double>(key_tiles) / mean(); }

Shapes shapes_for_tiles(const Cascade& cascade, const Tiling& tiling, const Shapes& given) {
  const auto& einsum = find_masked(cascade, tiling);
  Names needed;
  if (einsum.where) {
    check_tiled(cascade, *einsum.where, all_tiles(tiling));
    needed = named_ranks(cascade, *einsum.where);
  }
  for (const auto& [rank, size] : all_tiles(tiling)) needed.push_back(rank);
  for (const auto& rank : cascade.ranks) append(needed, rank.parts);
  auto shapes = given;
  for (const auto& rank : cascade.ranks) {
    if (rank.parts.empty() && !holds(needed, rank.name)) shapes.emplace(rank.name, 1);
  }
  return resolve_shapes(cascade, shapes);
}

TileReport count_tiles(const Cascade& cascade, const Tiling& tiling, const Shapes& shapes) {
  const auto& einsum = find_masked(cascade, tiling);
  const auto& place = einsum.where ? einsum.where->place : einsum.place;
  const auto tiles = all_tiles(tiling);
  const auto* where = einsum.where ? &*einsum.where : nullptr;
  if (where != nullptr) check_tiled(cascade, *where, tiles);
  Names variables;  // in the Einsum's order
  for (const auto& variable : iteration_variables(einsum)) {
    if (tiles.contains(cascade.find_rank_of_variable(variable)->name))
      variables.push_back(variable);
  }
  TileReport report{einsum.name(), {}, {}};
  auto budget = most_boxes;
  for (const auto& group : groups_of(variables, where)) {
    std::vector<TileSlot> slots;
    for (const auto& variable : group.variables) {
      const auto& rank = cascade.find_rank_of_variable(variable)->name;
      const auto extent = shapes.at(rank);
      slots.push_back({rank, extent, std::min(tiles.at(rank), extent), tiling.keys.contains(rank)});
    }
    const BoxCondition condition(cascade, group.conditions, group.variables, shapes);
    report.groups.push_back(count_in_boxes(condition, slots, tiling.dynamic, place, budget));
    multiply(report.all, report.groups.back(), place);
  }
  if (report.all.allowed == 0)
    throw InputError(place, "the condition holds nowhere at these shapes");
  return report;
}

double end_to_end_speedup(double speedup, double share) {
  return 1 / (1 - share + share / speedup);
}

}  // namespace attnsim::einsum
