#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// A point of an iteration space: one coordinate per slot.
using Point = std::vector<std::int64_t>;

/// constant + sum of coefficient x coordinate: an `Index` whose names are resolved to numbers.
struct Affine {
  std::int64_t constant = 0;
  std::vector<std::pair<std::size_t, std::int64_t>> terms;  ///< slot, coefficient

  [[nodiscard]] std::int64_t at(const Point& point) const {
    std::int64_t value = constant;
    for (const auto& [slot, coefficient] : terms) value += coefficient * point[slot];
    return value;
  }
};

/// What each rank variable stands for.
using Bindings = std::map<std::string, Affine>;

/// Resolves an index. @throws InputError at `place` if a coefficient is beyond 64 bits
[[nodiscard]] Affine resolve_index(const Index& index, const Bindings& bindings,
                                   const Shapes& shapes, const Place& place);

/// sum += factor * addend. @throws InputError at `place` beyond 64 bits
void add_scaled(Affine& sum, std::int64_t factor, const Affine& addend, const Place& place);

/// The least and the largest value over all points with 0 <= coordinate < extent (each >= 1).
/// @throws InputError at `place` if any partial sum could be beyond 64 bits; after that, `at` is
/// safe
[[nodiscard]] std::pair<std::int64_t, std::int64_t> range_of(
    const Affine& affine, const std::vector<std::int64_t>& extents, const Place& place);

}  // namespace attnsim::einsum
