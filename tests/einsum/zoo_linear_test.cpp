// Linear and recurrent attention against its definition.
#include "einsum/zoo_linear.h"

namespace attnsim::einsum {
namespace {

TEST(Based, MatchesByTheTaylorExpansionAndInAWindow) {
  for (auto shapes : three_shapes) {
    for (const std::int64_t window : {1, 3, 20}) {
      shapes["W"] = window;
      const Zoo zoo("based", shapes);
      const auto v = zoo.in("V");
      zoo.expect("O", [&](At at) {
        double weighed = 0;
        double total = 0;
        for (std::int64_t m = 0; m <= at[3]; ++m) {
          const double s = dot(zoo, at, at[3], m) / root(zoo["E"]);
          weighed += (1 + s + s * s / 2) * v(at[0], at[1], at[2], m);
          total += 1 + s + s * s / 2;
        }
        return weighed / total;
      });
      zoo.expect("AV", [&](At at) {
        const auto p = at[3];
        return attend(
            those(zoo["P"], [&](auto m) { return m <= p && m > p - window; }),
            [&](auto m) { return dot(zoo, at, p, m) / root(zoo["E"]); },
            [&](auto m) { return v(at[0], at[1], at[2], m); });
      });
    }
  }
}

TEST(LightNet, ReadsWeightedMeansOfTheValues) {
  for (auto [rows, columns] : {std::pair{2, 4}, {3, 5}, {1, 7}}) {
    const Zoo zoo("lightnet",
                  {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 5}, {"Y", rows}, {"X", columns}});
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    // The mean of the values over cells, numbered row by row, weighed by each feature of their
    // keys.
    const auto read = [&, width = columns](At at, const std::vector<std::int64_t>& cells) {
      return sum_of(zoo["E"], [&](auto e) {
        return q(at[0], at[1], e, at[3], at[4]) *
               attend(
                   cells, [&](auto c) { return k(at[0], at[1], e, c / width, c % width); },
                   [&](auto c) { return v(at[0], at[1], at[2], c / width, c % width); });
      });
    };
    const std::int64_t cells = rows * columns;
    zoo.expect("O", [&](At at) { return read(at, first(cells)); });
    zoo.expect("ROW", [&, width = columns](At at) {
      return read(at,
                  those(cells, [&](auto c) { return c / width == at[3] && c % width <= at[4]; }));
    });
  }
}

TEST(Flowformer, ConservesTheFlowOfSourcesAndSinks) {
  for (auto shapes : three_shapes) {
    shapes["M"] = shapes["P"] / 2 + 1;
    const Zoo zoo("flowformer", shapes);
    const auto flow = [&](At at, auto p, auto m) {
      return sum_of(zoo["E"], [&](auto e) {
        return logistic(zoo.in("Q")(at[0], at[1], e, p)) *
               logistic(zoo.in("K")(at[0], at[1], e, m));
      });
    };
    const auto all = first(zoo["M"]);
    zoo.expect("O", [&](At at) {
      const auto into = [&](auto p) {
        return sum_of(zoo["M"], [&](auto m) { return flow(at, p, m); });
      };
      const auto out_of = [&](auto m) {
        return sum_of(zoo["P"], [&](auto p) { return flow(at, p, m); });
      };
      const double allotted =
          sum_of(zoo["M"], [&](auto m) { return flow(at, at[3], m) / out_of(m); });
      const auto won = [&](auto m) {
        return sum_of(zoo["P"], [&](auto p) { return flow(at, p, m) / into(p); });
      };
      const auto value = [&](auto m) {
        return flow(at, at[3], m) / into(at[3]) * zoo.in("V")(at[0], at[1], at[2], m);
      };
      return logistic(allotted) * attend(all, won, value);
    });
  }
}

TEST(AgentAttention, GoesThroughPooledQueries) {
  for (auto [agents, pooled, keys] : {std::tuple{4, 2, 8}, {3, 5, 7}, {1, 3, 11}}) {
    const Zoo zoo(
        "agent_attention",
        {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 4}, {"N", agents}, {"P0", pooled}, {"M", keys}});
    const auto q = zoo.in("Q");
    const auto all_agents = first(agents);
    const auto all_keys = first(keys);
    zoo.expect("AV", [&, size = pooled](At at) {
      const auto agent = [&](auto n, auto e) {
        return sum_of(size, [&](auto i) { return q(at[0], at[1], e, n * size + i) / size; });
      };
      const auto gathered = [&](auto n) {
        return attend(
            all_keys,
            [&](auto m) {
              return sum_of(zoo["E"], [&](auto e) {
                return agent(n, e) * zoo.in("K")(at[0], at[1], e, m) / root(zoo["E"]);
              });
            },
            [&](auto m) { return zoo.in("V")(at[0], at[1], at[2], m); });
      };
      const auto score = [&](auto n) {
        return sum_of(zoo["E"], [&](auto e) {
          return q(at[0], at[1], e, at[3]) * agent(n, e) / root(zoo["E"]);
        });
      };
      return attend(all_agents, score, gathered);
    });
  }
}

