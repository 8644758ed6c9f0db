// Attention to keys that the data choose, against sorting all scores.
#include "einsum/zoo.h"

namespace attnsim::einsum {
namespace {

double dot(const Zoo& zoo, const std::string& query, const std::string& key, At point,
           std::int64_t m) {
  const auto q = zoo.in(query);
  const auto k = zoo.in(key);
  return sum_of(zoo["E"], [&](auto e) {
    return q(point[0], point[1], e, point[3]) * k(point[0], point[1], e, m);
  });
}

const std::vector<Shapes> three_shapes = {
    {{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"P", 3}, {"M", 8}, {"N", 4}},
    {{"B", 1}, {"H", 3}, {"E", 5}, {"F", 3}, {"P", 1}, {"M", 13}, {"N", 5}},
    {{"B", 1}, {"H", 1}, {"E", 3}, {"F", 2}, {"P", 5}, {"M", 3}, {"N", 6}}};  // N > M

TEST(TidalDecode, AttendsToTheKeysThatTheSelectionLayerKeeps) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("tidal_decode", shapes);
    const auto v = zoo.in("V");
    const auto vn = zoo.in("VN");
    const auto all = those(zoo["M"], [](auto) { return true; });
    zoo.expect("AV", [&](At at) {
      return attend(
          all, [&](auto m) { return dot(zoo, "Q", "K", at, m); },
          [&](auto m) { return v(at[0], at[1], at[2], m); });
    });
    zoo.expect("AVN", [&](At at) {
      const auto kept = best(zoo["N"], zoo["M"], [&](auto m) { return dot(zoo, "Q", "K", at, m); });
      return attend(
          kept, [&](auto m) { return dot(zoo, "QN", "KN", at, m); },
          [&](auto m) { return vn(at[0], at[1], at[2], m); });
    });
  }
}

TEST(TidalDecode, HoldsNothingWhereThereAreFewerKeys) {
  const Zoo zoo("tidal_decode", three_shapes[2]);
  EXPECT_GE(zoo.out("INDEX")(0, 0, 2, 4), 0);
  EXPECT_EQ(zoo.out("INDEX")(0, 0, 3, 4), -1);
}

/// softmax over the selected landmarks times softmax inside each of their blocks.
double landmark_attention(const Zoo& zoo, At at) {
  const auto blocks = best(zoo["N"], zoo["C"], [&](auto c) { return dot(zoo, "Q", "LK", at, c); });
  const auto v = zoo.in("V");
  const auto size = zoo["M0"];
  const auto inside = [&](auto c) {
    const auto keys = those(zoo["M"], [&](auto m) { return m / size == c; });
    return attend(
        keys, [&](auto m) { return dot(zoo, "Q", "K", at, m); },
        [&](auto m) { return v(at[0], at[1], at[2], m); });
  };
  return attend(
      blocks, [&](auto c) { return dot(zoo, "Q", "LK", at, c); }, inside);
}

TEST(Landmark, WeighsTheBestBlocksByTheirLandmarks) {
  for (auto [blocks, size, kept] : {std::tuple{4, 2, 2}, {5, 3, 3}, {3, 1, 7}}) {
    const Zoo zoo("landmark", {{"B", 2},
                               {"H", 2},
                               {"E", 3},
                               {"F", 5},
                               {"P", 3},
                               {"C", blocks},
                               {"M0", size},
                               {"N", kept}});
    zoo.expect("AV", [&](At at) { return landmark_attention(zoo, at); });
  }
}

/// Splits intervals of keys by hand.
std::vector<std::int64_t> tree_search(const Zoo& zoo, At at) {
  std::vector<std::int64_t> starts;
  std::int64_t length = zoo["M"] / zoo["N"];
  for (std::int64_t n = 0; n < zoo["N"]; ++n) starts.push_back(n * length);
  for (std::int64_t level = 0; level < zoo["L"]; ++level) {
    length /= 2;
    std::vector<std::int64_t> halves;
    for (const auto start : starts) {
      halves.push_back(start);
      halves.push_back(start + length);
    }
    const auto kept = best(zoo["N"], static_cast<std::int64_t>(halves.size()), [&](auto i) {
      return dot(zoo, "Q", "K", at, halves[static_cast<std::size_t>(i)]);
    });
    for (std::size_t n = 0; n < starts.size(); ++n) {
      starts[n] = halves[static_cast<std::size_t>(kept[n])];
    }
  }
  return starts;
}

TEST(HipAttention, AttendsToWhatATreeSearchFinds) {
  for (auto [nodes, levels] : {std::pair{2, 2}, {3, 3}, {1, 4}}) {
    const Zoo zoo("hip_attention", {{"B", 1},
                                    {"H", 2},
                                    {"E", 3},
                                    {"F", 5},
                                    {"P", 5},
                                    {"N", nodes},
                                    {"T", 2},
                                    {"L", levels},
                                    {"M", nodes << levels}});
    const auto v = zoo.in("V");
    zoo.expect("AV", [&](At at) {
      return attend(
          tree_search(zoo, at), [&](auto m) { return dot(zoo, "Q", "K", at, m); },
          [&](auto m) { return v(at[0], at[1], at[2], m); });
    });
  }
}

}  // namespace
}  // namespace attnsim::einsum
