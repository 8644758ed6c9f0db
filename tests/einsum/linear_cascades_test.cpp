// Attention without a softmax over all keys, merged or quantized, against its definition.
#include "einsum/zoo.h"

namespace attnsim::einsum {
namespace {

Shapes shape(std::int64_t b, std::int64_t h, std::int64_t e, std::int64_t f, std::int64_t p) {
  return {{"B", b}, {"H", h}, {"E", e}, {"F", f}, {"P", p}};
}

const std::vector<Shapes> three_shapes = {shape(2, 2, 4, 4, 8), shape(1, 3, 5, 3, 9),
                                          shape(1, 1, 1, 2, 16)};

double draw_gate(std::mt19937& random) {
  return std::uniform_real_distribution<double>(0.5, 1)(random);
}

double dot(const Zoo& zoo, At at, std::int64_t p, std::int64_t m) {
  const auto q = zoo.in("Q");
  const auto k = zoo.in("K");
  return sum_of(zoo["E"], [&](auto e) { return q(at[0], at[1], e, p) * k(at[0], at[1], e, m); });
}

TEST(FlashDecoding, IsAttentionHoweverTheKeysAreSplit) {
  for (auto shapes : three_shapes) {
    for (auto [parts, size] : {std::pair{1, 6}, {3, 5}, {7, 1}}) {
      shapes["M1"] = parts;
      shapes["M0"] = size;
      const Zoo zoo("flash_decoding", shapes);
      const auto v = zoo.in("V");
      const auto keys = those(zoo["M"], [](auto) { return true; });
      zoo.expect("AV", [&](At at) {
        return attend(
            keys, [&](auto m) { return dot(zoo, at, at[3], m); },
            [&](auto m) { return v(at[0], at[1], at[2], m); });
      });
    }
  }
}

TEST(SigmoidAttention, WeighsEveryKeyByItself) {
  for (auto shapes : three_shapes) {
    for (const std::int64_t keys : {1, 8, 13}) {
      shapes["M"] = keys;
      const Zoo zoo("sigmoid_attention", shapes);
      const auto v = zoo.in("V");
      zoo.expect("AV", [&](At at) {
        return sum_of(keys, [&](auto m) {
          const double scaled = dot(zoo, at, at[3], m) / std::sqrt(static_cast<double>(zoo["E"]));
          const double weight = std::exp(scaled) / (std::exp(scaled) + static_cast<double>(keys));
          return weight * v(at[0], at[1], at[2], m);
        });
      });
    }
  }
}

TEST(LightningAttention, IsDecayedLinearAttentionWhateverTheBlock) {
  for (auto [blocks, size] : {std::pair{4, 2}, {3, 5}, {1, 7}, {6, 1}}) {
    for (auto shapes : three_shapes) {
      shapes["P"] = blocks * size;
      shapes["P0"] = size;
      const Zoo zoo("lightning_attention", shapes, {{"DECAY", draw_gate}});
      const auto v = zoo.in("V");
      const auto decay = zoo.in("DECAY");
      zoo.expect("O", [&, length = size](At at) {
        const auto p = at[3] * length + at[4];
        return sum_of(p + 1, [&](auto m) {
          return std::pow(decay(at[1]), static_cast<double>(p - m)) * dot(zoo, at, p, m) *
                 v(at[0], at[1], at[2], m);
        });
      });
    }
  }
}

TEST(GatedLinearAttention, SumsTheKeysThatTheGatesLeft) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("gated_linear_attention", shapes, {{"GATE", draw_gate}});
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    const auto gate = zoo.in("GATE");
    zoo.expect("O", [&](At at) {
      const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
      double out = 0;
      for (std::int64_t e = 0; e < zoo["E"]; ++e) {
        for (std::int64_t m = 0; m <= p; ++m) {
          double left = 1;  // of key m at query p, in row e of the state
          for (auto t = m + 1; t <= p; ++t) left *= gate(b, h, e, t);
          out += q(b, h, e, p) * left * k(b, h, e, m) * v(b, h, f, m);
        }
      }
      return out;
    });
  }
}

/// The delta rule without a state: what key m writes is its value less what is read there before.
std::vector<double> written_values(const Zoo& zoo, At at) {
  const auto k = zoo.in("K");
  const auto v = zoo.in("V");
  const auto beta = zoo.in("BETA");
  std::vector<double> written;
  for (std::int64_t m = 0; m <= at[3]; ++m) {
    const double before = sum_of(m, [&](auto t) {
      const double match =
          sum_of(zoo["E"], [&](auto e) { return k(at[0], at[1], e, m) * k(at[0], at[1], e, t); });
      return match * written[static_cast<std::size_t>(t)];
    });
    written.push_back(beta(at[0], at[1], m) * (v(at[0], at[1], at[2], m) - before));
  }
  return written;
}

TEST(DeltaRule, WritesWhatItsStateGetsWrong) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("delta_rule", shapes, {{"BETA", draw_gate}});
    zoo.expect("O", [&](At at) {
      const auto written = written_values(zoo, at);
      return sum_of(at[3] + 1, [&](auto m) {
        return dot(zoo, at, at[3], m) * written[static_cast<std::size_t>(m)];
      });
    });
  }
}

/// What 4 bits with a scale and a zero point of its own leave of a vector.
std::vector<double> in_four_bits(const std::vector<double>& exact) {
  const auto [least, largest] = std::minmax_element(exact.begin(), exact.end());
  const double scale = (*largest - *least) / 15;
  const double zero = std::nearbyint(-*least / scale);
  std::vector<double> left;
  for (const double value : exact) {
    const double code = std::clamp(std::nearbyint(value / scale) + zero, 0.0, 15.0);
    left.push_back((code - zero) * scale);
  }
  return left;
}

TEST(QServe, AttendsToKeysAndValuesInFourBits) {
  for (auto [heads, groups, e, f, keys] :
       {std::tuple{4, 2, 4, 6, 8}, {3, 3, 5, 3, 7}, {2, 1, 2, 9, 5}}) {
    const Zoo zoo(
        "qserve",
        {{"B", 2}, {"H", heads}, {"G", groups}, {"E", e}, {"F", f}, {"P", 3}, {"M", keys}});
    const auto quantized = [&](const char* name, auto b, auto j, auto m, std::int64_t width) {
      std::vector<double> exact;
      for (std::int64_t x = 0; x < width; ++x) exact.push_back(zoo.in(name)(b, j, x, m));
      return in_four_bits(exact);
    };
    const auto q = zoo.in("Q");
    const auto all = those(keys, [](auto) { return true; });
    zoo.expect("AV", [&, group = groups](At at) {
      const auto j = at[1] / group;
      const auto score = [&](auto m) {
        const auto key = quantized("K", at[0], j, m, zoo["E"]);
        return sum_of(zoo["E"], [&](auto x) {
          return q(at[0], at[1], x, at[3]) * key[static_cast<std::size_t>(x)];
        });
      };
      return attend(all, score, [&](auto m) {
        return quantized("V", at[0], j, m, zoo["F"])[static_cast<std::size_t>(at[2])];
      });
    });
  }
}

TEST(QServe, HoldsWholeNumbersOfFourBits) {
  const Zoo zoo("qserve", {{"B", 1}, {"H", 2}, {"G", 2}, {"E", 4}, {"F", 4}, {"P", 2}, {"M", 5}});
  zoo.expect("KQ", [&](At at) { return round_to(ElementType::uint4, zoo.out("KQ").at(at)); });
}

}  // namespace
}  // namespace attnsim::einsum