TEST(Lizard, AddsAGatedPastToAWindowWithMetaTokens) {
  for (auto [shapes, window, meta] :
       {std::tuple{three_shapes[0], 3, 2}, {three_shapes[1], 4, 3}, {three_shapes[2], 1, 1}}) {
    shapes.insert({{"W", window}, {"N", meta}, {"R", 3}});
    const Zoo zoo("lizard", shapes, {{"SINK", draw_between(0, 1)}});
    const auto v = zoo.in("V");
    const auto project = [&](const char* weights, const char* of, At at, auto r, auto p) {
      return sum_of(zoo["E"], [&](auto e) {
        return zoo.in(weights)(at[1], r, e) * zoo.in(of)(at[0], at[1], e, p);
      });
    };
    zoo.expect("O", [&, w = window, tokens = meta](At at) {
      const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
      double weighed = 0;
      double total = 0;
      double left = 1;
      for (auto m = p; m >= 0; --m) {
        const double match =
            left * sum_of(3, [&](auto r) {
              // Of two pairs of exponentials: e^x e^y + e^-x e^-y.
              return 2 * std::cosh(project("WQ", "Q", at, r, p) + project("WK", "K", at, r, m));
            });
        weighed += match * v(b, h, f, m);
        total += match;
        left *= logistic(zoo.in("G")(b, h, m));
      }
      const double sinks = sum_of(tokens, [&](auto n) { return zoo.in("SINK")(h, n); });
      double local = 0;
      double mass = sinks;  // which has no value
      for (auto m = std::max<std::int64_t>(0, p - w + 1); m <= p; ++m) {
        const double weight = std::exp(dot(zoo, at, p, m) / root(zoo["E"]));
        local += weight * v(b, h, f, m);
        mass += weight;
      }
      return weighed / total + zoo.in("ALPHA")(h)*local / mass;
    });
  }
}

TEST(Hgrn2, SumsWhatTheForgetGatesLet) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("hgrn2", shapes, {{"LOWER", draw_between(0, 0.9)}});
    zoo.expect("O", [&](At at) {
      const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
      double out = 0;
      for (std::int64_t e = 0; e < zoo["E"]; ++e) {
        const double lower = zoo.in("LOWER")(h, e);
        double left = 1;
        for (auto m = p; m >= 0; --m) {
          const double open = (1 - lower) * logistic(-zoo.in("G")(b, h, e, m));
          out += zoo.in("Q")(b, h, e, p) * left * open * zoo.in("V")(b, h, f, m);
          left *= 1 - open;
        }
      }
      return out;
    });
  }
}

TEST(Aaren, IsAttentionOfOneQueryToEveryPrefix) {
  for (auto [shapes, steps] :
       {std::pair{three_shapes[0], 3}, {three_shapes[1], 4}, {three_shapes[2], 6}}) {
    shapes["L"] = steps;
    const Zoo zoo("aaren", shapes, {{"Q", draw_between(-3, 3)}});
    zoo.expect("AV", [&](At at) {
      const auto score = [&](auto m) {
        return sum_of(zoo["E"], [&](auto e) {
          return zoo.in("Q")(at[1], e) * zoo.in("K")(at[0], at[1], e, m);
        });
      };
      return attend(first(at[3] + 1), score,
                    [&](auto m) { return zoo.in("V")(at[0], at[1], at[2], m); });
    });
  }
}

/// A memory of one linear layer, or what changes it: [e][f].
using Matrix = std::vector<std::vector<double>>;

