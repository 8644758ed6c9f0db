// Attention under masks of groups, layers and windows, and with terms for positions, each against
// loops over what a query sees.
#include "einsum/zoo.h"

namespace attnsim::einsum {
namespace {

using Keys = std::vector<std::int64_t>;

std::vector<std::int64_t> without(At point, std::size_t from, std::size_t to) {
  auto rest = point;
  rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(from),
             rest.begin() + static_cast<std::ptrdiff_t>(to));
  return rest;
}

const std::vector<Shapes> three_shapes = {
    {{"B", 2}, {"H", 2}, {"E", 4}, {"F", 4}, {"P", 8}, {"M", 8}},
    {{"B", 1}, {"H", 3}, {"E", 5}, {"F", 3}, {"P", 11}, {"M", 11}},
    {{"B", 1}, {"H", 1}, {"E", 1}, {"F", 2}, {"P", 17}, {"M", 17}}};

Shapes with(Shapes shapes, const Shapes& more) {
  for (const auto& [rank, shape] : more) shapes[rank] = shape;
  return shapes;
}

double draw_coin(std::mt19937& random) { return static_cast<double>(random() % 2); }

TEST(Sigma, SharesKeysAmongMoreHeadsThanValues) {
  for (auto [g, t, j] : {std::tuple{2, 2, 2}, {1, 3, 1}, {3, 1, 2}}) {
    const Zoo zoo("sigma",
                  {{"B", 2}, {"G", g}, {"T", t}, {"J", j}, {"E", 3}, {"F", 5}, {"P", 7}, {"M", 9}});
    EXPECT_EQ(zoo["H"], g * t * j);
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    // Which head of keys and of values each head of queries has, by counting off.
    Keys key_head;
    Keys value_head;
    for (std::int64_t key = 0, value = 0; key < j; ++key) {
      for (std::int64_t i = 0; i < t; ++i, ++value) {
        for (std::int64_t n = 0; n < g; ++n) {
          key_head.push_back(key);
          value_head.push_back(value);
        }
      }
    }
    zoo.expect("AV", [&](At at) {
      const auto head = static_cast<std::size_t>(at[1]);
      const auto score = [&](auto m) {
        return sum_of(
            3, [&](auto e) { return q(at[0], at[1], e, at[3]) * k(at[0], key_head[head], e, m); });
      };
      return attend(those(std::min<std::int64_t>(9, at[3] + 1), [](auto) { return true; }), score,
                    [&](auto m) { return v(at[0], value_head[head], at[2], m); });
    });
  }
}

TEST(SinkLora, SeesSinksAndItsGroupThatHalfOfTheHeadsShift) {
  for (auto [sinks, width] : {std::pair{0, 4}, {2, 4}, {1, 5}}) {
    for (const auto& shapes : three_shapes) {
      const Zoo zoo("sink_lora", with(shapes, {{"S", sinks}, {"W", width}}));
      const auto q = zoo.in("Q");
      const auto k = zoo.in("K");
      const auto v = zoo.in("V");
      zoo.expect("AV", [&, s = sinks, w = width](At at) {
        const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
        // The group starts at the last border up to p; shifted borders lie half a group earlier.
        std::int64_t start = 2 * h >= zoo["H"] ? -(w / 2) : 0;
        while (start + w <= p) start += w;
        const auto keys = those(p + 1, [&, s = s](auto m) { return m < s || m >= start; });
        const auto score = [&, b = b, h = h, p = p](auto m) {
          return sum_of(zoo["E"], [&](auto e) { return q(b, h, e, p) * k(b, h, e, m); });
        };
        return attend(keys, score, [&, b = b, h = h, f = f](auto m) { return v(b, h, f, m); });
      });
    }
  }
}

TEST(Masformer, IsFullInSomeLayersAndLocalInTheRest) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("masformer", with(shapes, {{"L", 4}, {"W", 3}}), {{"FULL", draw_coin}});
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    const auto full = zoo.in("FULL");
    zoo.expect("AV", [&](At at) {
      const auto [l, b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3], at[4]};
      const auto first = full(l) != 0 ? 0 : std::max<std::int64_t>(0, p - 2);
      const auto score = [&, l = l, b = b, h = h, p = p](auto m) {
        return sum_of(zoo["E"], [&](auto e) { return q(l, b, h, e, p) * k(l, b, h, e, m); });
      };
      return attend(those(p + 1, [&](auto m) { return m >= first; }), score,
                    [&, l = l, b = b, h = h, f = f](auto m) { return v(l, b, h, f, m); });
    });
  }
}

TEST(MusicTransformer, AddsTheQuerysProductWithTheDistance) {
  for (const auto& shapes : three_shapes) {
    const Zoo zoo("music_transformer", with(shapes, {{"D", 17}}));
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto r = zoo.in("R");
    const auto v = zoo.in("V");
    zoo.expect("AV", [&](At at) {
      const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
      const auto score = [&, b = b, h = h, p = p](auto m) {
        const auto sum = sum_of(
            zoo["E"], [&](auto e) { return q(b, h, e, p) * (k(b, h, e, m) + r(h, e, p - m)); });
        return sum / std::sqrt(static_cast<double>(zoo["E"]));
      };
      return attend(those(p + 1, [](auto) { return true; }), score,
                    [&, b = b, h = h, f = f](auto m) { return v(b, h, f, m); });
    });
  }
}

