// Attention under masks and over groups of heads, against loops over the keys that a query sees.
#include "einsum/zoo.h"

namespace attnsim::einsum {
namespace {

/// The keys that query p of head h sees.
using Sees = std::function<bool(const Zoo&, std::int64_t h, std::int64_t m, std::int64_t p)>;

void expect_masked_attention(const std::string& name, const Shapes& shapes, const Sees& sees) {
  const Zoo zoo(name, shapes);
  const auto q = zoo.in("Q");
  const auto k = zoo.in("K");
  const auto v = zoo.in("V");
  zoo.expect("AV", [&](At at) {
    const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
    const auto score = [&](auto m) {
      return sum_of(zoo["E"], [&](auto e) { return q(b, h, e, p) * k(b, h, e, m); });
    };
    const auto keys = those(zoo["M"], [&](auto m) { return sees(zoo, h, m, p); });
    return attend(keys, score, [&](auto m) { return v(b, h, f, m); });
  });
}

const std::vector<Shapes> three_shapes = {
    {{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"P", 8}, {"M", 8}},
    {{"B", 1}, {"H", 3}, {"E", 5}, {"F", 3}, {"P", 11}, {"M", 13}},
    {{"B", 1}, {"H", 1}, {"E", 1}, {"F", 2}, {"P", 17}, {"M", 17}}};

TEST(GroupedQuery, ReadsTheKeysOfItsGroup) {
  for (auto [heads, groups] : {std::pair{4, 2}, {6, 3}, {5, 1}, {3, 3}}) {
    const Zoo zoo("grouped_query",
                  {{"B", 2}, {"H", heads}, {"G", groups}, {"E", 3}, {"F", 5}, {"P", 7}, {"M", 9}});
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    const auto keys = those(zoo["M"], [](auto) { return true; });
    zoo.expect("AV", [&, size = groups](At at) {
      const auto j = at[1] / size;
      const auto score = [&](auto m) {
        return sum_of(3, [&](auto e) { return q(at[0], at[1], e, at[3]) * k(at[0], j, e, m); });
      };
      return attend(keys, score, [&](auto m) { return v(at[0], j, at[2], m); });
    });
  }
}

TEST(SlidingWindow, SeesTheLastWKeys) {
  for (const std::int64_t window : {1, 4, 5}) {
    for (auto shapes : three_shapes) {
      shapes["W"] = window;
      expect_masked_attention("sliding_window", shapes, [&](auto&, auto, auto m, auto p) {
        return m > p - window && m <= p;
      });
    }
  }
}

TEST(StreamingLlm, SeesSinksAndTheLastWKeys) {
  for (const auto& [sinks, window] : {std::pair{0, 3}, {2, 3}, {4, 1}}) {
    for (auto shapes : three_shapes) {
      shapes["S"] = sinks;
      shapes["W"] = window;
      expect_masked_attention("streaming_llm", shapes,
                              [s = sinks, w = window](auto&, auto, auto m, auto p) {
                                const bool recent = m > p - w;
                                return m <= p && (recent || m < s);
                              });
    }
  }
}

TEST(S2Attention, SeesNearBlocksAndEveryNthBlockOfItsHead) {
  for (auto shapes : three_shapes) {
    shapes["W"] = 2;
    shapes["L"] = 2;
    shapes["S"] = 3;
    expect_masked_attention("s2_attention", shapes, [](auto&, auto h, auto m, auto p) {
      const auto block = m / 2;
      return m <= p && (block + 2 > p / 2 || (block + h) % 3 == 0);
    });
  }
}

TEST(S2Attention, CoversEveryBlockByTheHeadsTogether) {
  for (std::int64_t block = 0; block < 8; ++block) {
    EXPECT_EQ(those(3, [&](auto h) { return (block + h) % 3 == 0; }).size(), 1U);
  }
}

TEST(TreeAttention, SeesThePrefixAndItsAncestors) {
  const auto coin = [](std::mt19937& random) { return random() % 3 == 0 ? 1.0 : 0.0; };
  for (const auto& shape :
       {std::array{2, 2, 4, 4, 8, 6}, {1, 3, 5, 7, 9, 5}, {1, 1, 2, 1, 1, 13}}) {
    const Zoo zoo("tree_attention",
                  {{"B", shape[0]},
                   {"H", shape[1]},
                   {"E", shape[2]},
                   {"F", shape[3]},
                   {"M", shape[4]},
                   {"R", shape[5]}},
                  {{"TREE", coin}});
    const auto q = zoo.in("Q");
    const auto tree = zoo.in("TREE");
    const auto prefix = zoo["M"];
    // Keys beyond the prefix are draft tokens.
    const auto pick = [&](const char* text, const char* draft, auto b, auto h, auto x, auto m) {
      return m < prefix ? zoo.in(text)(b, h, x, m) : zoo.in(draft)(b, h, x, m - prefix);
    };
    zoo.expect("AV", [&](At at) {
      const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
      const auto score = [&, b = b, h = h, p = p](auto m) {
        return sum_of(zoo["E"],
                      [&](auto e) { return q(b, h, e, p) * pick("K", "DK", b, h, e, m); });
      };
      const auto keys = those(prefix + zoo["R"], [&, b = b, p = p](auto m) {
        return m < prefix || tree(b, p, m - prefix) != 0;
      });
      return attend(keys, score,
                    [&, b = b, h = h, f = f](auto m) { return pick("V", "DV", b, h, f, m); });
    });
  }
}

TEST(RoutingTransformer, SeesTheEarlierKeysOfTheNearestCentroid) {
  for (auto shapes : three_shapes) {
    shapes["P"] = shapes["M"];
    shapes["C"] = 3;
    const Zoo zoo("routing_transformer", shapes);
    const auto q = zoo.in("Q");
    const auto centroid = zoo.in("CENTROID");
    const auto cluster_of = [&](auto b, auto h, auto p) {
      return best(1, 3,
                  [&](auto c) {
                    return sum_of(zoo["E"],
                                  [&](auto e) { return q(b, h, e, p) * centroid(h, e, c); });
                  })
          .front();
    };
    zoo.expect("CLUSTER",
               [&](At at) { return static_cast<double>(cluster_of(at[0], at[1], at[2])); });
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    zoo.expect("AV", [&](At at) {
      const auto own = cluster_of(at[0], at[1], at[3]);
      const auto keys =
          those(at[3] + 1, [&](auto m) { return cluster_of(at[0], at[1], m) == own; });
      const auto score = [&](auto m) {
        return sum_of(zoo["E"],
                      [&](auto e) { return q(at[0], at[1], e, at[3]) * k(at[0], at[1], e, m); });
      };
      return attend(keys, score, [&](auto m) { return v(at[0], at[1], at[2], m); });
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
