// What loop nests move, counted a second time by going through their iterations.
#include <algorithm>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "arch/reader.h"
#include "einsum/einsum.h"
#include "mappings/lower.h"
#include "mappings/reader.h"
#include "sim/recurrence_executor.h"
#include "sim/result.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

using Shapes = std::map<std::string, std::int64_t>;

const char* const machine = R"(<architecture name="small" clock="1 GHz" word="8 b">
  <memory name="dram" class="DRAM" bandwidth="4 GB/s" width="8 b" read="1 pJ" write="1 pJ"/>
  <memory name="buffer" class="SRAM" capacity="64 KiB" width="8 b" read="1 pJ" write="1 pJ"/>
  <array name="pe" rows="1" columns="8">
    <memory name="registers" class="RF" entries="64" width="8 b" read="1 pJ" write="1 pJ"/>
    <op name="mac" cycles="1" energy="1 pJ"/>
    <op name="mul" cycles="1" energy="1 pJ"/>
    <op name="add" cycles="1" energy="1 pJ"/>
  </array>
</architecture>)";

/// A sum along a window of X, for K filters.
const char* const convolution = R"(cascade convolution
rank K R P I
input W[k,r] X[i]
output Z[k,p]
Z[k,p] = sum[r] W[k,r] * X[2*p+r]
)";

const char* const product = R"(cascade product
rank C K P
input W[c,k] X[c,p]
output Z[k,p]
Z[k,p] = sum[c] W[c,k] * X[c,p]
)";

struct Run {
  std::map<std::string, std::int64_t> bytes;  ///< by "memory what tensor"
  std::int64_t cycles = 0;
};

arch::Architecture small_machine() {
  return arch::read_architecture(XmlElement::parse(machine, "small.xml", "architecture"));
}

mappings::Lowered lower(const std::string& cascade, const std::string& body, const Shapes& shapes) {
  const auto mapping = mappings::read_mapping(XmlElement::parse(
      "<mapping name=\"m\" cascade=\"c\">" + body + "</mapping>", "m.xml", "mapping"));
  return mappings::lower(einsum::parse_cascade(cascade, "c"), small_machine(), mapping, shapes);
}

Run run(const std::string& cascade, const std::string& body, const Shapes& shapes) {
  const auto lowered = lower(cascade, body, shapes);
  const auto execution = execute_systemc(lowered.schedule, {});
  EXPECT_EQ(execution.cycles, execute_recurrence(lowered.schedule, {}).cycles);
  EXPECT_EQ(execution.cycles, execute_systemc(lowered.schedule, {.steady_state = false}).cycles);
  const auto result = summarize(small_machine(), lowered, execution);
  Run run;
  run.cycles = result.cycles;
  EXPECT_LE(result.bound_cycles, result.cycles);
  for (const auto& action : result.actions) {
    run.bytes[action.component + " " + action.what + " " + action.tensor] += action.count;
  }
  return run;
}

struct Loop {
  std::string rank;
  std::int64_t tile = 1;
};

/// The tiles that the iterations of `loops` bring, one after another; a tile that stays is brought
/// once. A tile is told by the positions of the loops over `walking`.
std::int64_t tiles_brought(const std::vector<Loop>& loops, const Shapes& shapes,
                           const std::string& walking) {
  std::vector<std::int64_t> trips;
  Shapes rest = shapes;
  std::int64_t iterations = 1;
  for (const auto& loop : loops) {
    trips.push_back(rest.at(loop.rank) / loop.tile);
    rest.at(loop.rank) = loop.tile;
    iterations *= trips.back();
  }
  std::vector<std::int64_t> before;
  std::int64_t brought = 0;
  for (std::int64_t at = 0; at < iterations; ++at) {
    std::vector<std::int64_t> here;
    auto left = at;
    for (std::size_t i = loops.size(); i-- > 0;) {
      if (walking.find(loops[i].rank) != std::string::npos) here.push_back(left % trips[i]);
      left /= trips[i];
    }
    if (at == 0 || here != before) ++brought;
    before = here;
  }
  return brought;
}

