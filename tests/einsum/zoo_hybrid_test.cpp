// Stacks of layers of linear and of softmax attention against their definitions.
#include "einsum/zoo_linear.h"

namespace attnsim::einsum {
namespace {

/// A layer's input or output: [d][p].
using Sequence = std::vector<std::vector<double>>;

/// Row `row` of a weight times position p of the sequence.
double project(const Reader& weight, std::vector<std::int64_t> row, const Sequence& x,
               std::int64_t p) {
  double sum = 0;
  row.push_back(0);
  for (const auto& feature : x) {
    sum += weight.at(row) * feature[static_cast<std::size_t>(p)];
    ++row.back();
  }
  return sum;
}

Sequence input_of(const Zoo& zoo, std::int64_t b) {
  Sequence x;
  for (std::int64_t d = 0; d < zoo["D"]; ++d) {
    x.emplace_back();
    for (std::int64_t p = 0; p < zoo["P"]; ++p) x.back().push_back(zoo.in("X")(b, d, p));
  }
  return x;
}

/// The sequence with `change(d, p)` added to each element.
Sequence with_residual(const Sequence& x,
                       const std::function<double(std::int64_t, std::int64_t)>& change) {
  Sequence y = x;
  for (std::size_t d = 0; d < x.size(); ++d) {
    for (std::size_t p = 0; p < x[d].size(); ++p) {
      y[d][p] += change(static_cast<std::int64_t>(d), static_cast<std::int64_t>(p));
    }
  }
  return y;
}

TEST(HybriDna, IsALayerOfMambaAndOneOfAttention) {
  for (auto [d, n, heads, f, groups, e, c, length] :
       {std::tuple{4, 2, 2, 2, 2, 2, 2, 6}, {5, 3, 1, 3, 3, 2, 1, 7}, {2, 1, 3, 1, 1, 1, 4, 9}}) {
    const Zoo zoo("hybridna", {{"B", 2},
                               {"D", d},
                               {"N", n},
                               {"H", heads},
                               {"F", f},
                               {"G", groups},
                               {"E", e},
                               {"C", c},
                               {"P", length}});
    std::vector<Sequence> mixed;
    for (std::int64_t b = 0; b < 2; ++b) {
      const auto x = input_of(zoo, b);
      const auto step = [&](auto h, auto p) {
        return std::log1p(std::exp(zoo.in("TB")(h) + project(zoo.in("WT"), {h}, x, p)));
      };
      const auto mamba = [&, states = n](auto h, auto i, auto p) {
        double out = zoo.in("SKIP")(h)*project(zoo.in("WX"), {h, i}, x, p);
        double elapsed = 0;
        for (auto m = p; m >= 0; --m) {
          const double match = sum_of(states, [&](auto s) {
            return project(zoo.in("WC"), {s}, x, p) * project(zoo.in("WB"), {s}, x, m);
          });
          out += std::exp(-elapsed * std::exp(zoo.in("ALOG")(h))) * match * step(h, m) *
                 project(zoo.in("WX"), {h, i}, x, m);
          elapsed += step(h, m);
        }
        const double gate = project(zoo.in("WG"), {h, i}, x, p);
        return out * gate * logistic(gate);
      };
      mixed.push_back(with_residual(x, [&](auto to, auto p) {
        return sum_of(zoo["H"], [&](auto h) {
          return sum_of(zoo["F"], [&](auto i) { return zoo.in("WO")(to, h, i) * mamba(h, i, p); });
        });
      }));
    }
    zoo.expect("O", [&](At at) {
      const auto& y = mixed[static_cast<std::size_t>(at[0])];
      const auto head = [&](auto g, auto i) {
        const auto score = [&](auto m) {
          return sum_of(zoo["E"], [&](auto k) {
            return project(zoo.in("WQ"), {g, k}, y, at[2]) * project(zoo.in("WK"), {g, k}, y, m) /
                   root(zoo["E"]);
          });
        };
        return attend(first(at[2] + 1), score, [&](auto m) {
          return project(zoo.in("WV"), {g, i}, y, m);
        });
      };
      return y[static_cast<std::size_t>(at[1])][static_cast<std::size_t>(at[2])] +
             sum_of(zoo["G"], [&](auto g) {
               return sum_of(zoo["C"],
                             [&](auto i) { return zoo.in("WZ")(at[1], g, i) * head(g, i); });
             });
    });
  }
}

TEST(HybridLinearAttention, HasAFullLayerAfterRLinearOnes) {
  for (auto [linear, layers, d, heads, e, f, length] :
       {std::tuple{1, 4, 4, 2, 2, 2, 5}, {3, 5, 3, 1, 5, 3, 7}, {2, 2, 2, 2, 1, 2, 6}}) {
    const Zoo zoo("hybrid_linear_attention",
                  {{"R", linear},
                   {"L", layers},
                   {"B", 2},
                   {"D", d},
                   {"H", heads},
                   {"E", e},
                   {"F", f},
                   {"P", length}},
                  {{"WZ", draw_between(-0.3, 0.3)}});
    std::vector<std::vector<Sequence>> after(2);  // [b][l]
    for (std::int64_t b = 0; b < 2; ++b) {
      auto& stack = after[static_cast<std::size_t>(b)];
      stack.push_back(input_of(zoo, b));
      for (std::int64_t l = 0; l < layers; ++l) {
        const auto x = stack.back();
        const auto of = [&](const char* weight, auto h, auto i, auto p) {
          return project(zoo.in(weight), {l, h, i}, x, p);
        };
        const auto gated = [&](auto h, auto i, auto p) {
          return sum_of(zoo["E"], [&](auto k) {
            double left = of("WQ", h, k, p);
            double out = 0;
            for (auto m = p; m >= 0; --m) {
              out += left * of("WK", h, k, m) * of("WV", h, i, m);
              left *= logistic(of("WG", h, k, m));
            }
            return out;
          });
        };
        const auto full = [&](auto h, auto i, auto p) {
          const auto score = [&](auto m) {
            return sum_of(zoo["E"], [&](auto k) {
              return of("WQ", h, k, p) * of("WK", h, k, m) / root(zoo["E"]);
            });
          };
          return attend(first(p + 1), score, [&](auto m) { return of("WV", h, i, m); });
        };
        const bool is_full = (l + 1) % (linear + 1) == 0;
        stack.push_back(with_residual(x, [&](auto to, auto p) {
          return sum_of(zoo["H"], [&](auto h) {
            return sum_of(zoo["F"], [&](auto i) {
              return zoo.in("WZ")(l, to, h, i) * (is_full ? full(h, i, p) : gated(h, i, p));
            });
          });
        }));
      }
    }
    zoo.expect("Y", [&](At at) {
      return after[static_cast<std::size_t>(at[0])][static_cast<std::size_t>(at[2])]
                  [static_cast<std::size_t>(at[1])][static_cast<std::size_t>(at[3])];
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
