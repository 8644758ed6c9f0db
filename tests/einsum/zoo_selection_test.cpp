// Caches, heads and single keys that the data choose, against each algorithm's definition.
#include "einsum/seen_keys.h"

namespace attnsim::einsum {
namespace {

using Index = std::int64_t;

/// Three shapes, the second odd-sized; `more` are further ranks and parameters.
std::vector<Shapes> three(const std::vector<Shapes>& more, bool queries = true) {
  std::vector<Shapes> all = {{{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"M", 8}},
                             {{"B", 1}, {"H", 3}, {"E", 5}, {"F", 3}, {"M", 13}},
                             {{"B", 1}, {"H", 4}, {"E", 3}, {"F", 2}, {"M", 6}}};
  for (std::size_t i = 0; i < 3; ++i) {
    if (queries) all[i]["P"] = std::vector<Index>{3, 7, 6}[i];
    for (const auto& [rank, shape] : more[i % more.size()]) all[i][rank] = shape;
  }
  return all;
}

TEST(A2sf, HoldsTheBestByAScoreThatDecays) {
  for (const auto& shapes : three({{{"N", 3}}, {{"N", 4}}, {{"N", 7}}}, false)) {
    const Zoo zoo("a2sf", shapes, {{"ALPHA", [](auto&) { return 0.6; }}});
    expect_attention(zoo, [&](At at, Index m) {
      std::vector<Index> cache;
      std::map<Index, double> score;
      for (Index p = 0;; ++p) {
        cache.push_back(p);
        if (p == at[3]) return holds(cache, m);
        const auto weights = softmax(
            zoo["M"], [&](auto i) { return holds(cache, i); },
            [&](auto i) {
              return score_of(zoo, {at[0], at[1], 0, p}, i);
            });
        for (const auto i : cache) {
          score[i] = 0.6 * score[i] + weights[static_cast<std::size_t>(i)];
        }
        cache = best_of(
            zoo["N"], zoo["M"], [&](auto i) { return holds(cache, i); },
            [&](auto i) { return score[i]; });
      }
    });
  }
}

TEST(RecycledAttention, ReusesTheSelectionOfTheLastFullStep) {
  for (const auto& shapes :
       three({{{"N", 2}, {"S", 3}}, {{"N", 3}, {"S", 7}}, {{"N", 1}, {"S", 2}}})) {
    const Zoo zoo("recycled_attention", shapes);
    expect_attention(zoo, [&](At at, Index m) {
      const Index now = zoo["M"] - zoo["P"] + at[3];
      const Index full = at[3] - at[3] % zoo["S"];
      if (m > now || at[3] == full) return m <= now;
      const Index then = zoo["M"] - zoo["P"] + full;
      const auto kept = best(zoo["N"], then + 1, [&](auto i) {
        return score_of(zoo, {at[0], at[1], 0, full}, i);
      });
      return m > then || holds(kept, m);
    });
  }
}

TEST(TokenSelect, TakesTheKeysThatTheHeadsVoteFor) {
  for (const auto& shapes : three({{{"N", 2}}, {{"N", 4}, {"S", 2}, {"W", 3}}, {{"N", 9}}})) {
    const Zoo zoo("token_select", shapes);
    const Index sinks = shapes.count("S") != 0 ? 2 : 1;
    const Index recent = zoo["M"] - (shapes.count("W") != 0 ? 3 : 2);
    const auto between = [&](Index i) { return i >= sinks && i < recent; };
    expect_attention(zoo, [&](At at, Index m) {
      std::vector<double> votes(static_cast<std::size_t>(zoo["M"]), 0);
      for (Index h = 0; h < zoo["H"]; ++h) {
        const auto share = softmax(zoo["M"], between, [&](auto i) {
          return score_of(zoo, {at[0], h, 0, at[3]}, i);
        });
        for (std::size_t i = 0; i < share.size(); ++i) votes[i] += share[i];
      }
      const auto kept = best_of(zoo["N"], zoo["M"], between,
                                [&](auto i) { return votes[static_cast<std::size_t>(i)]; });
      return !between(m) || holds(kept, m);
    });
  }
}

TEST(SnapKv, KeepsWhatTheObservationWindowAttendsTo) {
  for (const auto& shapes : three({{{"N", 2}, {"W", 2}, {"L", 3}},
                                   {{"N", 4}, {"W", 3}, {"L", 5}},
                                   {{"N", 9}, {"W", 1}, {"L", 1}}})) {
    const Zoo zoo("snap_kv", shapes);
    const Index prefix = zoo["M"] - zoo["W"];
    expect_attention(zoo, [&](At at, Index m) {
      std::vector<double> votes(static_cast<std::size_t>(zoo["M"]), 0);
      for (Index w = 0; w < zoo["W"]; ++w) {
        const auto share = softmax(
            zoo["M"], [&](auto i) { return i <= prefix + w; },
            [&](auto i) {
              return score_of(zoo, {at[0], at[1], 0, w}, i, "OQ");
            });
        for (std::size_t i = 0; i < share.size(); ++i) votes[i] += share[i];
      }
      const auto kept = best(zoo["N"], prefix, [&](auto i) {
        double pooled = 0;
        for (Index j = std::max<Index>(0, i - zoo["L"] / 2);
             j < std::min(prefix, i + zoo["L"] / 2 + 1); ++j) {
          pooled += votes[static_cast<std::size_t>(j)];
        }
        return pooled / static_cast<double>(zoo["L"]);
      });
      return m >= prefix || holds(kept, m);
    });
  }
}

TEST(DuoAttention, LetsRetrievalHeadsSeeEverything) {
  for (const auto& shapes : three({{}})) {
    const Zoo zoo("duo_attention", shapes, {{"RETRIEVAL", draw_bit}});
    expect_attention(zoo, [&](At at, Index m) {
      const bool streamed = m == 0 || at[3] - m < 2;
      return m <= at[3] && (zoo.in("RETRIEVAL")(at[1]) != 0 || streamed);
    });
  }
}

TEST(RazorAttention, CompensatesForTheKeysThatItDrops) {
  for (const auto& shapes : three({{}})) {
    const Zoo zoo("razor_attention", shapes, {{"RETRIEVAL", draw_bit}});
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    zoo.expect("AV", [&](At at) {
      const bool full = zoo.in("RETRIEVAL")(at[1]) != 0;
      double weighed = 0;
      double total = 0;
      std::vector<Index> dropped;
      for (Index m = 0; m <= at[3]; ++m) {
        if (!full && m >= 1 && at[3] - m >= 2) {
          dropped.push_back(m);
          continue;
        }
        weighed += std::exp(score_of(zoo, at, m)) * v(at[0], at[1], at[2], m);
        total += std::exp(score_of(zoo, at, m));
      }
      if (dropped.empty()) return weighed / total;
      const auto count = static_cast<double>(dropped.size());
      const double score = sum_of(zoo["E"], [&](auto e) {
        double mean = 0;
        for (const auto m : dropped) mean += k(at[0], at[1], e, m) / count;
        return q(at[0], at[1], e, at[3]) * mean;
      });
      double value = 0;
      for (const auto m : dropped) value += v(at[0], at[1], at[2], m) / count;
      return (weighed + count * std::exp(score) * value) / (total + count * std::exp(score));
    });
  }
}

TEST(TaskKv, GivesTheMostDifferentHeadsEveryKey) {
  for (const auto& shapes : three({{{"N", 2}, {"R", 1}, {"D", 3}},
                                   {{"N", 4}, {"R", 1}, {"D", 5}},
                                   {{"N", 1}, {"R", 2}, {"D", 2}}})) {
    const Zoo zoo("task_kv", shapes);
    const auto sem = zoo.in("SEM");
    expect_attention(zoo, [&](At at, Index m) {
      const auto heads = best(zoo["R"], zoo["H"], [&](auto h) {
        return std::sqrt(sum_of(zoo["D"], [&](auto d) {
          const double mean = sum_of(zoo["H"], [&](auto i) { return sem(at[0], i, d); }) /
                              static_cast<double>(zoo["H"]);
          return std::pow(sem(at[0], h, d) - mean, 2);
        }));
      });
      const auto between = [&](Index i) { return i >= 1 && i < zoo["M"] - 2; };
      const auto kept =
          best_of(zoo["N"], zoo["M"], between, [&](auto i) { return score_of(zoo, at, i); });
      return holds(heads, at[1]) || !between(m) || holds(kept, m);
    });
  }
}

TEST(Moa, GivesEveryHeadItsOwnWindow) {
  for (const auto& shapes : three({{}})) {
    const Zoo zoo("moa", shapes, {{"ALPHA", draw_digit}});
    expect_attention(zoo, [&](At at, Index m) {
      const double length =
          zoo.in("ALPHA")(at[1]) + zoo.in("BETA")(at[1]) * static_cast<double>(zoo["M"]);
      const auto window = std::max<Index>(1, static_cast<Index>(std::floor(length)));
      return m <= at[3] && (m == 0 || m > at[3] - window);
    });
  }
}

TEST(Moh, SumsTheHeadsThatTheRouterTakes) {
  for (const auto& shapes : three({{{"N", 1}, {"D", 3}, {"A", 2}},
                                   {{"N", 1}, {"D", 5}, {"A", 2}},
                                   {{"N", 2}, {"D", 4}, {"A", 2}}})) {
    const Zoo zoo("moh", shapes);
    const auto x = zoo.in("X");
    const auto v = zoo.in("V");
    const auto wo = zoo.in("WO");
    zoo.expect("Y", [&](At at) {
      const auto routed = [&](const std::string& weights, Index row) {
        return sum_of(zoo["D"],
                      [&](auto d) { return zoo.in(weights)(row, d) * x(at[0], d, at[2]); });
      };
      const auto to = [&](Index h) { return routed("WR", h); };
      const auto kinds = softmax(
          2, [](auto) { return true; }, [&](auto a) { return routed("WB", a); });
      const auto shared = softmax(
          zoo["H"], [](auto h) { return h < 1; }, to);
      const auto chosen = softmax(
          zoo["H"], [](auto h) { return h >= 1; }, to);
      const auto taken = best_of(
          zoo["N"], zoo["H"], [](auto h) { return h >= 1; }, to);
      const auto all = those(zoo["M"], [](auto) { return true; });
      return sum_of(zoo["H"], [&](auto h) {
        const auto i = static_cast<std::size_t>(h);
        if (h >= 1 && !holds(taken, h)) return 0.0;
        const double gate = h < 1 ? kinds[0] * shared[i] : kinds[1] * chosen[i];
        return gate * sum_of(zoo["F"], [&](auto f) {
                 return wo(h, f, at[1]) * attend(
                                              all,
                                              [&](auto m) {
                                                return score_of(zoo, {at[0], h, f, at[2]}, m);
                                              },
                                              [&](auto m) { return v(at[0], h, f, m); });
               });
      });
    });
  }
}

TEST(DynamicMaskAttention, AddsTheMaskToTheKeysThatItKeeps) {
  for (const auto& shapes : three({{{"N", 2}}, {{"N", 5}}, {{"N", 9}}}, false)) {
    const Zoo zoo("dynamic_mask_attention", shapes);
    const auto v = zoo.in("V");
    zoo.expect("AV", [&](At at) {
      const auto mask = [&](Index m) {
        const double z = sum_of(zoo["H"], [&](auto j) {
          return sum_of(zoo["F"],
                        [&](auto f) { return zoo.in("DELTA")(at[1], j, f) * v(at[0], j, f, m); });
        });
        return std::exp(zoo.in("COEF")(at[1]) * std::log1p(std::exp(z)));
      };
      return attend(
          best(zoo["N"], at[3] + 1, mask), [&](auto m) { return score_of(zoo, at, m) + mask(m); },
          [&](auto m) { return v(at[0], at[1], at[2], m); });
    });
  }
}

TEST(VisualTokenExit, DropsTheVisualTokensForGood) {
  for (Shapes shapes : three({{{"L", 3}, {"R", 3}, {"D", 3}, {"I", 2}},
                              {{"L", 5}, {"R", 7}, {"D", 5}, {"I", 3}},
                              {{"L", 2}, {"R", 1}, {"D", 2}, {"I", 4}}},
                             false)) {
    const Zoo zoo("visual_token_exit", shapes);
    const auto mean = [&](const std::string& input, Index b, Index l, Index d, Index count) {
      return sum_of(count, [&](auto i) { return zoo.in(input)(b, l, d, i); }) /
             static_cast<double>(count);
    };
    const auto exits = [&](Index b, Index l) {
      return sum_of(zoo["I"], [&](auto i) {
               const double hidden = sum_of(zoo["D"], [&](auto d) {
                 return zoo.in("WT")(l, i, d) * mean("XT", b, l, d, zoo["R"]) +
                        zoo.in("WV")(l, i, d) * mean("XV", b, l, d, zoo["M"]);
               });
               return zoo.in("WG")(l, i) * std::max(0.0, hidden);
             }) > 0;
    };
    zoo.expect("AV", [&](At at) {
      bool alive = true;
      for (Index l = 0; l <= at[1]; ++l) alive = alive && !exits(at[0], l);
      const auto key = [&](const std::string& visual, const std::string& text, Index at_e,
                           Index i) {
        return i < zoo["M"] ? zoo.in(visual)(at[0], at[1], at[2], at_e, i)
                            : zoo.in(text)(at[0], at[1], at[2], at_e, i - zoo["M"]);
      };
      const auto keys = those(zoo["M"] + zoo["R"],
                              [&](auto i) { return i < zoo["M"] ? alive : i - zoo["M"] <= at[4]; });
      return attend(
          keys,
          [&](auto i) {
            return sum_of(zoo["E"], [&](auto e) {
              return zoo.in("Q")(at[0], at[1], at[2], e, at[4]) * key("K", "TK", e, i);
            });
          },
          [&](auto i) { return key("V", "TV", at[3], i); });
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
