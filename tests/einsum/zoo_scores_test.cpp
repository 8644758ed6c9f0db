// Attention with weights of other kinds than the softmax of q . k against its definition.
#include "einsum/zoo_linear.h"

namespace attnsim::einsum {
namespace {

TEST(SoftplusAttention, SharpensRowsThatSumToOne) {
  for (auto [shapes, power] :
       {std::pair{three_shapes[0], 3}, {three_shapes[1], 1}, {three_shapes[2], 15}}) {
    shapes.insert({{"M", shapes["P"]}, {"POW", power}});
    const Zoo zoo("softplus_attention", shapes, {{"OFFSET", draw_between(0, 0.9)}});
    zoo.expect("AV", [&, to = power](At at) {
      const auto length = static_cast<double>(at[3] + 1);
      const double scale =
          std::log(static_cast<double>(zoo["E"])) * std::log(length) / root(zoo["E"]);
      std::vector<double> row;
      for (std::int64_t m = 0; m <= at[3]; ++m) {
        row.push_back(std::log1p(std::exp(scale * dot(zoo, at, at[3], m))));
      }
      const auto normalize = [&] {
        double total = 0;
        for (const double weight : row) total += weight;
        for (double& weight : row) weight /= total;
      };
      normalize();
      for (double& weight : row) {
        weight = std::pow(std::max(0.0, length * weight - zoo.in("OFFSET")(at[1])), to);
      }
      normalize();
      return sum_of(at[3] + 1, [&](auto m) {
        return row[static_cast<std::size_t>(m)] * zoo.in("V")(at[0], at[1], at[2], m);
      });
    });
  }
}

TEST(KroneckerAttention, AttendsToPairsOfPositions) {
  for (auto shapes : three_shapes) {
    const auto keys = shapes["P"] / 2 + 1;
    shapes["M"] = keys;
    const Zoo zoo("kronecker_attention", shapes);
    const auto in_pair = [&](At at, const char* one, const char* two, auto x, auto pair) {
      return zoo.in(one)(at[0], at[1], x, pair / keys) * zoo.in(two)(at[0], at[1], x, pair % keys);
    };
    zoo.expect("AV", [&](At at) {
      const auto score = [&](auto pair) {
        return sum_of(zoo["E"],
                      [&](auto e) {
                        return zoo.in("Q")(at[0], at[1], e, at[3]) *
                               in_pair(at, "K1", "K2", e, pair);
                      }) /
               static_cast<double>(zoo["E"]);
      };
      return attend(first(keys * keys), score,
                    [&](auto pair) { return in_pair(at, "V1", "V2", at[2], pair); });
    });
  }
}

TEST(LowRankMhsa, IsAttentionWithWeightsOfLowRank) {
  for (auto [d, r, heads, e, f, length] :
       {std::tuple{6, 2, 2, 3, 4, 5}, {5, 3, 3, 2, 1, 7}, {3, 1, 1, 1, 2, 4}}) {
    const Zoo zoo("low_rank_mhsa",
                  {{"B", 2}, {"D", d}, {"R", r}, {"H", heads}, {"E", e}, {"F", f}, {"P", length}});
    zoo.expect("Z", [&](At at) {
      const auto x = [&](const char* down, const char* up, auto h, auto i, auto p) {
        return sum_of(zoo["D"], [&](auto from) {
          const double weight =
              sum_of(zoo["R"], [&](auto k) { return zoo.in(up)(h, i, k) * zoo.in(down)(k, from); });
          return weight * zoo.in("X")(at[0], from, p);
        });
      };
      const auto attended = [&](auto h, auto i) {
        const auto score = [&](auto m) {
          return sum_of(zoo["E"], [&](auto k) {
            return x("EQ", "DQ", h, k, at[2]) * x("EK", "DK", h, k, m) / root(zoo["E"]);
          });
        };
        return attend(first(zoo["P"]), score, [&](auto m) { return x("EV", "DV", h, i, m); });
      };
      return sum_of(zoo["H"], [&](auto h) {
        return sum_of(zoo["F"], [&](auto i) {
          const double weight = sum_of(
              zoo["R"], [&](auto k) { return zoo.in("DZ")(at[1], k) * zoo.in("EZ")(k, h, i); });
          return weight * attended(h, i);
        });
      });
    });
  }
}

TEST(GaussianAdaptive, WeighsByGaussiansAroundTheMean) {
  const double pi = std::acos(-1);
  for (auto [heads, part, f, gaussians] : {std::tuple{2, 4, 3, 2}, {3, 5, 2, 1}, {1, 7, 1, 3}}) {
    const Zoo zoo("gaussian_adaptive",
                  {{"B", 2}, {"H", heads}, {"M0", part}, {"F", f}, {"N", gaussians}},
                  {{"WIDTH", draw_between(0.5, 2)}});
    zoo.expect("Y", [&, size = part, count = gaussians](At at) {
      const auto x = [&](auto i) { return zoo.in("X")(at[0], at[1], at[2] * size + i); };
      const double mean = sum_of(size, x) / size;
      const double squares = sum_of(size, [&](auto i) { return x(i) * x(i); });
      const double deviation = std::sqrt((squares - size * mean * mean) / (size - 1));
      const auto mixture = [&](auto i) {
        double density = 1;
        for (std::int64_t n = 0; n < count; ++n) {
          const double width = zoo.in("WIDTH")(at[2], n);
          const double z = (x(i) - (mean + zoo.in("DELTA")(at[2], n))) / deviation;
          density *= std::exp(-z * z / (2 * width * width)) / std::sqrt(2 * pi * width * width);
        }
        return density;
      };
      return x(at[3]) * mixture(at[3]) / sum_of(size, mixture);
    });
  }
}

TEST(SoftmaxOnly, GuidesTheEntropyOfItsHeads) {
  for (auto [shapes, tolerance] :
       {std::pair{three_shapes[0], 5}, {three_shapes[1], 40}, {three_shapes[2], 0}}) {
    shapes.insert({{"M", shapes["P"]}, {"TOL", tolerance}});
    const Zoo zoo("softmax_only", shapes,
                  {{"T", draw_between(0.3, 2)}, {"THETA", draw_between(0, 1)}});
    const auto weight = [&](At at, std::int64_t p, std::int64_t key) {
      const auto score = [&](auto m) {
        return dot(zoo, at, p, m) / zoo.in("T")(at[1], p) / root(zoo["E"]);
      };
      return attend(first(p + 1), score, [&](auto m) { return m == key ? 1.0 : 0.0; });
    };
    const auto entropy = [&](At at, std::int64_t p) {
      return sum_of(p + 1, [&](auto m) {
        const double a = weight(at, p, m);
        return -a * std::log(a);
      });
    };
    zoo.expect("AV", [&](At at) {
      return sum_of(at[3] + 1, [&](auto m) {
        return weight(at, at[3], m) * zoo.in("V")(at[0], at[1], at[2], m);
      });
    });
    zoo.expect("ENTROPY", [&](At at) { return entropy(at, at[2]); });
    zoo.expect("PENALTY", [&, percent = tolerance](At at) {
      const double most = std::log(static_cast<double>(zoo["M"]));
      const double mean =
          sum_of(zoo["P"], [&](auto p) { return entropy(at, p); }) / static_cast<double>(zoo["P"]);
      const double off = mean - zoo.in("THETA")(at[1]) * most;
      return std::fabs(off) > percent * most / 100 ? off * off : 0;
    });
  }
}

const std::vector<Shapes> recurrent_shapes = {
    {{"B", 2}, {"D", 4}, {"S", 3}, {"E", 4}, {"P", 5}, {"M", 8}},
    {{"B", 1}, {"D", 5}, {"S", 7}, {"E", 3}, {"P", 3}, {"M", 9}},
    {{"B", 3}, {"D", 1}, {"S", 2}, {"E", 1}, {"P", 1}, {"M", 1}}};

/// The additive score of position m for the decoder's state p.
double additive(const Zoo& zoo, std::int64_t b, std::int64_t p, std::int64_t m,
                const std::function<double(std::int64_t)>& bias) {
  return sum_of(zoo["E"], [&](auto e) {
    const double from_key =
        sum_of(zoo["D"], [&](auto d) { return zoo.in("W1")(e, d) * zoo.in("ENC")(b, d, m); });
    const double from_state =
        sum_of(zoo["S"], [&](auto s) { return zoo.in("W2")(e, s) * zoo.in("X")(b, s, p); });
    return zoo.in("VA")(e)*std::tanh(from_key + from_state + bias(e));
  });
}

TEST(PointerNetwork, PointsWhereTheAdditiveScoreIsHighest) {
  for (const auto& shapes : recurrent_shapes) {
    const Zoo zoo("pointer_network", shapes);
    const auto score = [&](At at, std::int64_t p, std::int64_t m) {
      return additive(zoo, at[0], p, m, [](auto) { return 0.0; });
    };
    zoo.expect("A", [&](At at) {
      return attend(
          first(zoo["M"]), [&](auto m) { return score(at, at[2], m); },
          [&](auto m) { return m == at[1] ? 1.0 : 0.0; });
    });
    zoo.expect("POINT", [&](At at) {
      return static_cast<double>(
          best(1, zoo["M"], [&](auto m) { return score(at, at[1], m); }).front());
    });
  }
}

TEST(AdditiveAttention, AveragesTheEncodingsByANetOfBoth) {
  for (const auto& shapes : recurrent_shapes) {
    const Zoo zoo("additive_attention", shapes, {{"GAIN", draw_between(0.5, 2)}});
    const double squares = sum_of(zoo["E"], [&](auto e) { return std::pow(zoo.in("VA")(e), 2); });
    zoo.expect("CONTEXT", [&](At at) {
      const auto score = [&](auto m) {
        return zoo.in("GAIN")() / std::sqrt(squares) *
               additive(zoo, at[0], at[2], m, [&](auto e) { return zoo.in("BIAS")(e); });
      };
      return attend(first(zoo["M"]), score, [&](auto m) { return zoo.in("ENC")(at[0], at[1], m); });
    });
  }
}

TEST(PositionalAttention, WeighsByThePositionsAlone) {
  for (auto shapes : three_shapes) {
    shapes.insert({{"D", 3}, {"C", 4}});
    const Zoo zoo("positional_attention", shapes);
    zoo.expect("AV", [&](At at) {
      const auto encoded = [&](const char* weight, auto e, auto p) {
        return sum_of(4, [&](auto c) { return zoo.in(weight)(at[1], e, c) * zoo.in("POS")(c, p); });
      };
      const auto score = [&](auto m) {
        return sum_of(zoo["E"],
                      [&](auto e) { return encoded("WQ", e, at[3]) * encoded("WK", e, m); });
      };
      return attend(first(zoo["P"]), score, [&](auto m) {
        return sum_of(
            3, [&](auto d) { return zoo.in("WV")(at[1], at[2], d) * zoo.in("X")(at[0], d, m); });
      });
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
