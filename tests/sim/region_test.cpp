#include <gmock/gmock.h>

#include "mappings/counts.h"
#include "sim/plain_interpreter.h"
#include "sim/recurrence_executor.h"
#include "sim/schedule_parts.h"
#include "sim/systemc_executor.h"
#include "sim/walker.h"

namespace attnsim::sim {
namespace {

using namespace parts;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Region at_most(std::int64_t limit, std::vector<Region::Term> terms) {
  return {std::move(terms), limit};
}

TileOp confined(TileOp op, std::vector<Region> where) {
  op.where = std::move(where);
  return op;
}

/// key <= query
std::vector<Region> causal(int key, int query) { return {at_most(0, {{key, 1}, {query, -1}})}; }

/// An operation in a nest of two loops.
UnitProgram two_loops(std::int64_t outer, std::int64_t inner, TileOp op) {
  auto u = unit("u");
  const auto id = u.ops.push_back(std::move(op));
  u.body = {nest({loop(outer), loop(inner)}, {id})};
  return u;
}

/// Where the operation runs, as "outer,inner".
std::vector<std::string> cells(const UnitProgram& unit) {
  const auto program = flatten(unit);
  std::vector<std::string> result;
  for (Walker walker(program); !walker.done(); walker.advance()) {
    const auto& index = walker.counters();
    result.push_back(std::to_string(index[0]) + "," + std::to_string(index[1]));
  }
  return result;
}

std::vector<std::string> cells_at(Edge edge, std::vector<Region> where) {
  auto tile = confined(op("t", 1), std::move(where));
  tile.when = {edge};
  return cells(two_loops(3, 4, tile));
}

TEST(Region, ConfinesAnOperationToACausalTriangle) {
  const auto triangle = two_loops(3, 4, confined(op("t", 1), causal(1, 0)));

  EXPECT_THAT(cells(triangle), ElementsAre("0,0", "1,0", "1,1", "2,0", "2,1", "2,2"));
}

TEST(Region, ConfinesAnOperationToAWindow) {
  auto window = causal(1, 0);
  window.push_back(at_most(1, {{0, 1}, {1, -1}}));  // key >= query - 1

  EXPECT_THAT(cells(two_loops(4, 9, confined(op("t", 1), window))),
              ElementsAre("0,0", "1,0", "1,1", "2,1", "2,2", "3,2", "3,3"));
}

TEST(Region, MayBeOnePointOrNone) {
  std::vector<Region> point{at_most(2, {{0, 1}, {1, 1}}), at_most(-2, {{0, -2}})};
  point.push_back(at_most(-1, {{1, -1}}));
  EXPECT_THAT(cells(two_loops(3, 4, confined(op("t", 1), point))), ElementsAre("1,1"));

  EXPECT_THAT(cells(two_loops(9, 9, confined(op("t", 1), {at_most(-1, {{0, 1}})}))), IsEmpty());
  EXPECT_THAT(cells(two_loops(9, 9, confined(op("t", 1), {at_most(-1, {})}))), IsEmpty());
}

TEST(Region, MayNameALoopTwice) {
  const auto region = at_most(1, {{1, 3}, {0, 5}, {1, -2}, {0, -5}});
  EXPECT_THAT(cells(two_loops(2, 4, confined(op("t", 1), {region}))),
              ElementsAre("0,0", "0,1", "1,0", "1,1"));
}

TEST(Region, EndsWhereItsNeighbourIsOutside) {
  const auto where = causal(1, 0);
  EXPECT_THAT(cells_at(last(1), where), ElementsAre("0,0", "1,1", "2,2"));
  EXPECT_THAT(cells_at(not_last(1), where), ElementsAre("1,0", "2,0", "2,1"));
  EXPECT_THAT(cells_at(first(0), where), ElementsAre("0,0", "1,1", "2,2"));
  EXPECT_THAT(cells_at(not_first(0), where), ElementsAre("1,0", "2,0", "2,1"));
  EXPECT_THAT(cells_at(first(1), where), ElementsAre("0,0", "1,0", "2,0"));
  EXPECT_THAT(cells_at(last(0), where), ElementsAre("2,0", "2,1", "2,2"));
}

TEST(Region, StepsOfMoreThanOneCountAsSuch) {
  // 2 outer + 3 inner in 4..9: a slanted band
  const std::vector<Region> where{at_most(9, {{0, 2}, {1, 3}}), at_most(-4, {{0, -2}, {1, -3}})};
  EXPECT_THAT(cells_at(first(1), where), ElementsAre("0,2", "1,1", "2,0"));
  EXPECT_THAT(cells_at(last(1), where), ElementsAre("0,3", "1,2", "2,1"));
  EXPECT_THAT(cells_at(first(0), where), ElementsAre("0,2", "0,3", "1,1", "2,0"));
}

TEST(Region, SeesTheIterationOfItsOwnStage) {
  auto u = unit("u");
  const auto a = u.ops.push_back(confined(op("a", 1), {at_most(1, {{0, 1}})}));
  const auto b = u.ops.push_back(confined(op("b", 1), {at_most(-1, {{0, -1}})}));
  u.body = {Nest{{loop(3)}, {Stage{0, {a}}, Stage{2, {b}}}}};
  const auto program = flatten(u);

  std::vector<std::string> names;
  for (Walker walker(program); !walker.done(); walker.advance())
    names.push_back(u.ops[walker.op().id].name);

  EXPECT_THAT(names, ElementsAre("a", "a", "b", "b"));
}

TEST(Region, IsWalkedWithoutGoingThroughWhatIsOutside) {
  constexpr std::int64_t many = 1'000'000'000'000;
  // inner == many / 2 + outer
  const std::vector<Region> diagonal{at_most(many / 2, {{1, 1}, {0, -1}}),
                                     at_most(-many / 2, {{1, -1}, {0, 1}})};

  EXPECT_THAT(cells(two_loops(2, many, confined(op("t", 1), diagonal))),
              ElementsAre("0,500000000000", "1,500000000001"));
}

TEST(Region, MustNameLoopsOnItsPath) {
  try {
    (void)flatten(two_loops(2, 2, confined(op("t", 1), {at_most(0, {{2, 1}})})));
    FAIL() << "depth 2 of two loops";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("'t' names depth 2 of a path of 2 loops"));
  }
}

/// How far one index may go before the walk could notice.
class Room : public testing::Test {
 protected:
  /// Puts the walker of 100 x 50 iterations where outer + 2 inner <= limit ends at `steps`.
  static std::int64_t room(std::int64_t limit, int steps, std::uint32_t slot, std::int64_t span,
                           std::int64_t stride) {
    auto tile = confined(op("t", 1), {at_most(limit, {{0, 1}, {1, 2}})});
    tile.when = {not_last(1)};
    const auto program = flatten(two_loops(100, 50, tile));
    Walker walker(program);
    for (int i = 0; i < steps; ++i) walker.advance();
    return walker.room(slot, span, stride);
  }
};

TEST_F(Room, EndsBeforeANeighbourIsOutside) {
  EXPECT_EQ(room(20, 4, 1, 0, 1), 5);  // inner 4: slack 12, to 2
  EXPECT_EQ(room(20, 4, 1, 0, 2), 2);
  EXPECT_EQ(room(20, 4, 1, 3, 3), 1);
  EXPECT_EQ(room(21, 4, 1, 0, 1), 5);  // slack 13, to 3
  EXPECT_EQ(room(22, 4, 1, 0, 1), 6);
}

TEST_F(Room, OfAnOuterLoopNeedsOneStatusForAllOfTheInnerLoop) {
  EXPECT_EQ(room(20, 4, 0, 0, 1), 0);
  EXPECT_EQ(room(2 * 49 + 2 + 7, 4, 0, 0, 1), 7);
  EXPECT_EQ(room(2 * 49 + 2 + 7, 4, 0, 0, 2), 3);
}

TEST_F(Room, CountsTheStatusAlongTheSpanToo) {
  EXPECT_EQ(room(2 * 49 + 7 - 1, 3 * 49 + 4, 0, 3, 3), 0);  // mixed now
  EXPECT_EQ(room(2 * 49 + 2 + 13, 3 * 49 + 4, 0, 3, 3), 3);
}

// --- whole machines ------------------------------------------------------------------------------

struct Causal {
  std::int64_t heads = 1;
  std::int64_t queries = 1;
  std::int64_t keys = 1;
  std::int64_t lag = 0;

