#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// How many integer points of a rectangle fulfil a formula of inequalities in x and y. In time that
/// grows with the inequalities and the digits of the numbers, never with the rectangle.
namespace attnsim::einsum {

/// Exact where products of two 64-bit numbers occur.
__extension__ typedef __int128 Wide;  // NOLINT(modernize-use-using): pedantic needs __extension__

/// a*x + b*y + c <= 0.
struct PlaneInequality {
  std::int64_t a = 0;
  std::int64_t b = 0;
  std::int64_t c = 0;
};

/// A formula over a list of inequalities, which it names by their place in it.
struct PlaneFormula {
  enum class Kind { inequality, all_of, any_of };
  Kind kind = Kind::all_of;
  std::size_t inequality = 0;
  std::vector<PlaneFormula> parts;

  [[nodiscard]] bool holds(const std::vector<bool>& truths) const;
};

/// The sum of floor((a*i + b) / m) over 0 <= i < n; m > 0.
[[nodiscard]] Wide floor_sum(Wide n, Wide m, Wide a, Wide b);

/// Points with 0 <= x < width and 0 <= y < height.
[[nodiscard]] Wide count_in_plane(const PlaneFormula& formula,
                                  const std::vector<PlaneInequality>& inequalities,
                                  std::int64_t width, std::int64_t height);

}  // namespace attnsim::einsum
