#include "einsum/count_points.h"

#include <chrono>
#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/count_plane.h"

namespace attnsim::einsum {
namespace {

/// The condition of a cascade over P queries and M keys in chunks.
Region region(const std::string& where, const std::vector<std::string>& variables, Shapes shapes) {
  const auto cascade = parse_cascade(
      "cascade c\nparam W = 3 S = 2 T = 3\nrank P M = M1 * M0\n"
      "input X[p,m,m1,m0]\noutput Y[p,m,m1,m0]\n"
      "Y[p,m,m1,m0] = X[p,m,m1,m0] where (" +
          where + ") and W + S + T > -1000000000\n",
      "t");
  shapes = resolve_shapes(cascade, shapes);
  return region_of(cascade, &*cascade.einsums[0].where, variables, shapes);
}

/// By visiting every point.
std::int64_t enumerated(const Region& region, const std::vector<std::string>& reduced) {
  Point point(region.extents.size(), 0);
  std::set<Point> found;
  while (true) {
    if (region.formula.holds(point)) {
      auto kept = point;
      for (std::size_t slot = 0; slot < point.size(); ++slot) {
        const auto& variable = region.variables[slot];
        if (std::find(reduced.begin(), reduced.end(), variable) != reduced.end()) kept[slot] = 0;
      }
      found.insert(kept);
    }
    std::size_t slot = 0;
    while (slot < point.size() && ++point[slot] == region.extents[slot]) point[slot++] = 0;
    if (slot == point.size()) return static_cast<std::int64_t>(found.size());
  }
}

const std::vector<std::string> plain_masks = {
    "m <= p",                              // causal
    "m < p",                               // strictly
    "m <= p and p - m < W",                // window
    "m <= p and (p - m < W or m < S)",     // window and sink
    "p - m < W and m - p < W",             // both sides
    "m == p",                              //
    "m != p and m <= p",                   //
    "m - 2*p <= 0 and 3*m >= p",           // other slopes, the second not of one
    "m <= p or p - m == 5 or m == 4 * S",  // a union
    "m >= 5 and m <= 7 and p < 3",         //
    "p < 0 or m >= M",                     // nothing
    "p >= 0",                              // everything
};

const std::vector<std::string> chunked_masks = {
    "m1*M0+m0 <= p",                                      // causal
    "m1*M0 <= p",                                         // a chunk that has a visible key
    "p - m1*M0 - m0 < W and m1*M0+m0 <= p",               // window
    "m1*M0+m0 <= p and (p - m1*M0 - m0 < W or m0 == 0)",  // a strided one
    "m1 == 0 or (m1*M0 <= p and p - m1*M0 < M0)",         // blocks: the first and the own
};

TEST(CountPoints, OfMasksAreThoseOfEnumeration) {
  for (const auto& mask : plain_masks) {
    for (std::int64_t p = 1; p <= 9; ++p) {
      for (std::int64_t m = 1; m <= 9; ++m) {
        const auto where = region(mask, {"p", "m"}, {{"P", p}, {"M", m}, {"M0", 1}});
        EXPECT_EQ(count_points(where), enumerated(where, {})) << mask << " P=" << p << " M=" << m;
        for (const auto& reduced : {"m", "p"}) {
          EXPECT_EQ(count_reached(where, {reduced}), enumerated(where, {reduced}))
              << mask << " without " << reduced << " P=" << p << " M=" << m;
        }
      }
    }
  }
}

TEST(CountPoints, OfMasksOverChunksAreThoseOfEnumeration) {
  for (const auto& mask : chunked_masks) {
    for (const std::int64_t p : {1, 5, 12, 17}) {
      for (const std::int64_t m0 : {1, 3, 4}) {
        const auto where = region(mask, {"p", "m1", "m0"}, {{"P", p}, {"M", 12}, {"M0", m0}});
        EXPECT_EQ(count_points(where), enumerated(where, {})) << mask << " P=" << p << " M0=" << m0;
        const std::vector<std::vector<std::string>> reductions = {{"m0"}, {"m1"}, {"m1", "m0"}};
        for (const auto& reduced : reductions) {
          EXPECT_EQ(count_reached(where, reduced), enumerated(where, reduced))
              << mask << " P=" << p << " M0=" << m0 << " " << reduced.size();
        }
      }
    }
  }
}

/// Windows and sinks on both sides of their boundaries, against sums by hand.
TEST(CountPoints, OfAWindowChangeAtItsWidth) {
  const auto count = [](std::int64_t n, std::int64_t width) {
    return count_points(
        region("m <= p and p - m < W", {"p", "m"}, {{"P", n}, {"M", n}, {"M0", 1}, {"W", width}}));
  };
  for (const std::int64_t n : {1, 7, 8}) {
    EXPECT_EQ(count(n, 0), 0);
    EXPECT_EQ(count(n, 1), n);
    EXPECT_EQ(count(n, n), n * (n + 1) / 2);
    EXPECT_EQ(count(n, n + 1), n * (n + 1) / 2);
    EXPECT_EQ(count(n, n - 1), n == 1 ? 0 : n * (n + 1) / 2 - 1);
  }
}

TEST(CountPoints, OfAMillionByAMillionAreThereAtOnce) {
  const std::int64_t n = 1 << 20;
  const Shapes shapes{{"P", n}, {"M", n}, {"M0", 256}, {"W", 4096}, {"S", 4}};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(count_points(region("m <= p", {"p", "m"}, shapes)), n * (n + 1) / 2);
  EXPECT_EQ(count_points(region("m1*M0+m0 <= p", {"p", "m1", "m0"}, shapes)), n * (n + 1) / 2);
  EXPECT_EQ(count_reached(region("m1*M0+m0 <= p", {"p", "m1", "m0"}, shapes), {"m0"}),
            256 * (4096LL * 4097 / 2));
  const auto window = count_points(region("m <= p and (p - m < W or m < S)", {"p", "m"}, shapes));
  // Rows 0..W-1 see p + 1; rows up to W + S - 2 fill the gap between sink and window; then W + S.
  std::int64_t expected = 0;
  for (std::int64_t p = 0; p < n; ++p) expected += std::min<std::int64_t>(p + 1, 4096 + 4);
  EXPECT_EQ(window, expected);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(took.count(), 2);
}

TEST(CountPoints, OfRandomFormulasAreThoseOfEnumeration) {
  std::mt19937 random(7);
  const auto below = [&](int limit) {
    return static_cast<std::int64_t>(random() % static_cast<unsigned>(limit));
  };
  for (int round = 0; round < 3000; ++round) {
    Region any;
    const auto slots = 1 + below(4);
    for (std::int64_t i = 0; i < slots; ++i) {
      any.variables.push_back(std::string(1, static_cast<char>('a' + i)));
      any.extents.push_back(1 + below(6));
    }
    const auto line = [&] {
      Formula formula;
      formula.kind = Formula::Kind::inequality;
      formula.inequality.constant = below(15) - 7;
      for (std::int64_t i = 0; i < slots; ++i) {
        formula.inequality.coefficients.push_back(below(3) == 0 ? 0 : below(7) - 3);
      }
      return formula;
    };
    any.formula.kind = below(2) == 0 ? Formula::Kind::any_of : Formula::Kind::all_of;
    for (std::int64_t i = 0; i <= below(3); ++i) {
      Formula inner{
          below(2) == 0 ? Formula::Kind::any_of : Formula::Kind::all_of, {}, {line(), line()}};
      any.formula.parts.push_back(inner);
    }
    ASSERT_EQ(count_points(any), enumerated(any, {})) << "round " << round;
    ASSERT_EQ(count_reached(any, {"a"}), enumerated(any, {"a"})) << "round " << round;
  }
}

TEST(CountPoints, BeyondSixtyThreeBitsAreRefusedAtTheirCondition) {
  const std::int64_t n = std::int64_t{1} << 32;
  try {
    static_cast<void>(
        count_points(region("m <= p", {"p", "m"}, {{"P", n}, {"M", 2 * n}, {"M0", 1}})));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "t:6:36: there are more points than 63 bits can count");
  }
}

TEST(FloorSum, IsTheSum) {
  for (int m = 1; m < 6; ++m) {
    for (int a = -7; a < 8; ++a) {
      for (int b = -7; b < 8; ++b) {
        std::int64_t sum = 0;
        for (int i = 0; i < 9; ++i) {
          const int value = a * i + b;
          sum += value / m - (value % m < 0 ? 1 : 0);
        }
        EXPECT_EQ(static_cast<std::int64_t>(floor_sum(9, m, a, b)), sum)
            << m << " " << a << " " << b;
      }
    }
  }
}

}  // namespace
}  // namespace attnsim::einsum