/// Feature f of what the memory holds for the key or the query at p.
double recall(const Zoo& zoo, const Matrix& memory, const char* by, At at, std::int64_t p,
              std::int64_t f) {
  return sum_of(zoo["E"], [&](auto e) {
    return memory[static_cast<std::size_t>(e)][static_cast<std::size_t>(f)] *
           zoo.in(by)(at[0], at[1], e, p);
  });
}

TEST(Titans, DescendsTheErrorOfItsMemoryWithMomentum) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("titans", shapes,
                  {{"ALPHA", draw_between(0, 0.3)},
                   {"ETA", draw_between(0, 0.9)},
                   {"THETA", draw_between(0, 0.3)}});
    const auto size = static_cast<std::size_t>(zoo["E"]);
    const auto width = static_cast<std::size_t>(zoo["F"]);
    zoo.expect("O", [&](At at) {
      Matrix memory(size, std::vector<double>(width, 0));
      Matrix surprise = memory;
      for (std::int64_t p = 0; p <= at[3]; ++p) {
        const Matrix before = memory;
        for (std::size_t e = 0; e < size; ++e) {
          for (std::size_t f = 0; f < width; ++f) {
            // The derivative of the squared error, as a central difference (exact for a square).
            const auto loss = [&](double step) {
              Matrix moved = before;
              moved[e][f] += step;
              const auto column = static_cast<std::int64_t>(f);
              const double error =
                  recall(zoo, moved, "K", at, p, column) - zoo.in("V")(at[0], at[1], column, p);
              return error * error;
            };
            const double slope = (loss(1) - loss(-1)) / 2;
            surprise[e][f] = zoo.in("ETA")(at[0], at[1], p) * surprise[e][f] -
                             zoo.in("THETA")(at[0], at[1], p) * slope;
            memory[e][f] = (1 - zoo.in("ALPHA")(at[0], at[1], p)) * before[e][f] + surprise[e][f];
          }
        }
      }
      return recall(zoo, memory, "Q", at, at[3], at[2]);
    });
  }
}

TEST(Miras, RetainsItsMemoryInAnotherNorm) {
  for (auto [shapes, lp, lq] :
       {std::tuple{three_shapes[0], 3, 4}, {three_shapes[1], 2, 2}, {three_shapes[2], 4, 3}}) {
    shapes.insert({{"LP", lp}, {"LQ", lq}});
    const Zoo zoo("miras", shapes,
                  {{"ALPHA", draw_between(0.5, 1)}, {"ETA", draw_between(0, 0.1)}});
    const auto size = static_cast<std::size_t>(zoo["E"]);
    const auto width = static_cast<std::size_t>(zoo["F"]);
    zoo.expect("O", [&, power = lp, kept = lq](At at) {
      Matrix memory(size, std::vector<double>(width));
      Matrix steps = memory;
      for (std::size_t e = 0; e < size; ++e) {
        for (std::size_t f = 0; f < width; ++f) {
          memory[e][f] = zoo.in("MEM0")(at[1], e, f);
          steps[e][f] = zoo.in("A0")(at[1], e, f);
        }
      }
      for (std::int64_t p = 0; p <= at[3]; ++p) {
        double norm = 0;
        for (std::size_t f = 0; f < width; ++f) {
          const double wrong = recall(zoo, memory, "K", at, p, static_cast<std::int64_t>(f)) -
                               zoo.in("V")(at[0], at[1], f, p);
          const double slope = std::copysign(power * std::pow(std::fabs(wrong), power - 1), wrong);
          for (std::size_t e = 0; e < size; ++e) {
            steps[e][f] = zoo.in("ALPHA")(at[0], at[1], p) * steps[e][f] -
                          zoo.in("ETA")(at[0], at[1], p) * slope * zoo.in("K")(at[0], at[1], e, p);
            norm += std::pow(std::fabs(steps[e][f]), kept);
          }
        }
        norm = std::pow(norm, 1.0 / kept);
        for (std::size_t e = 0; e < size; ++e) {
          for (std::size_t f = 0; f < width; ++f) {
            memory[e][f] = steps[e][f] / std::pow(norm, kept - 2);
          }
        }
      }
      return recall(zoo, memory, "Q", at, at[3], at[2]);
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
