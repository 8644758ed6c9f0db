#include "einsum/count_tiles.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <random>
#include <set>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

using testing::HasSubstr;

/// A cascade over two axes of queries and two of keys with this condition.
Cascade masked(const std::string& where) {
  return parse_cascade(
      "cascade c\nparam W = 3 S = 2 D = 2\nrank P M X N\n"
      "input A[p,x,m,n]\noutput B[p,x,m,n]\n"
      "B[p,x,m,n] = A[p,x,m,n] where (" +
          where + ") and W + S + D > 0\n",
      "t");
}

struct Extents {
  std::int64_t p, x, m, n;
  [[nodiscard]] Shapes shapes() const { return {{"P", p}, {"X", x}, {"M", m}, {"N", n}}; }
};

/// By visiting every pair of a query and a key, which the interpreter says is allowed or not.
TileCounts enumerated(const Cascade& cascade, const Extents& extents, const Tiling& tiling) {
  const auto shapes = resolve_shapes(cascade, extents.shapes());
  const auto [P, X, M, N] = extents;
  DenseTensor ones{{P, X, M, N}, std::vector<double>(static_cast<std::size_t>(P * X * M * N), 1)};
  const auto values = evaluate(cascade, shapes, {{"A", ones}}, Rounding::none);
  const auto& mask = values.at("B").data;
  const auto tile = [&](const TileSizes& sizes, const char* rank) { return sizes.at(rank); };
  const auto tp = tile(tiling.queries, "P"), tx = tile(tiling.queries, "X");
  const auto tm = tile(tiling.keys, "M"), tn = tile(tiling.keys, "N");
  using Pair = std::pair<std::int64_t, std::int64_t>;
  std::map<Pair, std::vector<Pair>> seen;  // by query tile
  TileCounts counts;
  counts.allowed = 0;
  std::size_t at = 0;
  for (std::int64_t p = 0; p < P; ++p) {
    for (std::int64_t x = 0; x < X; ++x) {
      auto& keys = seen[{p / tp, x / tx}];
      for (std::int64_t m = 0; m < M; ++m) {
        for (std::int64_t n = 0; n < N; ++n) {
          if (mask[at++] == 0) continue;
          ++counts.allowed;
          keys.emplace_back(m, n);
        }
      }
    }
  }
  const auto tiles = [](std::int64_t extent, std::int64_t size) {
    return (extent + size - 1) / size;
  };
  counts.query_tiles = tiles(P, tp) * tiles(X, tx);
  counts.key_tiles = tiles(M, tm) * tiles(N, tn);
  counts.pairs = P * X * M * N;
  counts.worst = counts.total = 0;
  counts.least = counts.key_tiles;
  for (const auto& [query, keys] : seen) {
    Pair start{0, 0};
    if (tiling.dynamic && !keys.empty()) {
      start = keys.front();
      for (const auto& [m, n] : keys) {
        start = {std::min(start.first, m), std::min(start.second, n)};
      }
    }
    std::set<Pair> reached;
    for (const auto& [m, n] : keys) {
      reached.emplace((m - start.first) / tm, (n - start.second) / tn);
    }
    const auto count = static_cast<std::int64_t>(reached.size());
    counts.worst = std::max(counts.worst, count);
    counts.least = std::min(counts.least, count);
    counts.total += count;
  }
  return counts;
}

std::string text_of(const TileCounts& counts) {
  return fmt::format("{} x {} tiles: worst {} least {} total {}; {} of {} pairs",
                     counts.query_tiles, counts.key_tiles, counts.worst, counts.least, counts.total,
                     counts.allowed, counts.pairs);
}

const std::vector<std::string> conjuncts = {
    "m <= p",
    "p - m < W",
    "m < S or p - m < W",
    "n <= x",
    "n == x or x % D == 0",
    "(m >= p/S*S+S/2-W/2 or m >= M - W) and (m <= p/S*S+S/2+(W-1)/2 or m < W)",
    "m % D == p % D",
    "p/W - m/W < S or (m/W + x) % D == 0",
    "not (m == n) or p < x",
    "m + n <= p + x",
    "2*m - 3*n < p and n != 1",
    "p >= 1",
    "m - n > 0 or n/D == x/D",
};

TEST(CountTiles, AreThoseOfEnumerationUnderRandomMasksAndTiles) {
  std::mt19937 random(7);
  const auto pick = [&](std::int64_t least, std::int64_t largest) {
    return std::uniform_int_distribution<std::int64_t>(least, largest)(random);
  };
  int masks = 0;
  while (masks < 400) {
    std::string where;
    for (auto parts = pick(1, 3); parts > 0; --parts) {
      where += (where.empty()     ? "("
                : pick(0, 3) == 0 ? " or ("
                                  : " and (") +
               conjuncts[static_cast<std::size_t>(
                   pick(0, static_cast<std::int64_t>(conjuncts.size()) - 1))] +
               ")";
    }
    const Extents extents{pick(1, 9), pick(1, 5), pick(3, 9), pick(1, 5)};
    const Tiling tiling{"",
                        {{"P", pick(1, 5)}, {"X", pick(1, 3)}},
                        {{"M", pick(1, 5)}, {"N", pick(1, 3)}},
                        pick(0, 1) == 1};
    const auto cascade = masked(where);
    const auto expected = enumerated(cascade, extents, tiling);
    if (expected.allowed == 0) continue;
    ++masks;
    const auto counted = count_tiles(cascade, tiling, resolve_shapes(cascade, extents.shapes()));
    ASSERT_EQ(text_of(counted.all), text_of(expected))
        << where << (tiling.dynamic ? ", dynamic" : "") << ", P=" << extents.p << " X=" << extents.x
        << " M=" << extents.m << " N=" << extents.n;
  }
}

