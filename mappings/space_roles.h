#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arch/components.h"
#include "einsum/cascade.h"
#include "mappings/problem.h"

/// What the ranks, tensors, Einsums and units of a problem are to a space of mappings: names as
/// positions and sets as bits, so that a bound takes a microsecond. Private to mappings/.
namespace attnsim::mappings {

/// A set of ranks: bit i is `Roles::ranks[i]`.
using RankSet = std::uint64_t;

[[nodiscard]] constexpr RankSet only(std::size_t rank) { return RankSet{1} << rank; }
[[nodiscard]] constexpr bool has(RankSet set, std::size_t rank) {
  return (set >> rank & RankSet{1}) != 0;
}

/// A rank that Einsums iterate over.
struct RankRole {
  std::string name;
  std::int64_t extent = 1;                  ///< of a part: that of the whole rank
  bool batch = false;                       ///< every tensor has it: looped over outermost
  bool step = false;                        ///< goes one coordinate at a time, in order
  std::optional<std::size_t> inner_part{};  ///< of an outer part (M1): its inner part (M0)
  bool is_inner_part = false;               ///< its tile is the mapping's `<partition>`
};

struct TensorRole {
  std::string name;
  RankSet ranks = 0;
  bool external = false;  ///< an input or a view of one
  bool output = false;
  bool plain = true;  ///< every rank is one that Einsums iterate over
  RankSet odd = 0;    ///< ranks that an access indexes by more than their own variable
  std::optional<std::size_t> generative{};
  bool fresh = false;                     ///< generative, and read where it has just been made
  std::optional<std::size_t> producer{};  ///< an Einsum
  std::vector<std::size_t> readers;       ///< Einsums, each once
};

/// Lane-cycles and energy of one kind of operation of an Einsum on a unit.
struct WorkRole {
  RankSet ranks = 0;
  std::int64_t cycles = 0;  ///< of a lane at each point; 0 where it is chained
  double energy_pj = 0;     ///< at each point
};

/// A unit that an Einsum can be bound to.
struct UnitOption {
  std::size_t unit = 0;
  std::vector<WorkRole> work;
};

struct EinsumRole {
  std::string name;
  RankSet iterates = 0;
  RankSet reduces = 0;
  RankSet makes = 0;               ///< ranks of the output
  std::size_t output = 0;          ///< a tensor
  std::vector<std::size_t> reads;  ///< tensors, each once
  std::size_t operands = 0;        ///< accesses on the right
  bool conditional = false;        ///< not all points of the iteration space are computed
  std::vector<UnitOption> options;
};

struct UnitRole {
  std::string name;
  bool array = false;
  std::int64_t rows = 1;
  std::int64_t columns = 1;
  std::int64_t lanes = 1;  ///< of an array: rows x columns
  const arch::MemorySpec* registers = nullptr;
  const arch::MemorySpec* handover = nullptr;  ///< another memory in the unit: a column buffer
};

/// Keeps references to the cascade and the architecture: both must outlive it.
struct Roles {
  const einsum::Cascade* cascade = nullptr;
  const arch::Architecture* architecture = nullptr;
  const arch::MemorySpec* off_chip = nullptr;
  const arch::MemorySpec* shared = nullptr;  ///< the on-chip memory that stands in no unit
  Shapes shapes;                             ///< of the whole ranks
  std::vector<RankRole> ranks;
  std::vector<TensorRole> tensors;
  std::vector<EinsumRole> einsums;
  std::vector<UnitRole> units;
};

/// @throws InputError if an Einsum can run on no unit, a rank has no shape, or the architecture
///         lacks an off-chip memory or a shared one on the chip
[[nodiscard]] Roles roles_of(const einsum::Cascade& cascade, const arch::Architecture& architecture,
                             const Shapes& shapes);

}  // namespace attnsim::mappings