std::string opened(const std::vector<Loop>& loops) {
  std::string text;
  for (const auto& loop : loops) {
    text += fmt::format("<for rank=\"{}\" tile=\"{}\">", loop.rank, loop.tile);
  }
  return text;
}

std::string closed(std::size_t loops) {
  std::string text;
  for (std::size_t i = 0; i < loops; ++i) text += "</for>";
  return text;
}

TEST(NestLaw, AWindowIsBroughtWheneverItMovesAndAtOnce) {
  const Shapes shapes{{"K", 4}, {"R", 4}, {"P", 6}, {"I", 14}};
  std::vector<Loop> loops{{"K", 2}, {"P", 3}, {"R", 2}};
  const auto by_rank = [](const Loop& a, const Loop& b) { return a.rank < b.rank; };
  do {
    const auto body = "<keep tensor=\"Z\" at=\"buffer\"/>" + opened(loops) +
                      "<keep tensor=\"W X\" at=\"buffer\"/><for rank=\"P\"><for rank=\"R\">" +
                      "<einsum name=\"Z\" on=\"pe\"/>" + closed(5);
    const auto moved = run(convolution, body, shapes);
    const auto order = loops[0].rank + loops[1].rank + loops[2].rank;

    // A tile of X is 2 * (3 - 1) + (2 - 1) + 1 words, one of W 2 x 2.
    EXPECT_EQ(moved.bytes.at("dram read X"), 6 * tiles_brought(loops, shapes, "PR")) << order;
    EXPECT_EQ(moved.bytes.at("buffer write X"), moved.bytes.at("dram read X")) << order;
    EXPECT_EQ(moved.bytes.at("dram read W"), 4 * tiles_brought(loops, shapes, "KR")) << order;
    EXPECT_EQ(moved.bytes.at("dram write Z"), 4 * 6) << order;
    EXPECT_EQ(moved.bytes.at("buffer read X"), 6 * 4 * 2) << order;  // a word for two of K
  } while (std::next_permutation(loops.begin(), loops.end(), by_rank));
}

TEST(NestLaw, TheTileOfAWindowNeedsItsWholeRoom) {
  const Shapes shapes{{"K", 1}, {"R", 4}, {"P", 6}, {"I", 14}};
  const auto lowered = lower(convolution,
                             "<keep tensor=\"X\" at=\"buffer\"/><for rank=\"P\">"
                             "<einsum name=\"Z\" on=\"pe\"/></for>",
                             shapes);

  EXPECT_EQ(lowered.footprint.front().bytes, 2 * 5 + 3 + 1);
}

// The sums of a tile stay in the PE while only the summed rank goes on; when others come in
// between, they go to the buffer and come back.
TEST(NestLaw, SplitSumsGoToTheBufferAndComeBack) {
  for (const std::int64_t outer : {1, 2, 4}) {
    const Shapes shapes{{"C", 8}, {"K", 6}, {"P", 5}};
    const auto body = fmt::format(
        "<keep tensor=\"W X Z\" at=\"buffer\"/><for rank=\"C\" tile=\"{}\"><for rank=\"K\">"
        "<keep tensor=\"Z\" at=\"registers\"/><for rank=\"C\">"
        "<spatial rank=\"P\" along=\"columns\"><einsum name=\"Z\" on=\"pe\"/></spatial>"
        "</for></for></for>",
        8 / outer);
    const auto moved = run(product, body, shapes);

    EXPECT_EQ(moved.bytes.at("buffer write Z"), outer * 6 * 5) << outer;
    // Read back for every round but the first, and once more to go off chip.
    EXPECT_EQ(moved.bytes.at("buffer read Z"), (outer - 1) * 6 * 5 + 6 * 5) << outer;
    EXPECT_EQ(moved.bytes.at("dram write Z"), 6 * 5) << outer;
    EXPECT_EQ(moved.bytes.at("dram read X"), 8 * 5) << outer;
  }
}

