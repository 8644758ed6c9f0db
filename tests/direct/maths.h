#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <vector>

/// What definitions are written with: sums, softmax and selections over coordinates.
namespace attnsim::direct {

using Index = std::int64_t;
using Keys = std::vector<Index>;
using Score = std::function<double(Index)>;
using Choice = std::function<bool(Index)>;

/// sum over i < count of `of(i)`.
[[nodiscard]] double sum_of(Index count, const Score& of);

/// Softmax attention over the listed keys: sum of exp(score) value / sum of exp(score).
[[nodiscard]] double attend(const Keys& keys, const Score& score, const Score& value);

/// The coordinates below `count` for which `holds`.
[[nodiscard]] Keys those(Index count, const Choice& holds);

/// The coordinates below `count`.
[[nodiscard]] Keys first(Index count);

/// The `count` best of the coordinates below `extent` that `allowed` admits, best first, by sorting
/// them all; of equals the first.
[[nodiscard]] Keys best_of(Index count, Index extent, const Choice& allowed, const Score& score);

/// The `count` coordinates below `extent` with the largest scores, best first.
[[nodiscard]] Keys best(Index count, Index extent, const Score& score);

[[nodiscard]] bool holds(const Keys& list, Index value);

/// The softmax of `count` scores, at those that `allowed` admits; 0 at the others.
[[nodiscard]] std::vector<double> softmax(Index count, const Choice& allowed, const Score& score);

[[nodiscard]] inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }

[[nodiscard]] inline double real(Index value) { return static_cast<double>(value); }

[[nodiscard]] inline double root(Index extent) { return std::sqrt(real(extent)); }

}  // namespace attnsim::direct
