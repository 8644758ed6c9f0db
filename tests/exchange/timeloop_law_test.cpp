// What the mappings of Timeloop move off chip, counted a second time from the file's own loops.
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <random>
#include <set>

#include "sim/recurrence_executor.h"
#include "sim/result.h"
#include "sources.h"

namespace attnsim::exchange {
namespace {

const char* const problem = R"(problem:
  shape:
    name: conv
    dimensions: [C, K, R, P]
    data_spaces:
    - {name: Weights, projection: [[[C]], [[K]], [[R]]]}
    - {name: Inputs, projection: [[[C]], [[R], [P]]]}
    - {name: Outputs, projection: [[[K]], [[P]]], read_write: True}
  instance: {C: 12, K: 6, R: 3, P: 8}
)";
const Shapes sizes{{"C", 12}, {"K", 6}, {"P", 8}, {"R", 3}};

const char* const machine = R"(architecture:
  nodes:
  - !Component {name: dram, class: DRAM, attributes: {width: 8, datawidth: 8}}
  - !Component {name: glb, class: SRAM, attributes: {width: 8, depth: 65536, datawidth: 8}}
  - !Component {name: reg, class: regfile, attributes: {width: 8, depth: 65536, datawidth: 8}}
  - !Component {name: mac, class: intmac}
)";

struct Loop {
  std::string rank;
  std::int64_t count = 1;
};

/// A random mapping, and the loops of its outermost memory from the outside in.
struct Draw {
  std::string text = "mapping:\n";
  std::vector<Loop> outermost;
};

Draw draw(std::mt19937& random) {
  std::map<std::string, std::vector<std::int64_t>> factors;
  for (const auto& [rank, size] : sizes) {
    factors[rank] = {1, 1, 1};
    auto rest = size;
    for (const std::int64_t prime : {2, 3}) {
      for (; rest % prime == 0; rest /= prime) factors[rank][random() % 3] *= prime;
    }
  }
  Draw drawn;
  std::vector<std::string> order{"C", "K", "P", "R"};
  const std::vector<std::string> levels{"dram", "glb", "reg"};
  for (std::size_t level = 0; level < levels.size(); ++level) {
    std::shuffle(order.begin(), order.end(), random);
    std::string texts;
    std::string permutation;
    for (const auto& rank : order) {
      texts += fmt::format(" {}={}", rank, factors[rank][level]);
      permutation.insert(0, rank);  // there from the inside out
      if (level == 0) drawn.outermost.push_back({rank, factors[rank][level]});
    }
    drawn.text += fmt::format("  - {{target: {}, type: temporal, factors:{}, permutation: {}}}\n",
                              levels[level], texts, permutation);
  }
  return drawn;
}

struct Moved {
  std::int64_t brought = 0;  ///< words, each time that the loops turn to another tile
  std::int64_t again = 0;    ///< of them, of tiles that were there before
};

/// @param ranks  whose loops turn to another tile of `words`
Moved moved(const std::vector<Loop>& loops, const std::string& ranks, std::int64_t words) {
  std::int64_t iterations = 1;
  for (const auto& loop : loops) iterations *= loop.count;
  std::set<std::vector<std::int64_t>> seen;
  std::vector<std::int64_t> before;
  Moved moved;
  for (std::int64_t at = 0; at < iterations; ++at) {
    std::vector<std::int64_t> here;
    auto left = at;
    for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) {
      if (ranks.find(loop->rank) != std::string::npos) here.push_back(left % loop->count);
      left /= loop->count;
    }
    if (at > 0 && here == before) continue;
    moved.brought += words;
    if (!seen.insert(here).second) moved.again += words;
    before = here;
  }
  return moved;
}

TEST(TimeloopLaw, OffChipTrafficIsThatOfTheFilesOwnLoops) {
  std::mt19937 random(1);
  int refills = 0;
  for (int i = 0; i < 60; ++i) {
    const auto drawn = draw(random);
    const auto imported =
        import_timeloop({{problem, "p.yaml"}, {machine, "a.yaml"}, {drawn.text, "m.yaml"}});
    const auto lowered = mappings::lower(*imported.cascade, *imported.architecture,
                                         *imported.mapping, imported.shapes);
    const auto result = sim::summarize(*imported.architecture, lowered,
                                       sim::execute_recurrence(lowered.schedule, {}));
    std::map<std::string, std::int64_t> bytes;
    for (const auto& action : result.actions) {
      if (action.component == "dram") bytes[action.what + " " + action.tensor] += action.count;
    }
    auto tile = sizes;
    for (const auto& loop : drawn.outermost) tile[loop.rank] /= loop.count;
    const auto weights = moved(drawn.outermost, "CKR", tile["C"] * tile["K"] * tile["R"]);
    const auto inputs = moved(drawn.outermost, "CPR", tile["C"] * (tile["P"] + tile["R"] - 1));
    const auto outputs = moved(drawn.outermost, "KP", tile["K"] * tile["P"]);

    EXPECT_EQ(bytes["read Weights"], weights.brought) << drawn.text;
    EXPECT_EQ(bytes["read Inputs"], inputs.brought) << drawn.text;
    EXPECT_EQ(bytes["write Outputs"], outputs.brought) << drawn.text;
    EXPECT_EQ(bytes["read Outputs"], outputs.again) << drawn.text;
    refills += outputs.again > 0 ? 1 : 0;
  }
  EXPECT_GT(refills, 10);
}

}  // namespace
}  // namespace attnsim::exchange
