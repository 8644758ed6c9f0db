#pragma once

#include "einsum/zoo.h"

namespace attnsim::einsum {

/// The score of key m for the query at [b,h,.,p].
inline double score_of(const Zoo& zoo, At at, std::int64_t m, const std::string& query = "Q",
                       const std::string& key = "K") {
  const auto q = zoo.in(query);
  const auto k = zoo.in(key);
  return sum_of(zoo["E"],
                [&](auto e) { return q(at[0], at[1], e, at[3]) * k(at[0], at[1], e, m); });
}

/// Whether the query at [b,h,.,p] sees key m.
using Seen = std::function<bool(At, std::int64_t)>;

/// AV[b,h,f,p] is softmax attention over the keys that are seen, and those only.
inline void expect_attention(const Zoo& zoo, const Seen& seen) {
  const auto v = zoo.in("V");
  zoo.expect("AV", [&](At at) {
    const auto keys = those(zoo["M"], [&](auto m) { return seen(at, m); });
    return attend(
        keys, [&](auto m) { return score_of(zoo, at, m); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  });
}

inline bool holds(const std::vector<std::int64_t>& list, std::int64_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// The `count` best of the coordinates below `extent` that `allowed` admits.
inline std::vector<std::int64_t> best_of(std::int64_t count, std::int64_t extent,
                                         const std::function<bool(std::int64_t)>& allowed,
                                         const std::function<double(std::int64_t)>& score) {
  auto found = those(extent, allowed);
  std::stable_sort(found.begin(), found.end(),
                   [&](std::int64_t a, std::int64_t b) { return score(a) > score(b); });
  found.resize(std::min(found.size(), static_cast<std::size_t>(count)));
  return found;
}

/// Mean over the block `c` of `size` of an input [b,h,e,.].
inline double block_mean(const Zoo& zoo, const std::string& input, At at, std::int64_t e,
                         std::int64_t c, std::int64_t size) {
  const auto x = zoo.in(input);
  return sum_of(size, [&](auto i) { return x(at[0], at[1], e, c * size + i); }) /
         static_cast<double>(size);
}

/// The softmax of `count` scores, at those that `allowed` admits; 0 at the others.
inline std::vector<double> softmax(std::int64_t count,
                                   const std::function<bool(std::int64_t)>& allowed,
                                   const std::function<double(std::int64_t)>& score) {
  std::vector<double> weights(static_cast<std::size_t>(count), 0);
  double total = 0;
  for (const auto i : those(count, allowed)) {
    weights[static_cast<std::size_t>(i)] = std::exp(score(i));
    total += weights[static_cast<std::size_t>(i)];
  }
  for (auto& weight : weights) weight /= total;
  return weights;
}

/// Three shapes with M = C * M0 keys, the second odd-sized; `more` are further ranks.
inline std::vector<Shapes> blocked(const std::vector<Shapes>& more) {
  std::vector<Shapes> all = {{{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"C", 4}, {"M0", 2}},
                             {{"B", 1}, {"H", 3}, {"E", 5}, {"F", 3}, {"C", 5}, {"M0", 3}},
                             {{"B", 1}, {"H", 1}, {"E", 3}, {"F", 2}, {"C", 3}, {"M0", 1}}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (const auto& [rank, shape] : more[i % more.size()]) all[i][rank] = shape;
  }
  return all;
}

/// Three shapes without blocks.
inline std::vector<Shapes> flat(const std::vector<Shapes>& more) {
  std::vector<Shapes> all = {{{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"M", 8}},
                             {{"B", 1}, {"H", 3}, {"E", 5}, {"F", 3}, {"M", 13}},
                             {{"B", 1}, {"H", 1}, {"E", 3}, {"F", 2}, {"M", 6}}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (const auto& [rank, shape] : more[i % more.size()]) all[i][rank] = shape;
  }
  return all;
}

/// The mean query of block r times the mean key of block c.
inline double pooled_score(const Zoo& zoo, At at, std::int64_t c, std::int64_t r) {
  return sum_of(zoo["E"], [&](auto e) {
    return block_mean(zoo, "Q", at, e, r, zoo["M0"]) * block_mean(zoo, "K", at, e, c, zoo["M0"]);
  });
}

inline double draw_bit(std::mt19937& random) {
  return std::uniform_int_distribution<int>(0, 1)(random);
}

inline double draw_digit(std::mt19937& random) {
  return std::uniform_int_distribution<int>(0, 7)(random);
}

}  // namespace attnsim::einsum