TileReport tiles_of(const std::string& cascade, const Tiling& tiling, const Shapes& given) {
  const auto loaded = load_cascade(cascade_path(cascade));
  return count_tiles(loaded, tiling, shapes_for_tiles(loaded, tiling, given));
}

TEST(CountTiles, OfACausalMaskAreATriangle) {
  const auto tiles = tiles_of("attention_3pass_causal", {"", {{"P", 128}}, {{"M", 128}}},
                              {{"P", 65536}, {"M", 65536}});
  EXPECT_EQ(tiles.all.worst, 512);
  EXPECT_EQ(tiles.all.least, 1);
  EXPECT_EQ(tiles.all.total, 512 * 513 / 2);
  EXPECT_EQ(tiles.all.allowed, std::int64_t{65536} * 65537 / 2);
}

TEST(CountTiles, OfChunkedKeysAreTheSameTriangle) {
  const auto tiles =
      tiles_of("attention_1pass_causal", {"", {{"P", 128}}, {{"M1", 1}, {"M0", 128}}},
               {{"P", 4096}, {"M1", 32}, {"M0", 128}});
  EXPECT_EQ(tiles.all.worst, 32);
  EXPECT_EQ(tiles.all.total, 32 * 33 / 2);
}

TEST(CountTiles, OfAWindowAreThoseThatItOverlaps) {
  const Shapes shapes{{"P", 65536}, {"M", 65536}, {"W", 4096}};
  // Queries 128 i ... 128 i + 127 see the keys from 128 i - 4095: 32 tiles back and their own.
  EXPECT_EQ(tiles_of("sliding_window", {"", {{"P", 128}}, {{"M", 128}}}, shapes).all.worst, 33);
  auto longer = shapes;
  longer["W"] = 4097;  // still key 128 i - 4096, the first of its tile
  EXPECT_EQ(tiles_of("sliding_window", {"", {{"P", 128}}, {{"M", 128}}}, longer).all.worst, 33);
  longer["W"] = 4098;  // one key of one more tile
  EXPECT_EQ(tiles_of("sliding_window", {"", {{"P", 128}}, {{"M", 128}}}, longer).all.worst, 34);
  // From the first key on, 4095 + 128 keys.
  EXPECT_EQ(tiles_of("sliding_window", {"", {{"P", 128}}, {{"M", 128}}, true}, longer).all.worst,
            34);
}

TEST(CountTiles, OfSinksAreOneMore) {
  const auto tiles = tiles_of("streaming_llm", {"", {{"P", 128}}, {{"M", 128}}},
                              {{"P", 65536}, {"M", 65536}, {"S", 4}, {"W", 4096}});
  EXPECT_EQ(tiles.all.worst, 34);
}

TEST(CountTiles, OfStridedBlocksDifferByHead) {
  // 64 blocks of 64; of head h the own block and those with (block + h) % 8 == 0.
  const auto tiles = tiles_of("s2_attention", {"", {{"P", 64}, {"H", 1}}, {{"M", 64}}},
                              {{"P", 4096}, {"M", 4096}, {"H", 8}, {"W", 64}, {"L", 1}, {"S", 8}});
  EXPECT_EQ(tiles.all.query_tiles, 64 * 8);
  EXPECT_EQ(tiles.all.worst, 9);
  std::int64_t total = 0;
  for (int head = 0; head < 8; ++head) {
    for (int query = 0; query < 64; ++query) {
      for (int key = 0; key <= query; ++key) total += key == query || (key + head) % 8 == 0 ? 1 : 0;
    }
  }
  EXPECT_EQ(tiles.all.total, total);
}

TEST(CountTiles, OfIndependentAxesAreCountedApart) {
  const Tiling tiling{"", {{"Z", 4}, {"Y", 8}, {"X", 8}}, {{"L", 2}, {"J", 8}, {"I", 8}}};
  const auto tiles = tiles_of("gna_3d", tiling,
                              {{"Z", 30},
                               {"Y", 48},
                               {"X", 80},
                               {"WZ", 18},
                               {"WY", 24},
                               {"WX", 24},
                               {"SZ", 1},
                               {"SY", 1},
                               {"SX", 1}});
  ASSERT_EQ(tiles.groups.size(), 3U);
  EXPECT_EQ(tiles.groups[0].query_ranks, std::vector<std::string>{"Z"});
  EXPECT_EQ(tiles.groups[0].key_ranks, std::vector<std::string>{"L"});
  EXPECT_EQ(tiles.all.key_tiles, 15 * 6 * 10);
  EXPECT_EQ(tiles.all.allowed,
            std::int64_t{115200} * 18 * 24 * 24);  // windows are whole at the ends
}