/// How often the iterations of `loops` turn to another tile of Z, of how many tiles, and how many
/// of them one iteration of the first loop over C turns to.
struct Visits {
  std::int64_t turns = 0;
  std::int64_t tiles = 1;
  std::int64_t in_a_round = 1;
};

Visits visits(const std::vector<Loop>& loops, const Shapes& shapes) {
  Visits visits{tiles_brought(loops, shapes, "KP")};
  Shapes rest = shapes;
  bool in_round = false;
  for (const auto& loop : loops) {
    const auto trip = rest.at(loop.rank) / loop.tile;
    rest.at(loop.rank) = loop.tile;
    in_round = in_round || loop.rank == "C";
    if (loop.rank == "C") continue;
    visits.tiles *= trip;
    if (in_round) visits.in_a_round *= trip;
  }
  return visits;
}

// Where nothing on chip holds the sums of a whole round, they are written off chip each time that
// others are turned to, and read again each time but the first.
TEST(NestLaw, SplitSumsGoOffChipAndComeBack) {
  const Shapes shapes{{"C", 12}, {"K", 4}, {"P", 6}};
  std::vector<Loop> loops{{"C", 4}, {"C", 2}, {"K", 2}, {"P", 3}};
  const auto before = [](const Loop& a, const Loop& b) {
    return std::tie(a.rank, b.tile) < std::tie(b.rank, a.tile);  // the coarser loop over C first
  };
  std::sort(loops.begin(), loops.end(), before);
  int split = 0;
  do {
    if (std::find_if(loops.begin(), loops.end(), [](const Loop& loop) {
          return loop.rank == "C";
        })->tile != 4) {
      continue;
    }
    for (const int buffers : {1, 2, 3}) {
      const auto body = "<keep tensor=\"W X\" at=\"buffer\"/>" + opened(loops) +
                        fmt::format("<keep tensor=\"Z\" at=\"buffer\" buffers=\"{}\"/>", buffers) +
                        "<for rank=\"P\"><spatial rank=\"K\" along=\"columns\">"
                        "<einsum name=\"Z\" on=\"pe\"/></spatial>" +
                        closed(5);
      const auto moved = run(product, body, shapes);
      auto [turns, tiles, in_a_round] = visits(loops, shapes);
      if (buffers >= in_a_round) turns = tiles;  // all stay until they are complete
      std::string order = std::to_string(buffers);
      for (const auto& loop : loops) order += " " + loop.rank + std::to_string(loop.tile);
      const auto back = moved.bytes.find("dram read Z");

      EXPECT_EQ(moved.bytes.at("dram write Z"), 2 * 3 * turns) << order;
      EXPECT_EQ(back == moved.bytes.end() ? 0 : back->second, 2 * 3 * (turns - tiles)) << order;
      EXPECT_EQ(moved.bytes.at("dram read X"), 12 * 6) << order;
      split += turns > tiles ? 1 : 0;
    }
  } while (std::next_permutation(loops.begin(), loops.end(), before));
  EXPECT_GT(split, 12);
}

TEST(NestLaw, TheDrawingSaysInWhichRoundsSumsComeBack) {
  const auto lowered =
      lower(product,
            "<for rank=\"C\" tile=\"4\"><for rank=\"K\">"
            "<keep tensor=\"Z\" at=\"buffer\"/><einsum name=\"Z\" on=\"pe\"/></for></for>",
            {{"C", 8}, {"K", 2}, {"P", 3}});

  EXPECT_THAT(lowered.drawing, testing::Contains(testing::HasSubstr(
                                   "load Z: 3 B, 0.75 cycles, only in all but the first C")));
  // The sums of one tile are in use while those of the next come back.
  EXPECT_EQ(lowered.footprint.front().bytes, 2 * 3);
}

}  // namespace
}  // namespace attnsim::sim
