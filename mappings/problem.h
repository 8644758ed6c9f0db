#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "arch/components.h"
#include "einsum/cascade.h"
#include "mappings/mapping.h"

namespace attnsim::mappings {

/// Shape of every rank of the cascade.
using Shapes = std::map<std::string, std::int64_t>;

/// What is to be mapped. Keeps references: the four must outlive it.
struct Problem {
  const einsum::Cascade& cascade;
  const arch::Architecture& architecture;
  const Mapping& mapping;
  Shapes shapes;  ///< of the whole ranks and, once completed, of their parts
};

/// How many coordinates of a rank a tile has: `full`, or `tail` where all the loops at `depths`
/// are in their last iteration.
struct Extent {
  std::int64_t full = 1;
  std::int64_t tail = 1;
  std::vector<int> depths;
  [[nodiscard]] bool ragged() const { return tail != full; }
};

/// Adds the shapes of partitioned ranks' parts: M0 as the mapping's `<partition>` says (at most M),
/// M1 = ceil(M / M0).
/// @throws InputError if a rank of the cascade has no shape, or a part has no `<partition>`
[[nodiscard]] Shapes complete_shapes(const einsum::Cascade& cascade,
                                     const arch::Architecture& architecture, const Mapping& mapping,
                                     Shapes shapes);

/// The number that `size` stands for. @throws InputError for an unknown component or attribute.
/// `size` must not be "fit".
[[nodiscard]] std::int64_t resolve(const Size& size, const arch::Architecture& architecture);

[[nodiscard]] std::int64_t ceil_div(std::int64_t dividend, std::int64_t divisor);

/// The off-chip memory where inputs and outputs live: the first without a capacity.
/// @throws InputError if there is none
[[nodiscard]] const arch::MemorySpec& backing_memory(const arch::Architecture& architecture);

}  // namespace attnsim::mappings
