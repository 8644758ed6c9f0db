// Blocks, stripes, clusters and events of keys that the data choose, against each definition.
#include "einsum/seen_keys.h"

namespace attnsim::einsum {
namespace {

using Index = std::int64_t;

const std::vector<Shapes> counts = {{{"N", 1}}, {{"N", 2}}, {{"N", 9}}};

TEST(LongHeads, SeesTheFirstTheOwnAndTheBestChunks) {
  for (const auto& shapes : blocked(counts)) {
    const Zoo zoo("longheads", shapes);
    expect_attention(zoo, [&](At at, Index m) {
      const Index own = at[3] / zoo["M0"];
      const Index c = m / zoo["M0"];
      const auto kept = best_of(
          zoo["N"], zoo["C"], [&](auto i) { return i > 0 && i < own; },
          [&](auto i) {
            return sum_of(zoo["E"], [&](auto e) {
              return zoo.in("Q")(at[0], at[1], e, at[3]) *
                     block_mean(zoo, "K", at, e, i, zoo["M0"]);
            });
          });
      return m <= at[3] && (c == 0 || c == own || holds(kept, c));
    });
  }
}

TEST(SeerAttention, SeesTheBlocksThatTheGateOpens) {
  for (auto shapes : blocked({{{"N", 1}, {"D", 3}}, {{"N", 2}, {"D", 5}}, {{"N", 9}, {"D", 1}}})) {
    const Zoo zoo("seer_attention", shapes);
    expect_attention(zoo, [&](At at, Index m) {
      const Index own = at[3] / zoo["M0"];
      const auto gate = [&](Index c) {
        return sum_of(zoo["D"], [&](auto d) {
          double query = 0;
          double key = 0;
          for (Index e = 0; e < zoo["E"]; ++e) {
            query += zoo.in("WQ")(at[1], d, e) * block_mean(zoo, "Q", at, e, own, zoo["M0"]);
            std::vector<double> keys;
            for (Index i = 0; i < zoo["M0"]; ++i) {
              keys.push_back(zoo.in("K")(at[0], at[1], e, c * zoo["M0"] + i));
            }
            const auto [least, largest] = std::minmax_element(keys.begin(), keys.end());
            key += zoo.in("WA")(at[1], d, e) * block_mean(zoo, "K", at, e, c, zoo["M0"]) +
                   zoo.in("WX")(at[1], d, e) * *largest + zoo.in("WI")(at[1], d, e) * *least;
          }
          return query * key;
        });
      };
      const auto kept = best(zoo["N"], own, gate);
      return m <= at[3] && (m / zoo["M0"] == own || holds(kept, m / zoo["M0"]));
    });
  }
}

TEST(Sea, SeesThePartsThatLinearAttentionEstimates) {
  for (const auto& shapes : blocked({{{"N", 1}, {"P", 3}, {"R", 3}},
                                     {{"N", 2}, {"P", 5}, {"R", 7}},
                                     {{"N", 9}, {"P", 1}, {"R", 1}}})) {
    const Zoo zoo("sea", shapes);
    const auto feature = [&](const std::string& input, At at, Index r, Index i) {
      return 0.001 +
             std::max(0.0, sum_of(zoo["E"], [&](auto e) {
                        return zoo.in("OMEGA")(at[1], r, e) * zoo.in(input)(at[0], at[1], e, i);
                      }));
    };
    expect_attention(zoo, [&](At at, Index m) {
      std::vector<double> near;
      double total = 0;
      for (Index i = 0; i < zoo["M"]; ++i) {
        near.push_back(sum_of(
            zoo["R"], [&](auto r) { return feature("Q", at, r, at[3]) * feature("K", at, r, i); }));
        total += near.back();
      }
      const auto kept = best(zoo["N"], zoo["C"], [&](auto c) {
        return sum_of(zoo["F"], [&](auto f) {
          return zoo.in("WE")(at[1], f, c) * sum_of(zoo["M"], [&](auto i) {
                   return near[static_cast<std::size_t>(i)] / total *
                          zoo.in("V")(at[0], at[1], f, i);
                 });
        });
      });
      return holds(kept, m / zoo["M0"]);
    });
  }
}

/// How much of the attention of the last W queries each key (column) and each distance gets.
std::pair<std::vector<double>, std::vector<double>> lines(const Zoo& zoo, At at) {
  const auto keys = static_cast<std::size_t>(zoo["M"]);
  std::vector<double> columns(keys, 0);
  std::vector<double> slashes(keys, 0);
  for (Index p = zoo["P"] - zoo["W"]; p < zoo["P"]; ++p) {
    const auto share = softmax(
        zoo["M"], [&](auto i) { return i <= p; },
        [&](auto i) {
          return score_of(zoo, {at[0], at[1], 0, p}, i);
        });
    for (Index i = 0; i <= p; ++i) {
      columns[static_cast<std::size_t>(i)] += share[static_cast<std::size_t>(i)];
      slashes[static_cast<std::size_t>(p - i)] += share[static_cast<std::size_t>(i)];
    }
  }
  return {columns, slashes};
}

TEST(Minference, SeesTheBestVerticalsAndSlashes) {
  for (const auto& shapes : flat({{{"N", 2}, {"R", 1}, {"W", 2}},
                                  {{"N", 3}, {"R", 4}, {"W", 5}},
                                  {{"N", 1}, {"R", 9}, {"W", 6}}})) {
    const Zoo zoo("minference_vertical_slash", shapes);
    expect_attention(zoo, [&](At at, Index m) {
      const auto [columns, slashes] = lines(zoo, at);
      const auto kept = best(zoo["N"], zoo["M"], [&, &all = columns](auto i) {
        return all[static_cast<std::size_t>(i)];
      });
      const auto near = best_of(
          zoo["R"], zoo["M"], [](auto d) { return d > 0; },
          [&, &all = slashes](auto d) { return all[static_cast<std::size_t>(d)]; });
      return m <= at[3] && (m == at[3] || holds(kept, m) || holds(near, at[3] - m));
    });
  }
}

TEST(Minference, SeesTheBestBlocks) {
  for (const auto& shapes : blocked(counts)) {
    const Zoo zoo("minference_block_sparse", shapes);
    expect_attention(zoo, [&](At at, Index m) {
      const Index own = at[3] / zoo["M0"];
      const auto kept = best(zoo["N"], own, [&](auto c) { return pooled_score(zoo, at, c, own); });
      return m <= at[3] && (m / zoo["M0"] == own || holds(kept, m / zoo["M0"]));
    });
  }
}

/// The fewest coordinates, best first, whose mass reaches `enough`.
std::vector<Index> fewest(const std::vector<double>& mass, double enough) {
  const auto order = best(static_cast<Index>(mass.size()), static_cast<Index>(mass.size()),
                          [&](auto i) { return mass[static_cast<std::size_t>(i)]; });
  std::vector<Index> taken;
  double sum = 0;
  for (const auto i : order) {
    if (sum >= enough) break;
    taken.push_back(i);
    sum += mass[static_cast<std::size_t>(i)];
  }
  return taken;
}

/// The distance between the pooled and the true attention of the last W queries to the blocks.
double divergence(const Zoo& zoo, At at) {
  const auto pooled = softmax(
      zoo["C"], [](auto) { return true; },
      [&](auto c) {
        return sum_of(zoo["E"], [&](auto e) {
          const double query = sum_of(
              zoo["W"], [&](auto w) { return zoo.in("Q")(at[0], at[1], e, zoo["P"] - 1 - w); });
          return query / static_cast<double>(zoo["W"]) * block_mean(zoo, "K", at, e, c, zoo["M0"]);
        });
      });
  const auto columns = lines(zoo, at).first;
  return std::sqrt(sum_of(zoo["C"], [&](auto c) {
    const double a = pooled[static_cast<std::size_t>(c)];
    const double b =
        sum_of(zoo["M0"],
               [&](auto i) { return columns[static_cast<std::size_t>(c * zoo["M0"] + i)]; }) /
        static_cast<double>(zoo["W"]);
    return a / 2 * std::log(2 * a / (a + b)) + b / 2 * std::log(2 * b / (a + b));
  }));
}

TEST(FlexPrefill, TakesTheFewestThatReachTheMass) {
  std::map<bool, int> patterns;
  for (const auto& shapes : blocked({{{"W", 2}}, {{"W", 5}}, {{"W", 2}}})) {
    for (const double tau : {0.0, 0.12, 1.0}) {
      const Zoo zoo("flex_prefill", shapes,
                    {{"GAMMA", [](auto&) { return 0.7; }}, {"TAU", [&](auto&) { return tau; }}});
      expect_attention(zoo, [&](At at, Index m) {
        if (m > at[3]) return false;
        const bool by_blocks = divergence(zoo, at) < tau;
        ++patterns[by_blocks];
        if (m == at[3]) return true;
        if (!by_blocks) {
          auto [columns, slashes] = lines(zoo, at);
          for (auto& mass : columns) mass /= static_cast<double>(zoo["W"]);
          for (auto& mass : slashes) mass /= static_cast<double>(zoo["W"]);
          return holds(fewest(columns, 0.7), m) || holds(fewest(slashes, 0.7), at[3] - m);
        }
        std::vector<double> mass;
        for (Index r = 0; r < zoo["C"]; ++r) {
          for (const double share : softmax(
                   zoo["C"], [&](auto c) { return c <= r; },
                   [&](auto c) { return pooled_score(zoo, at, c, r); })) {
            mass.push_back(share / static_cast<double>(zoo["C"]));
          }
        }
        return holds(fewest(mass, 0.7), at[3] / zoo["M0"] * zoo["C"] + m / zoo["M0"]);
      });
    }
  }
  EXPECT_GT(patterns[false], 0);
  EXPECT_GT(patterns[true], 0);
}

TEST(AnchorAttention, SeesStripesThatComeNearTheAnchor) {
  for (const auto& shapes :
       flat({{{"C", 4}, {"P0", 2}}, {{"C", 3}, {"P0", 3}}, {{"C", 6}, {"P0", 1}}})) {
    const Zoo zoo("anchor_attention", shapes, {{"THETA", [](auto&) { return 0.8; }}});
    const auto near = [](Index p, Index m) { return m <= p && (m == 0 || p - m < 2); };
    expect_attention(zoo, [&](At at, Index m) {
      const Index first = at[3] / zoo["P0"] * zoo["P0"];
      double gap = 0;
      for (Index p = first; p < first + zoo["P0"]; ++p) {
        const std::vector<Index> query = {at[0], at[1], 0, p};
        double anchor = -1e300;
        for (const auto i : those(zoo["M"], [&](auto j) { return near(p, j); })) {
          anchor = std::max(anchor, score_of(zoo, query, i));
        }
        gap += (anchor - score_of(zoo, query, m)) / static_cast<double>(zoo["P0"]);
      }
      return m <= at[3] && (near(at[3], m) || gap <= 0.8);
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
