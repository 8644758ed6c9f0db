// Recurrences inside others, against step-by-step loops.
#include "einsum/zoo.h"

namespace attnsim::einsum {
namespace {

using Stream = std::vector<std::vector<double>>;  ///< [d][p]

/// One layer of retention in its parallel form: x + sum over m <= p of decay^(p-m) (q.k) x[m].
Stream layer(const Zoo& zoo, const Stream& x, std::int64_t l) {
  const auto at = [&](auto d, auto p) {
    return x[static_cast<std::size_t>(d)][static_cast<std::size_t>(p)];
  };
  const auto project = [&](const char* weights, auto e, auto p) {
    return sum_of(zoo["D"], [&](auto d) { return zoo.in(weights)(l, e, d) * at(d, p); });
  };
  Stream next = x;
  for (std::int64_t p = 0; p < zoo["P"]; ++p) {
    for (std::int64_t m = 0; m <= p; ++m) {
      const double match =
          sum_of(zoo["E"], [&](auto e) { return project("WQ", e, p) * project("WK", e, m); });
      const double weight = match * std::pow(zoo.in("DECAY")(l), static_cast<double>(p - m));
      for (std::int64_t d = 0; d < zoo["D"]; ++d) {
        next[static_cast<std::size_t>(d)][static_cast<std::size_t>(p)] += weight * at(d, m);
      }
    }
  }
  return next;
}

TEST(RetentionLayers, AreOneLayerAfterTheOther) {
  for (auto [layers, width, e, positions] : {std::tuple{2, 4, 4, 6}, {3, 3, 5, 7}, {1, 1, 1, 5}}) {
    const Zoo zoo("retention_layers",
                  {{"B", 2}, {"L", layers}, {"D", width}, {"E", e}, {"P", positions}});
    zoo.expect("X", [&, d = width, p = positions](At at) {
      Stream x(static_cast<std::size_t>(d), std::vector<double>(static_cast<std::size_t>(p)));
      for (std::int64_t i = 0; i < d; ++i) {
        for (std::int64_t j = 0; j < p; ++j) {
          x[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)] = zoo.in("X0")(at[0], i, j);
        }
      }
      for (std::int64_t l = 0; l < at[2]; ++l) x = layer(zoo, x, l);
      return x[static_cast<std::size_t>(at[1])][static_cast<std::size_t>(at[3])];
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