TEST(Rcmha, ConvolvesAndAddsFourTermsOfPosition) {
  for (const auto& shapes : three_shapes) {
    for (const std::int64_t taps : {1, 3}) {
      const Zoo zoo("rcmha", with(shapes, {{"D", 17}, {"T", taps}}));
      // A convolution over zeros before the first position.
      const auto convolved = [&](const char* x, const char* weight, auto b, auto h, auto e,
                                 auto p) {
        double sum = 0;
        for (std::int64_t t = 0; t < taps; ++t) {
          if (p - t >= 0) sum += zoo.in(weight)(h, e, t) * zoo.in(x)(b, h, e, p - t);
        }
        return sum;
      };
      zoo.expect("AV", [&](At at) {
        const auto [b, h, f, p] = std::tuple{at[0], at[1], at[2], at[3]};
        const auto score = [&, b = b, h = h, p = p](auto m) {
          double sum = 0;
          for (std::int64_t e = 0; e < zoo["E"]; ++e) {
            const auto query = convolved("Q", "WQ", b, h, e, p);
            const auto key = convolved("K", "WK", b, h, e, m);
            const auto far = zoo.in("R")(h, e, p - m);
            sum += query * key + query * far + zoo.in("U")(h, e) * key + zoo.in("Z")(h, e) * far;
          }
          return sum / std::sqrt(static_cast<double>(zoo["E"]));
        };
        return attend(
            those(p + 1, [](auto) { return true; }), score,
            [&, b = b, h = h, f = f](auto m) { return convolved("V", "WV", b, h, f, m); });
      });
    }
  }
}

TEST(Combiner, SeesItsBlockAndOneSummaryOfEachBefore) {
  for (auto [blocks, size] : {std::pair{4, 2}, {3, 5}, {1, 7}}) {
    const Zoo zoo("combiner",
                  {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 5}, {"C", blocks}, {"P0", size}});
    const auto q = zoo.in("Q");
    const auto k = zoo.in("K");
    const auto v = zoo.in("V");
    zoo.expect("AV", [&, width = size](At at) {
      const auto [b, h, f, c] = std::tuple{at[0], at[1], at[2], at[3]};
      const auto p = c * width + at[4];
      const auto pooled = [&, b = b, h = h](const Reader& x, auto e, auto block) {
        double largest = x(b, h, e, block * width);
        for (std::int64_t i = 1; i < width; ++i) {
          largest = std::max(largest, x(b, h, e, block * width + i));
        }
        return largest;
      };
      double total = 0;
      double weighed = 0;
      for (auto m = c * width; m <= p; ++m) {
        const auto weight = std::exp(
            sum_of(3, [&, b = b, h = h](auto e) { return q(b, h, e, p) * k(b, h, e, m); }));
        total += weight;
        weighed += weight * v(b, h, f, m);
      }
      for (std::int64_t block = 0; block < c; ++block) {
        const auto weight = std::exp(
            sum_of(3, [&, b = b, h = h](auto e) { return q(b, h, e, p) * pooled(k, e, block); }));
        const auto agreement = [&, b = b, h = h](auto m) {
          return sum_of(3, [&](auto e) { return pooled(q, e, block) * k(b, h, e, m); });
        };
        const auto members = those(zoo["P"], [&](auto m) { return m / width == block; });
        total += weight;
        weighed += weight * attend(members, agreement,
                                   [&, b = b, h = h, f = f](auto m) { return v(b, h, f, m); });
      }
      return weighed / total;
    });
  }
}

TEST(LexicalUnitDecoding, TakesTheRunOfTokensThatItIsSureOf) {
  for (const double alpha : {0.0, 0.26, 0.3, 1.0}) {
    for (const auto& shape : {std::array{2, 2, 4, 8, 6}, {1, 3, 5, 9, 5}, {5, 1, 2, 1, 1}}) {
      const Zoo zoo("lexical_unit_decoding",
                    {{"B", shape[0]},
                     {"H", shape[1]},
                     {"E", shape[2]},
                     {"F", 3},
                     {"M", shape[3]},
                     {"R", shape[4]},
                     {"U", 5}},
                    {{"ALPHA", [=](auto&) { return alpha; }}});
      const auto text = zoo["M"];
      const auto pick = [&](const char* own, const char* draft, auto b, auto h, auto x, auto m) {
        return m < text ? zoo.in(own)(b, h, x, m) : zoo.in(draft)(b, h, x, m - text);
      };
      const auto attention = [&](auto b, auto h, auto f, auto p) {
        const auto score = [&](auto m) {
          return sum_of(zoo["E"], [&](auto e) {
            return zoo.in("Q")(b, h, e, p) * pick("K", "DK", b, h, e, m);
          });
        };
        return attend(those(text + p + 1, [](auto) { return true; }), score,
                      [&](auto m) { return pick("V", "DV", b, h, f, m); });
      };
      const auto logit = [&](auto b, auto p, auto u) {
        return sum_of(zoo["H"], [&](auto h) {
          return sum_of(3, [&](auto f) { return zoo.in("WO")(u, h, f) * attention(b, h, f, p); });
        });
      };
      const auto token = [&](auto b, auto p) {
        return best(1, 5, [&](auto u) { return logit(b, p, u); }).front();
      };
      zoo.expect("AV", [&](At at) { return attention(at[0], at[1], at[2], at[3]); });
      zoo.expect("TOKEN", [&](At at) { return static_cast<double>(token(at[0], at[1])); });
      zoo.expect("LENGTH", [&](At at) {
        std::int64_t length = 0;
        for (; length < zoo["P"]; ++length) {
          const auto total =
              sum_of(5, [&, b = at[0]](auto u) { return std::exp(logit(b, length, u)); });
          if (std::exp(logit(at[0], length, token(at[0], length))) < alpha * total) break;
        }
        return static_cast<double>(std::max<std::int64_t>(1, length));
      });
    }
  }
}

