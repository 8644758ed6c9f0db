#pragma once

#include <cstdint>
#include <random>

/// Draws that are the same for the same seed on every machine, which the distributions of the
/// standard library are not.
namespace attnsim {

/// One value of a uniform distribution over [-1, 1).
[[nodiscard]] inline double draw_uniform(std::mt19937_64& random) {
  constexpr double step = 0x1p-52;
  return static_cast<double>(random() >> 11U) * step - 1;
}

/// One whole number of least ... largest.
[[nodiscard]] inline double draw_whole(std::mt19937_64& random, double least, double largest) {
  const auto count = static_cast<std::uint64_t>(largest - least) + 1;
  return least + static_cast<double>((random() >> 11U) % count);
}

}  // namespace attnsim
