#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mappings/mapping.h"
#include "mappings/space_roles.h"

/// A space of mappings, made by rule from a cascade and an architecture: what `attnsim map`
/// searches. docs/mapper.md states the rules.
namespace attnsim::mappings {

/// How far the choices go.
struct SpaceLimits {
  int halvings = 1;  ///< tiles: sizes of the units, halved up to so many times
  /// Boundaries between fused groups at most (all Einsums apart, besides). Absent: 2 where there
  /// are few places for them, else 1.
  std::optional<int> cuts{};
  int moves = 1;  ///< Einsums bound elsewhere than to the unit where they take fewest cycles
};

/// What becomes of an Einsum in one fused group: the loops, and what stays on chip for how long.
struct Outline {
  std::vector<std::int64_t> extents;   ///< per rank: M1 follows from the tile of M0
  std::vector<std::int64_t> tiles;     ///< per rank
  std::vector<std::size_t> order;      ///< ranks whose loops over tiles are shared, outermost first
  std::optional<std::size_t> blocked;  ///< a rank that has another loop, around all of these
  std::int64_t block = 0;              ///< coordinates of one iteration of that one
  std::optional<std::size_t> columns;  ///< rank along columns and lanes
  std::optional<std::size_t> rows;     ///< rank along rows
  bool fill = false;         ///< an Einsum that lacks one of these spreads another rank instead
  std::size_t fusion = 0;    ///< a place in `MappingSpace::fusions`
  bool inner_loops = false;  ///< what no shared loop cuts into tiles, each Einsum does by itself
  std::vector<std::size_t> levels;  ///< per tensor: 0 keeps the innermost tile, then outwards
};

/// Of what comes from off chip.
enum class Prefetch {
  none,         ///< one tile is held
  piece,        ///< and space for one piece of the next
  tile,         ///< two tiles are held
  inner,        ///< two of what is kept inside the most loops, one of the rest
  inner_piece,  ///< two of that, and of the rest space for a piece beside the tile
};
inline constexpr std::array all_prefetches{Prefetch::tile, Prefetch::inner_piece, Prefetch::inner,
                                           Prefetch::piece, Prefetch::none};

enum class Staging {
  none,     ///< no pipeline
  units,    ///< Einsums one after another on one unit are a stage
  einsums,  ///< each is a stage
};

/// Where a tensor waits between two Einsums of a group.
enum class Waiting {
  units,      ///< as `handover`; there also what leaves the chip, and of what is carried on that
              ///< which is a word for each column or row
  handover,   ///< in its unit's registers; on its way to another unit in that or this one's
              ///< other memory, where there is one
  registers,  ///< in its unit's registers; on its way to another unit in the shared memory
  shared      ///< in the shared memory
};

/// What is left to choose for an outline.
struct Details {
  Prefetch prefetch = Prefetch::none;
  Staging staging = Staging::none;
  std::int64_t depth = 0;  ///< of the pipelines; 0: as many iterations as hide the latencies
  Waiting waiting = Waiting::handover;
  std::vector<std::size_t> binding;  ///< per Einsum: a place in `EinsumRole::options`
};

/// For each Einsum whether a boundary stands behind it.
using Fusion = std::vector<bool>;

class OutlineBound;

struct MappingSpace {
  Roles roles;
  SpaceLimits limits;
  std::vector<Fusion> fusions;
  std::vector<Outline> outlines;
  std::vector<Waiting> waitings;
  /// How far the choices were cut down because there were too many. 1: tiles of the units' sizes
  /// only; 2: and no loops of a single Einsum; 3: and every second size of block.
  int thrift = 0;

  /// The bindings of an outline: first that of every Einsum to the unit where it takes fewest
  /// cycles (fewer lanes, where two take as many), then those of up to `limits.moves` moved.
  [[nodiscard]] std::vector<std::vector<std::size_t>> bindings(const Outline& outline) const;
  [[nodiscard]] std::vector<std::vector<std::size_t>> bindings(const OutlineBound& bound) const;

  /// Pipelining and prefetching, for one binding and one place to wait; neither first. The others
  /// cost the first's energy, keep its units as busy and hold no less than it: lowering the first
  /// bounds them all, and where it is infeasible they are.
  [[nodiscard]] std::vector<Details> variants(const std::vector<std::size_t>& binding,
                                              Waiting waiting) const;

  /// Everything else, for one binding.
  [[nodiscard]] std::vector<Details> details(const std::vector<std::size_t>& binding) const;

  /// Mappings of one outline, the same of each, and in all.
  [[nodiscard]] std::int64_t of_outline() const;
  [[nodiscard]] std::int64_t size() const;

  [[nodiscard]] Mapping mapping(const Outline& outline, const Details& details) const;
};

/// @throws InputError where no mapping can be made by the rules
[[nodiscard]] MappingSpace space_of(const einsum::Cascade& cascade,
                                    const arch::Architecture& architecture, const Shapes& shapes,
                                    const SpaceLimits& limits = {});

}  // namespace attnsim::mappings