/// The window of a query along one axis, as the kernels compute it: around the leader of its group
/// of `stride` queries, moved inside at both ends.
Keys window_of(std::int64_t query, std::int64_t length, std::int64_t width, std::int64_t stride) {
  const auto left = width / 2;
  const auto right = width / 2 + width % 2 - 1;
  const auto leader = std::min(query / stride * stride + stride / 2, length - 1);
  auto start = std::max<std::int64_t>(leader - left, 0);
  if (leader + right >= length) start += length - right - leader - 1;
  Keys keys;
  for (std::int64_t i = 0; i < width; ++i) keys.push_back(start + i);
  return keys;
}

/// Every combination of a coordinate of each.
std::vector<Keys> product_of(const std::vector<Keys>& windows) {
  std::vector<Keys> all = {{}};
  for (const auto& window : windows) {
    std::vector<Keys> longer;
    for (const auto& head : all) {
      for (const auto key : window) {
        longer.push_back(head);
        longer.back().push_back(key);
      }
    }
    all = longer;
  }
  return all;
}

struct Axis {
  std::string rank;
  std::string width;
  std::string stride;
};

/// Attention inside the product of the axes' windows.
void expect_neighborhood(const std::string& name, const std::vector<Axis>& axes,
                         const std::vector<std::array<std::int64_t, 3>>& sizes) {
  Shapes shapes = {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 2}};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    shapes[axes[i].rank] = sizes[i][0];
    shapes[axes[i].width] = sizes[i][1];
    shapes[axes[i].stride] = sizes[i][2];
  }
  const Zoo zoo(name, shapes);
  const auto read = [&](const char* tensor, At at, std::int64_t x, const Keys& place) {
    Keys point = {at[0], at[1], x};
    point.insert(point.end(), place.begin(), place.end());
    return zoo.in(tensor).at(point);
  };
  zoo.expect("AV", [&](At at) {
    const auto here = without(at, 0, 3);
    std::vector<Keys> windows;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      windows.push_back(window_of(here[i], sizes[i][0], sizes[i][1], sizes[i][2]));
    }
    const auto places = product_of(windows);
    const auto place = [&](auto i) { return places[static_cast<std::size_t>(i)]; };
    const auto all = those(static_cast<std::int64_t>(places.size()), [](auto) { return true; });
    const auto score = [&](auto i) {
      return sum_of(3, [&](auto e) { return read("Q", at, e, here) * read("K", at, e, place(i)); });
    };
    return attend(all, score, [&](auto i) { return read("V", at, at[2], place(i)); });
  });
}

TEST(Natten, SeesAWindowThatStaysInside) {
  for (const auto& size : std::vector<std::array<std::int64_t, 3>>{
           {8, 3, 1}, {13, 5, 1}, {12, 4, 1}, {13, 4, 3}, {11, 5, 4}, {9, 3, 3}, {7, 7, 2}}) {
    expect_neighborhood("natten", {{"P", "W", "S"}}, {size});
  }
}

TEST(Gna, SeesTheProductOfTheWindowsOfItsAxes) {
  const std::vector<Axis> plane = {{"Y", "WY", "SY"}, {"X", "WX", "SX"}};
  expect_neighborhood("gna", plane, {{4, 2, 2}, {6, 3, 1}});
  expect_neighborhood("gna", plane, {{5, 3, 2}, {7, 4, 3}});
  expect_neighborhood("gna", plane, {{6, 3, 3}, {1, 1, 1}});
  auto space = plane;
  space.insert(space.begin(), {"Z", "WZ", "SZ"});
  expect_neighborhood("gna_3d", space, {{2, 1, 1}, {4, 2, 2}, {4, 3, 1}});
  expect_neighborhood("gna_3d", space, {{3, 2, 2}, {5, 3, 1}, {3, 3, 4}});
  expect_neighborhood("gna_3d", space, {{4, 2, 2}, {1, 1, 1}, {6, 4, 3}});
}

}  // namespace
}  // namespace attnsim::einsum
