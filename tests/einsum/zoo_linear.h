#pragma once

#include "einsum/zoo.h"

/// What the tests of linear and other attention share.
namespace attnsim::einsum {

inline Shapes shape(std::int64_t b, std::int64_t h, std::int64_t e, std::int64_t f,
                    std::int64_t p) {
  return {{"B", b}, {"H", h}, {"E", e}, {"F", f}, {"P", p}};
}

inline const std::vector<Shapes> three_shapes = {shape(2, 2, 4, 4, 8), shape(1, 3, 5, 3, 9),
                                                 shape(1, 1, 1, 2, 16)};

inline Draw draw_between(double least, double largest) {
  return [=](std::mt19937& random) {
    return std::uniform_real_distribution<double>(least, largest)(random);
  };
}

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

inline double root(std::int64_t extent) { return std::sqrt(static_cast<double>(extent)); }

/// The coordinates below `count`.
inline std::vector<std::int64_t> first(std::int64_t count) {
  return those(count, [](std::int64_t) { return true; });
}

/// Query p times key m of the sequence and head of `at`.
inline double dot(const Zoo& zoo, At at, std::int64_t p, std::int64_t m) {
  const auto q = zoo.in("Q");
  const auto k = zoo.in("K");
  return sum_of(zoo["E"], [&](auto e) { return q(at[0], at[1], e, p) * k(at[0], at[1], e, m); });
}

}  // namespace attnsim::einsum
