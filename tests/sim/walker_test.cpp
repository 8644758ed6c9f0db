#include "sim/walker.h"

#include <gmock/gmock.h>

#include "sim/schedule_parts.h"

namespace attnsim::sim {
namespace {

using namespace parts;
using testing::ElementsAre;
using testing::HasSubstr;

/// Names of the operations in the order of the walk, each followed by its shape if it has several.
std::vector<std::string> walk(const UnitProgram& unit) {
  const auto program = flatten(unit);
  std::vector<std::string> names;
  for (Walker walker(program); !walker.done(); walker.advance()) {
    const auto& op = unit.ops[walker.op().id];
    const auto shape = walker.variant() - walker.op().variants;
    names.push_back(op.name + (op.ragged.empty() ? "" : std::to_string(shape)));
  }
  return names;
}

TileOp guarded(std::string name, Guard when) {
  auto result = op(std::move(name), 1);
  result.when = std::move(when);
  return result;
}

TEST(Walker, OfAnEmptyProgramIsDone) { EXPECT_THAT(walk(unit("u")), ElementsAre()); }

TEST(Walker, RunsNodesOneAfterAnotherAndANestWithoutLoopsOnce) {
  auto u = unit("u");
  const auto a = u.ops.push_back(op("a", 1));
  const auto b = u.ops.push_back(op("b", 1));
  u.body = {a, nest({}, {b, a}), nest({loop(2)}, {b})};

  EXPECT_THAT(walk(u), ElementsAre("a", "b", "a", "b", "b"));
}

TEST(Walker, KeepsGuardsOfOuterAndInnerLoops) {
  auto u = unit("u");
  const auto begin = u.ops.push_back(guarded("begin", {first(1)}));
  const auto rest = u.ops.push_back(guarded("rest", {not_first(1), not_last(1)}));
  const auto end = u.ops.push_back(guarded("end", {last(0), last(1)}));
  u.body = {nest({loop(2), loop(3)}, {begin, rest, end})};

  EXPECT_THAT(walk(u), ElementsAre("begin", "rest", "begin", "rest", "end"));
}

TEST(Walker, LetsStagesRunBehindAcrossTheOuterLoop) {
  auto u = unit("u");
  const auto a = u.ops.push_back(op("a", 1));
  const auto b = u.ops.push_back(guarded("b", {last(1)}));
  Nest pipeline{{loop(2), loop(2)}, {Stage{0, {a}}, Stage{1, {b}}}};
  u.body = {pipeline};

  EXPECT_THAT(walk(u), ElementsAre("a", "a", "a", "b", "a", "b"));
}

TEST(Walker, SeesOnlyDifferencesOfLags) {
  auto u = unit("u");
  const auto a = u.ops.push_back(op("a", 1));
  const auto b = u.ops.push_back(op("b", 1));
  u.body = {Nest{{loop(3)}, {Stage{7, {a}}, Stage{5, {b}}}}};

  EXPECT_THAT(walk(u), ElementsAre("b", "b", "a", "b", "a", "a"));
}

TEST(Walker, WalksARaggedTailAndGivesItsShape) {
  auto u = unit("u");
  auto tile = op("t", 1);
  tile.ragged = {0, 1};
  tile.costs = {Cost{4, 0}, Cost{3, 0}, Cost{2, 0}, Cost{1, 0}};
  Loop inner{"M0", 3, 2, {0}};
  u.body = {nest({loop(2), inner}, {u.ops.push_back(tile)})};

  EXPECT_THAT(walk(u), ElementsAre("t0", "t0", "t2", "t1", "t3"));
}

TEST(Walker, WalksANestInsideAStageAtThatStagesIteration) {
  auto u = unit("u");
  const auto a = u.ops.push_back(op("a", 1));
  const auto b = u.ops.push_back(guarded("b", {last(0), first(1)}));
  const auto c = u.ops.push_back(guarded("c", {last(1)}));
  u.body = {Nest{{loop(3)}, {Stage{0, {a}}, Stage{2, {nest({loop(2)}, {b, c})}}}}};

  EXPECT_THAT(walk(u), ElementsAre("a", "a", "a", "c", "c", "b", "c"));
}

TEST(Walker, PassesOverIterationsWithoutOperationsAtOnce) {
  auto u = unit("u");
  const auto b = u.ops.push_back(guarded("b", {last(0)}));
  const auto c = u.ops.push_back(guarded("c", {last(0), last(1)}));
  constexpr std::int64_t many = 1'000'000'000'000;
  u.body = {Nest{{loop(many)}, {Stage{0, {b}}, Stage{3, {nest({loop(9)}, {c})}}}}};

  EXPECT_THAT(walk(u), ElementsAre("b", "c"));
}

TEST(Walker, ReportsTheOutermostLoopThatWentOn) {
  auto u = unit("u");
  const auto a = u.ops.push_back(op("a", 1));
  u.body = {nest({loop(2), loop(2)}, {a, nest({loop(2)}, {a})})};
  const auto program = flatten(u);
  Walker walker(program);

  std::vector<int> slots;
  while (!walker.done()) {
    const auto boundary = walker.advance();
    slots.push_back(boundary ? static_cast<int>(*boundary) : -1);
  }

  EXPECT_THAT(slots, ElementsAre(-1, 2, 1, -1, 2, 0, -1, 2, 1, -1, 2, -1));
}

TEST(Flatten, RejectsADepthThatIsNotOnThePath) {
  auto u = unit("u");
  u.body = {nest({loop(2)}, {u.ops.push_back(guarded("b", {last(1)}))})};

  try {
    (void)flatten(u);
    FAIL() << "depth 1 of one loop";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("unit 'u': 'b' names depth 1 of a path of 1 loops"));
  }
}

TEST(Flatten, RejectsCostsThatDoNotFitTheShapes) {
  auto u = unit("u");
  auto tile = op("t", 1);
  tile.ragged = {0};
  u.body = {nest({loop(2)}, {u.ops.push_back(tile)})};

  EXPECT_THROW((void)flatten(u), std::logic_error);
}

}  // namespace
}  // namespace attnsim::sim
