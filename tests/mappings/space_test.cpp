#include "mappings/space.h"

#include <gmock/gmock.h>
#include <limits>
#include <set>

#include "base/error.h"
#include "base/xml.h"
#include "mappings/lower.h"
#include "mappings/shipped.h"
#include "mappings/space_bound.h"
#include "mappings/space_keeps.h"
#include "mappings/space_loops.h"
#include "mappings/space_text.h"
#include "mappings/writer.h"

namespace attnsim::mappings {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Shapes small_bert{{"B", 1}, {"H", 2}, {"E", 64}, {"F", 64}, {"P", 512}, {"M", 512}};

/// A cascade and a machine, for as long as a space of them.
struct SmallBert {
  einsum::Cascade cascade;
  arch::Architecture architecture;
  MappingSpace space;

  SmallBert(const std::string& cascade_name, const std::string& arch, const SpaceLimits& limits)
      : cascade(shipped_cascade(cascade_name)),
        architecture(shipped_architecture(arch)),
        space(space_of(cascade, architecture, small_bert, limits)) {}

  [[nodiscard]] std::size_t einsum(const std::string& name) const {
    std::size_t i = 0;
    while (space.roles.einsums[i].name != name) ++i;
    return i;
  }
  [[nodiscard]] std::set<std::string> names(RankSet set) const {
    std::set<std::string> found;
    for (std::size_t i = 0; i < space.roles.ranks.size(); ++i) {
      if (has(set, i)) found.insert(space.roles.ranks[i].name);
    }
    return found;
  }
  [[nodiscard]] RankSet loopable_by(const std::vector<std::string>& einsums) const {
    std::vector<std::size_t> ids;
    for (const auto& name : einsums) ids.push_back(einsum(name));
    return loopable(space.roles, ids);
  }
};

using Names = std::set<std::string>;

TEST(Space, BatchRanksAreThoseOfEveryTensor) {
  const SmallBert problem("attention_1pass", "fusemax", {0, 0, 0});
  Names batch;
  Names steps;
  for (const auto& rank : problem.space.roles.ranks) {
    if (rank.batch) batch.insert(rank.name);
    if (rank.step) steps.insert(rank.name);
  }
  EXPECT_EQ(batch, (Names{"B", "H"}));
  EXPECT_EQ(steps, Names{"M1"});
}

TEST(Space, AGroupLoopsOverWhatNoneOfItWaitsFor) {
  const SmallBert problem("attention_3pass", "flat", {0, 0, 0});
  EXPECT_EQ(problem.names(problem.loopable_by({"QK", "GM", "SN", "SD", "A", "AV"})), Names{"P"});
  EXPECT_EQ(problem.names(problem.loopable_by({"QK", "GM"})), (Names{"M", "P"}));
  EXPECT_EQ(problem.names(problem.loopable_by({"QK"})), (Names{"E", "M", "P"}));
  EXPECT_EQ(problem.names(problem.loopable_by({"GM", "SN"})), Names{"P"});
}

TEST(Space, ARecurrenceIsLoopedOverByAllInIt) {
  const SmallBert problem("attention_1pass", "fusemax", {0, 0, 0});
  std::vector<std::string> all;
  for (const auto& einsum : problem.space.roles.einsums) all.push_back(einsum.name);
  EXPECT_EQ(problem.names(problem.loopable_by(all)), (Names{"M1", "P"}));
}

TEST(Space, CutsLeaveRecurrencesWhole) {
  const SmallBert problem("attention_1pass", "fusemax", {0, 1, 0});
  const auto sn = problem.einsum("SPNV");
  const auto sd = problem.einsum("SPD");
  for (const auto& fusion : problem.space.fusions) {
    EXPECT_FALSE(fusion[sn]) << "between SPNV and RNV";
    EXPECT_FALSE(fusion[sd]) << "between SPD and RD";
    EXPECT_FALSE(fusion.back());
  }
  EXPECT_EQ(problem.space.fusions.front(), Fusion(12, false));
}

TEST(Space, ThreePassesCutAtOnePlaceNowhereOrEverywhere) {
  const SmallBert problem("attention_3pass", "flat", {0, 1, 0});
  EXPECT_EQ(problem.space.fusions.size(), 7U);
  const SmallBert two("attention_3pass", "flat", {0, 2, 0});
  EXPECT_EQ(two.space.fusions.size(), 1U + 5U + 10U + 1U);
}

TEST(Space, BindingsMoveAtMostSoMany) {
  // On FLAT's machine the 2D array has mac, mul and add: QK, SD and AV have a choice.
  for (const auto& [moves, count] : {std::pair{0, 1U}, {1, 4U}, {2, 7U}, {3, 8U}}) {
    const SmallBert problem("attention_3pass", "flat", {0, 0, moves});
    const auto bindings = problem.space.bindings(problem.space.outlines.front());
    EXPECT_EQ(bindings.size(), count);
    EXPECT_EQ(std::set<std::vector<std::size_t>>(bindings.begin(), bindings.end()).size(), count);
    EXPECT_EQ(problem.space.of_outline(),
              static_cast<std::int64_t>(count * problem.space.details(bindings.front()).size()));
  }
}

TEST(Space, MappingsAreReadBackFromTheirText) {
  const SmallBert problem("attention_1pass", "fusemax", {0, 0, 0});
  const auto& space = problem.space;
  for (std::size_t i = 0; i < space.outlines.size(); i += 97) {
    const auto& outline = space.outlines[i];
    for (const auto& details : space.details(space.bindings(outline).front())) {
      const auto text = to_xml(space.mapping(outline, details));
      EXPECT_EQ(to_xml(read_mapping(XmlElement::parse(text, "made.xml", "mapping"))), text);
    }
  }
}

TEST(Space, HasNoMappingTwice) {
  const SmallBert problem("attention_3pass", "flat", {0, 0, 0});
  const auto& space = problem.space;
  std::set<std::string> texts;
  for (const auto& outline : space.outlines) {
    const auto details = space.details(space.bindings(outline).front());
    texts.insert(to_xml(space.mapping(outline, details.front())));
  }
  EXPECT_GE(texts.size() * 10, space.outlines.size() * 9);
}

TEST(Space, TilesAreHalvedUntilSomethingFits) {
  const auto cascade = shipped_cascade("attention_3pass");
  auto architecture = shipped_architecture("flat");
  const auto smallest = [&](Shapes shapes) {
    const auto space = space_of(cascade, architecture, shapes, {0, 0, 0});
    auto least = std::numeric_limits<std::int64_t>::max();
    for (const auto& outline : space.outlines) {
      for (std::size_t rank = 0; rank < space.roles.ranks.size(); ++rank) {
        if (space.roles.ranks[rank].name == "P") least = std::min(least, outline.tiles[rank]);
      }
    }
    return least;
  };
  auto shapes = small_bert;
  EXPECT_EQ(smallest(shapes), 256);
  shapes["M"] = 65536;  // 64 rows of scores and as many of numerators are 16 MiB, without the keys
  EXPECT_EQ(smallest(shapes), 32);
}

TEST(Space, BlocksAreAlsoWhatDividesTheTiles) {
  const auto cascade = shipped_cascade("attention_1pass");
  const auto architecture = shipped_architecture("fusemax");
  auto shapes = small_bert;
  shapes["P"] = 3072;
  std::set<std::int64_t> blocks;
  const auto space = space_of(cascade, architecture, shapes, {0, 0, 0});
  for (const auto& outline : space.outlines) {
    if (outline.blocked && space.roles.ranks[*outline.blocked].name == "P") {
      blocks.insert(outline.block / 256);
    }
  }
  EXPECT_EQ(blocks, (std::set<std::int64_t>{2, 3, 4, 6, 8}));
}

TEST(Space, TheUnitsBuffersHoldWhatIsCarriedWhereThereAreSuch) {
  const SmallBert with("attention_1pass", "fusemax", {0, 0, 0});
  const SmallBert without("attention_1pass", "flat", {0, 0, 0});
  EXPECT_THAT(with.space.waitings, Contains(Waiting::units));
  EXPECT_THAT(without.space.waitings, Not(Contains(Waiting::units)));
}

TEST(Space, NothingIsTooLargeThatCanBeLowered) {
  const SmallBert problem("attention_3pass", "flat", {1, 0, 0});
  const auto& space = problem.space;
  for (std::size_t i = 0; i < space.outlines.size(); i += 97) {
    const auto& outline = space.outlines[i];
    const OutlineFit fit(space.roles, outline, space.fusions[outline.fusion]);
    for (const auto& details : space.details(space.bindings(outline).front())) {
      if (fit.may_fit(details)) continue;
      EXPECT_THROW(static_cast<void>(lower(problem.cascade, problem.architecture,
                                           space.mapping(outline, details), small_bert)),
                   std::exception);
    }
  }
}

TEST(Space, SaysWhatItIs) {
  const SmallBert problem("attention_3pass", "flat", {0, 1, 0});
  const auto lines = statement_of(problem.space);
  EXPECT_THAT(lines, ElementsAre(HasSubstr("7 ways to cut 6 Einsums into fused groups"),
                                 HasSubstr(std::to_string(problem.space.outlines.size())),
                                 HasSubstr("40 mappings of each")));
}

TEST(Space, RejectsAnEinsumThatNoUnitCanRun) {
  const auto cascade = shipped_cascade("attention_3pass");
  auto architecture = shipped_architecture("flat");
  for (auto& component : architecture.components) {
    if (auto* vector = std::get_if<arch::VectorSpec>(&component)) vector->operations.erase("exp");
  }
  try {
    static_cast<void>(space_of(cascade, architecture, small_bert, {}));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no unit can run it"));
    EXPECT_THAT(error.what(), HasSubstr("has no operation 'exp', which Einsum 'SN' needs"));
  }
}

}  // namespace
}  // namespace attnsim::mappings
