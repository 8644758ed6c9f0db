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

/// A point of an iteration space: one coordinate per slot. Behind the slots of the variables stand
/// those of what is derived from them (`h/G`, `I[p,k]`).
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

/// The least and the largest coordinate of a slot.
using Range = std::pair<std::int64_t, std::int64_t>;

/// @throws InputError at `place` beyond 64 bits
[[nodiscard]] std::int64_t multiply_coordinates(std::int64_t a, std::int64_t b, const Place& place);

/// `a / b` rounded down, for b >= 1.
[[nodiscard]] constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

/// sum += factor * addend. @throws InputError at `place` beyond 64 bits
void add_scaled(Affine& sum, std::int64_t factor, const Affine& addend, const Place& place);

/// The least and the largest value over all points whose coordinates lie in the ranges of their
/// slots. @throws InputError at `place` if any partial sum could be beyond 64 bits; after that,
/// `at` is safe
[[nodiscard]] Range range_of(const Affine& affine, const std::vector<Range>& ranges,
                             const Place& place);

}  // namespace attnsim::einsum