  /// A row of the mask after the other: each key is loaded once a row, a result stored at its end.
  [[nodiscard]] Schedule keys_inside() const {
    return machine({loop(heads), loop(queries), loop(keys)}, causal(2, 1), {}, last(2));
  }
  /// A column after the other: a key is loaded for the first of its rows, and kept to the last.
  [[nodiscard]] Schedule queries_inside() const {
    return machine({loop(heads), loop(keys), loop(queries)}, causal(1, 2), {first(2)}, last(1));
  }

 private:
  [[nodiscard]] Schedule machine(const std::vector<Loop>& loops, const std::vector<Region>& where,
                                 const Guard& load, Edge row) const {
    Schedule s;
    const auto full = s.tokens.push_back({"K full", 0});
    const auto empty = s.tokens.push_back({"K empty", 2 + lag});
    const auto result = s.tokens.push_back({"O full", 0});
    const auto place = s.tokens.push_back({"O empty", 3});
    auto dram = unit("dram");
    auto loading = confined(op("load", 7, 20), where);
    loading.when = load;
    loading.waits = {one(empty)};
    loading.signals = {one(full)};
    dram.body = {nest(loops, {dram.ops.push_back(loading)})};
    auto array = unit("array");
    auto qk = confined(op("QK", 5), where);
    qk.waits = {one(full, load)};
    auto av = confined(op("AV", 6), where);
    av.waits = {one(place, {row})};
    av.signals = {one(result, {row})};
    av.releases = {one(empty, load.empty() ? Guard{} : Guard{last(2)})};
    array.body = {
        Nest{loops, {Stage{0, {array.ops.push_back(qk)}}, Stage{lag, {array.ops.push_back(av)}}}}};
    auto store = unit("store");
    auto storing = op("store", 9);
    storing.waits = {one(result)};
    storing.releases = {one(place)};
    store.body = {nest({loop(heads * queries)}, {store.ops.push_back(storing)})};
    for (auto* each : {&dram, &array, &store}) s.units.push_back(*each);
    return s;
  }
};

std::vector<std::vector<std::int64_t>> rows(const mappings::ExecutionCounts& counts) {
  std::vector<std::vector<std::int64_t>> result;
  for (const auto& unit : counts) result.insert(result.end(), unit.begin(), unit.end());
  return result;
}

using Execute = Execution (*)(const mappings::Schedule&, const ExecuteOptions&);
class RegionsOn : public testing::TestWithParam<Execute> {
 protected:
  static void expect_exact(const Schedule& schedule) {
    const auto expected = interpret_plainly(schedule);
    EXPECT_EQ(rows(mappings::count_executions(schedule)), rows(expected.counts));
    for (const bool steady_state : {false, true}) {
      const auto actual = GetParam()(schedule, {steady_state});
      EXPECT_EQ(actual.cycles, expected.cycles);
      EXPECT_EQ(rows(actual.counts), rows(expected.counts));
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Executors, RegionsOn,
                         testing::Values(&execute_systemc, &execute_recurrence),
                         [](const auto& test) {
                           return test.index == 0 ? "systemc" : "recurrence";
                         });

TEST_P(RegionsOn, ACausalMaskInBothLoopOrdersIsExact) {
  for (const std::int64_t lag : {0, 1, 5}) {
    for (const auto& [queries, keys] : {std::pair{1, 1}, {2, 2}, {7, 7}, {30, 30}, {40, 25}}) {
      SCOPED_TRACE(std::to_string(queries) + " x " + std::to_string(keys));
      const Causal mask{3, queries, keys, lag};
      expect_exact(mask.keys_inside());
      expect_exact(mask.queries_inside());
    }
  }
}

TEST_P(RegionsOn, AMaskedHeadIsLeaptOverLikeAnyOther) {
  const Causal mask{100'000, 60, 60, 1};
  for (const auto& schedule : {mask.keys_inside(), mask.queries_inside()}) {
    const auto result = GetParam()(schedule, {});

    EXPECT_THAT(result.counts[UnitId{1}][OpId{1}], ElementsAre(mask.heads * 60 * 61 / 2));
    EXPECT_EQ(rows(result.counts), rows(mappings::count_executions(schedule)));
    EXPECT_LT(result.simulated_ops, 60 * 61 * 30);
  }
}

TEST_P(RegionsOn, ALongRowIsLeaptOverUpToTheDiagonal) {
  const Causal mask{1, 6, 10'000'000, 1};
  auto schedule = mask.keys_inside();
  for (auto& unit : schedule.units)
    for (auto& op : unit.ops) {
      if (!op.where.empty()) op.where = {at_most(1'000'000, {{2, 1}, {1, -1'000'000}})};
    }

  const auto result = GetParam()(schedule, {});

  EXPECT_THAT(result.counts[UnitId{1}][OpId{0}], ElementsAre(21 * 1'000'000 + 6));
  EXPECT_EQ(rows(result.counts), rows(mappings::count_executions(schedule)));
  EXPECT_LT(result.simulated_ops, 5000);
}

TEST_P(RegionsOn, AWindowIsExact) {
  for (const std::int64_t width : {1, 2, 9, 40}) {
    auto schedule = Causal{3, 50, 50, 1}.keys_inside();
    for (auto& unit : schedule.units)
      for (auto& op : unit.ops) {
        if (!op.where.empty()) op.where.push_back(at_most(width - 1, {{1, 1}, {2, -1}}));
      }
    SCOPED_TRACE(width);
    expect_exact(schedule);
  }
}

TEST(CountExecutions, OfALargeMaskIsQuick) {
  auto u = unit("u");
  std::vector<Node> body;
  for (int i = 0; i < 30; ++i) {
    auto tile = confined(op("t", 1), causal(3, 2));
    if (i % 3 == 1) tile.when = {last(3)};
    if (i % 3 == 2) tile.when = {not_last(3), first(1)};
    body.emplace_back(u.ops.push_back(tile));
  }
  u.body = {nest({loop(64), loop(12), loop(4096), loop(4096)}, body)};
  Schedule schedule;
  schedule.units.push_back(u);

  const auto counts = mappings::count_executions(schedule)[UnitId{0}];

  const std::int64_t tiles = 4096 * 4097 / 2;
  EXPECT_THAT(counts[OpId{0}], ElementsAre(768 * tiles));
  EXPECT_THAT(counts[OpId{1}], ElementsAre(768 * 4096));
  EXPECT_THAT(counts[OpId{2}], ElementsAre(64 * (tiles - 4096)));
}

}  // namespace
}  // namespace attnsim::sim
