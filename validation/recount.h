#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "arch/components.h"
#include "base/place.h"
#include "sim/result.h"
#include "workloads/model.h"

/// Our action counts, counted again by the rules of somebody else's evaluation: where two energies
/// differ, the rules say by what. Every rule is data, and can be given up alone.
namespace attnsim::validation {

/// Only one of a memory's instances (a PE's registers) is counted.
struct OneInstance {
  std::string memory;
};

/// Actions count `by` times: 0 where they are forgotten.
struct Scaled {
  std::string component;
  std::string action;                ///< empty: every one
  std::vector<std::string> tensors;  ///< empty: every one
  double by = 1;
};

/// Tensors that go past a memory where it does not hold them for reuse: not counted there, unless
/// read more often than written.
struct PassedBy {
  std::string memory;
  std::vector<std::string> tensors;
};

/// Moving results on from a memory `to` the next does not count as reading it.
struct Drained {
  std::string memory;
  std::string to;
  std::vector<std::string> tensors;
};

/// The first update of every word of an output needs no read; how many reads that saves is
/// computed as (words * tile mod 2^64) / tile. Where the product wraps, reads are counted that
/// nobody makes.
struct WrappedElision {
  std::string memory;
  std::string tensor;                   ///< each of its words is written once
  std::uint64_t tile = 1;               ///< words of the tensor's tile in the memory
  std::vector<std::string> tile_ranks;  ///< whose shapes multiply `tile`; `rules_for` does that
};

using RecountKind = std::variant<OneInstance, Scaled, PassedBy, Drained, WrappedElision>;

struct RecountChange {
  RecountKind kind;
  std::vector<std::int64_t> lengths;  ///< sequence lengths that it is for; empty: all
  Place place;
};

/// What one habit of counting amounts to.
struct RecountRule {
  std::string name;  ///< "registers of one PE"; the same in every configuration that it is for
  std::string why;
  std::vector<RecountChange> changes;
};

using RecountRules = std::vector<RecountRule>;

/// The rules for one row: changes for other sequence lengths left out, tiles in words.
/// @throws InputError where a tile names a rank that has no shape, or exceeds 64 bits
[[nodiscard]] RecountRules rules_for(const RecountRules& rules, std::int64_t sequence_length,
                                     const workloads::Shapes& shapes);

/// All rules but those of that name.
[[nodiscard]] RecountRules without(const RecountRules& rules, const std::string& name);

/// Energy by the rules (from `rules_for`), in pJ; without any it is `result.energy_pj`. Each rule
/// looks at the counts of the result, so their order does not matter.
/// @throws InputError where a rule names a component that the architecture lacks, or a tensor that
///         no action is for
[[nodiscard]] double recounted_energy(const arch::Architecture& architecture,
                                      const sim::SimResult& result, const RecountRules& rules);

}  // namespace attnsim::validation