TEST(CountTiles, AreTheSameWhicheverWayAWindowIsCounted) {
  // Stride = window: blocks. Tiles that divide it reach one block each: perfectly block sparse.
  const Tiling tiling{"", {{"P", 16}}, {{"M", 8}}};
  const auto tiles = tiles_of("natten", tiling, {{"P", 256}, {"W", 32}, {"S", 32}});
  EXPECT_EQ(tiles.all.worst, 4);
  EXPECT_EQ(tiles.all.total, tiles.all.query_tiles * 4);
  EXPECT_DOUBLE_EQ(tiles.all.speedup(), 1 / tiles.all.density());
}

std::string error_of_tiles(const std::string& cascade, const Tiling& tiling, const Shapes& given) {
  try {
    static_cast<void>(tiles_of(cascade, tiling, given));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(CountTiles, RefuseWhatTheyCannotMean) {
  const Shapes shapes{{"P", 64}, {"M", 64}};
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {}, {{"M", 8}}}, shapes),
              HasSubstr("tiles need a rank of queries and one of keys at least"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {{"P", 8}}, {{"N", 8}}}, shapes),
              HasSubstr("unknown rank 'N' (known: B, H, E, F, P, M)"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {{"P", 0}}, {{"M", 8}}}, shapes),
              HasSubstr("a tile of P has at least 1 coordinate, not 0"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {{"P", 8}, {"M", 8}}, {{"M", 8}}}, shapes),
              HasSubstr("rank M is one of queries or of keys, not both"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"AV", {{"P", 8}}, {{"M", 8}}}, shapes),
              HasSubstr("sliding_window.cascade:16:1: AV does not run along M"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"QQ", {{"P", 8}}, {{"M", 8}}}, shapes),
              HasSubstr("unknown Einsum 'QQ'"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {{"F", 8}}, {{"E", 8}}}, shapes),
              HasSubstr("none of its Einsums runs along all of E, F"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {{"P", 8}}, {{"M", 8}}}, {{"M", 64}}),
              HasSubstr("no shape is given for rank P"));
}

TEST(CountTiles, RefuseConditionsThatTheyCannotDecide) {
  const Shapes shapes{{"P", 64}, {"M", 64}, {"H", 2}};
  EXPECT_THAT(error_of_tiles("moa", {"", {{"P", 8}, {"H", 1}}, {{"M", 8}}}, shapes),
              HasSubstr("this condition depends on data, so that it says nothing about tiles"));
  EXPECT_THAT(error_of_tiles("s2_attention", {"", {{"P", 8}}, {{"M", 8}}}, shapes),
              HasSubstr("the condition names h, but there is no tile of H (of 1 if its coordinates "
                        "are taken one by one)"));
  EXPECT_THAT(error_of_tiles("sliding_window", {"", {{"P", 8}}, {{"M", 8}}},
                             {{"P", 64}, {"M", 64}, {"W", 0}}),
              HasSubstr("the condition holds nowhere at these shapes"));
  EXPECT_THAT(error_of_tiles("s2_attention", {"", {{"P", 8}, {"H", 1}}, {{"M", 8}}},
                             {{"P", 64}, {"M", 64}, {"H", 2}, {"W", 0}}),
              HasSubstr("divides by 0 at these shapes"));
}

TEST(CountTiles, WithoutAConditionAreAll) {
  const auto tiles =
      tiles_of("attention_3pass", {"", {{"P", 8}}, {{"M", 8}}}, {{"P", 64}, {"M", 60}});
  EXPECT_EQ(tiles.all.key_tiles, 8);  // the last is short
  EXPECT_EQ(tiles.all.worst, 8);
  EXPECT_EQ(tiles.all.least, 8);
  EXPECT_DOUBLE_EQ(tiles.all.density(), 1);
}

TEST(CountTiles, MayBeLongerThanTheirRank) {
  const auto tiles =
      tiles_of("sliding_window", {"", {{"P", 1000}}, {{"M", INT64_MAX}}}, {{"P", 64}, {"M", 64}});
  EXPECT_EQ(tiles.all.query_tiles * tiles.all.key_tiles, 1);
  EXPECT_EQ(tiles.all.worst, 1);
}

TEST(CountTiles, MakeAWholeAsMuchFasterAsTheirShareAllows) {
  EXPECT_DOUBLE_EQ(end_to_end_speedup(4, 1), 4);
  EXPECT_DOUBLE_EQ(end_to_end_speedup(4, 0), 1);
  EXPECT_DOUBLE_EQ(end_to_end_speedup(4, 0.5), 1.6);
}

}  // namespace
}  // namespace attnsim::einsum
