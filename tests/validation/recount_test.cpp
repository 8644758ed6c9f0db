#include "validation/recount.h"

#include <gtest/gtest.h>
#include <string>

#include "base/complaint.h"

namespace attnsim::validation {
namespace {

constexpr std::uint64_t two_to_the_40 = std::uint64_t{1} << 40U;

arch::MemorySpec memory(const std::string& name, double read, double write) {
  arch::MemorySpec spec;
  spec.name = name;
  spec.width = Bits(16);  // a word of the machine: one access each
  spec.read_energy = Picojoules(read);
  spec.write_energy = Picojoules(write);
  return spec;
}

/// A buffer (1 pJ to read a word, 100 pJ to write one), off-chip memory that is free, and an array
/// of 8 PEs (mac: 10 pJ) with registers of 1 pJ.
arch::Architecture machine() {
  arch::Architecture architecture;
  architecture.name = "toy";
  architecture.components.emplace_back(memory("dram", 0, 0));
  architecture.components.emplace_back(memory("buffer", 1, 100));
  arch::ArraySpec array;
  array.name = "array";
  array.operations["mac"].energy = Picojoules(10);
  architecture.components.emplace_back(array);
  auto registers = memory("registers", 1, 1);
  registers.instances = 8;
  architecture.components.emplace_back(registers);
  return architecture;
}

mappings::Action words(const std::string& where, const std::string& what, const std::string& tensor,
                       std::int64_t count) {
  return {where, what, tensor, 2 * count};
}

double energy(const std::vector<mappings::Action>& actions, const RecountKind& kind) {
  sim::SimResult result;
  result.actions = actions;
  const RecountRules rules = {{"rule", "why", {{kind, {}, {"r.xml", 3, 5}}}}};
  return recounted_energy(machine(), result, rules);
}

TEST(Recount, CountsOneOfAMemorysInstances) {
  const std::vector<mappings::Action> actions = {words("registers", "read", "A", 80),
                                                 words("registers", "write", "A", 16),
                                                 words("buffer", "read", "A", 5)};
  EXPECT_DOUBLE_EQ(energy(actions, OneInstance{"registers"}), 10 + 2 + 5);
}

TEST(Recount, ScalesActions) {
  const std::vector<mappings::Action> actions = {{"array", "mac", "A", 3},
                                                 words("buffer", "read", "A", 8),
                                                 words("buffer", "read", "B", 20),
                                                 words("buffer", "write", "A", 1)};
  EXPECT_DOUBLE_EQ(energy(actions, Scaled{"array", "", {}, 0}), 8 + 20 + 100);
  EXPECT_DOUBLE_EQ(energy(actions, Scaled{"buffer", "read", {}, 0.5}), 30 + 14 + 100);
  EXPECT_DOUBLE_EQ(energy(actions, Scaled{"buffer", "", {"A"}, 0.25}), 30 + 2 + 20 + 25);
}

TEST(Recount, LeavesOutWhatPassesAMemory) {
  const std::vector<mappings::Action> actions = {
      words("buffer", "read", "A", 8), words("buffer", "write", "A", 8),
      words("buffer", "read", "B", 9), words("buffer", "write", "B", 8)};
  EXPECT_DOUBLE_EQ(energy(actions, PassedBy{"buffer", {"A", "B"}}), 9 + 800);
}

TEST(Recount, LeavesOutTheReadsOfWhatMovesOn) {
  const std::vector<mappings::Action> actions = {words("buffer", "read", "A", 8),
                                                 words("buffer", "write", "A", 5),
                                                 words("dram", "write", "A", 5)};
  EXPECT_DOUBLE_EQ(energy(actions, Drained{"buffer", "dram", {"A"}}), 3 + 500);
}

double extra_reads(std::int64_t written, std::uint64_t tile) {
  const WrappedElision elision{"buffer", "A", tile, {}};
  return energy({words("buffer", "write", "A", written)}, elision) -
         100 * static_cast<double>(written);
}

TEST(Recount, ElidesFirstReadsUntilTheProductWraps) {
  EXPECT_EQ(extra_reads((1 << 24) - 1, two_to_the_40), 0);
  EXPECT_EQ(extra_reads(1 << 24, two_to_the_40), 1 << 24);  // the product is 0
  EXPECT_EQ(extra_reads((1 << 24) + 5, two_to_the_40), 1 << 24);
  EXPECT_EQ(extra_reads(3 << 23, two_to_the_40), 1 << 24);  // 1.5 x 2^64: half of it is left
}

TEST(Recount, DoesNotDependOnTheOrderOfItsRules) {
  sim::SimResult result;
  result.actions = {words("buffer", "write", "A", 1 << 24), words("buffer", "read", "A", 1 << 24)};
  const RecountRule half = {"half", "", {{Scaled{"buffer", "", {"A"}, 0.5}, {}, {}}}};
  const RecountRule wrap = {
      "wrap", "", {{WrappedElision{"buffer", "A", two_to_the_40, {}}, {}, {}}}};
  const auto energy = recounted_energy(machine(), result, {half, wrap});
  EXPECT_DOUBLE_EQ(energy, 51.5 * (1 << 24));
  EXPECT_DOUBLE_EQ(recounted_energy(machine(), result, {wrap, half}), energy);
}

TEST(Recount, CanGiveUpARule) {
  const RecountRules rules = {{"a", "", {}}, {"b", "", {}}, {"a", "", {}}};
  const auto rest = without(rules, "a");
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest.front().name, "b");
}

RecountRules elisions(const std::vector<std::string>& ranks,
                      const std::vector<std::int64_t>& lengths) {
  return {{"wrap", "", {{WrappedElision{"buffer", "A", 256, ranks}, lengths, {"r.xml", 3, 5}}}}};
}

TEST(RecountRules, AreForTheirLengths) {
  const auto rules = elisions({}, {1024, 4096});
  EXPECT_EQ(rules_for(rules, 1024, {}).front().changes.size(), 1U);
  EXPECT_EQ(rules_for(rules, 2048, {}).front().changes.size(), 0U);
  EXPECT_EQ(rules_for(elisions({}, {}), 2048, {}).front().changes.size(), 1U);
}

TEST(RecountRules, TakeTilesFromTheShapes) {
  const auto rules = rules_for(elisions({"M", "F"}, {}), 1024, {{"M", 1024}, {"F", 64}});
  const auto& tile = std::get<WrappedElision>(rules.front().changes.front().kind);
  EXPECT_EQ(tile.tile, 256U * 1024 * 64);
  EXPECT_TRUE(tile.tile_ranks.empty());
}

TEST(RecountRules, RefuseTilesThatHaveNoSize) {
  EXPECT_EQ(complaint([] {
              return rules_for(elisions({"X"}, {}), 1024, {{"M", 4}});
            }),
            "r.xml:3:5: the tile names a rank 'X' that has no shape");
  const workloads::Shapes shapes = {{"M", std::int64_t{1} << 56U}};
  EXPECT_EQ(complaint([&] { return rules_for(elisions({"M"}, {}), 1024, shapes); }),
            "r.xml:3:5: the tile has more words than 64 bits count");
}

TEST(Recount, RefusesWhatTheRunDoesNotHave) {
  const std::vector<mappings::Action> actions = {words("buffer", "read", "QK", 8)};
  EXPECT_EQ(complaint([&] { return energy(actions, OneInstance{"bufer"}); }),
            "r.xml:3:5: no memory is called 'bufer' in toy, did you mean 'buffer'? (known: dram, "
            "buffer, registers)");
  EXPECT_EQ(complaint([&] {
              return energy(actions, Scaled{"arry", "", {}, 0});
            }),
            "r.xml:3:5: no component is called 'arry' in toy, did you mean 'array'? (known: dram, "
            "buffer, array, registers)");
  EXPECT_EQ(complaint([&] {
              return energy(actions, PassedBy{"buffer", {"QL"}});
            }),
            "r.xml:3:5: no action is for a tensor 'QL', did you mean 'QK'? (known: QK)");
}

}  // namespace
}  // namespace attnsim::validation
