#include "sim/steady_state.h"

#include <gmock/gmock.h>

#include "sim/recurrence_executor.h"
#include "sim/schedule_parts.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

using namespace parts;
using testing::ElementsAre;

using Execute = Execution (*)(const mappings::Schedule&, const ExecuteOptions&);
class SteadyStateOf : public testing::TestWithParam<Execute> {};

INSTANTIATE_TEST_SUITE_P(Executors, SteadyStateOf,
                         testing::Values(&execute_systemc, &execute_recurrence),
                         [](const auto& test) {
                           return test.index == 0 ? "systemc" : "recurrence";
                         });

/// Loads of K tiles under 3 loops, a use per tile and a store per row; all bounded by `use`.
Schedule rows(std::int64_t heads, std::int64_t p, std::int64_t m) {
  auto schedule = Pair{.n = m, .slots = 2, .load = {5, 40}, .use = 25}.schedule();
  const auto row = schedule.tokens.push_back({"row full", 0});
  const auto place = schedule.tokens.push_back({"row empty", 2});
  auto& loader = schedule.units[UnitId{0}];
  loader.body = {nest({loop(heads), loop(p), loop(m)}, {OpId{0}})};
  auto& user = schedule.units[UnitId{1}];
  user.ops[OpId{0}].waits.push_back(one(place, {first(2)}));
  user.ops[OpId{0}].signals.push_back(one(row, {last(2)}));
  user.body = loader.body;
  auto store = unit("store");
  auto storing = op("store", 60);
  storing.waits = {one(row)};
  storing.releases = {one(place)};
  store.body = {nest({loop(heads * p)}, {store.ops.push_back(storing)})};
  schedule.units.push_back(store);
  return schedule;
}

/// The detection by itself, with a key that never changes: unit 0 is one loop, unit 1 two.
class Detection : public testing::Test {
 protected:
  static Program program_of(std::vector<Loop> loops) {
    auto u = unit("u");
    const auto id = u.ops.push_back(op("op", 1));
    u.body = {nest(std::move(loops), {id})};
    return flatten(u);
  }
  /// Both units go through some iterations; then a look at the end of the last one of unit 0.
  std::optional<SteadyState::Leap> look_after(int iterations, std::int64_t cycle) {
    for (int i = 0; i < iterations; ++i) {
      flat.advance();
      nested.advance();
    }
    return steady_state.wants_look(0, 0) ? steady_state.look(cycle, {}, cycle) : std::nullopt;
  }

  const Program flat_program = program_of({loop(1000)});
  const Program nested_program = program_of({loop(40), loop(25)});
  Walker flat{flat_program};
  Walker nested{nested_program};
  RunLog log = RunLog(2);
  SteadyState steady_state{{&flat, &nested}, log};
};

TEST_F(Detection, ALeapMovesIndicesCountsAndTheArrivalsOfWhatRanInThePeriod) {
  log = {{1, 1, 60}, {3, 3, 7}};
  EXPECT_FALSE(look_after(25, 10).has_value());
  log[0] = {2, 2, 70};

  const auto leap = look_after(25, 20);

  ASSERT_TRUE(leap.has_value());
  EXPECT_EQ(leap->periods, 36);  // the outer loop of unit 1 goes from 2 to 38 of 0..39
  EXPECT_EQ(leap->cycles, 360);
  EXPECT_THAT(flat.counters(), ElementsAre(950));
  EXPECT_THAT(nested.counters(), ElementsAre(38, 0));
  EXPECT_EQ(log[0].runs, 38);
  EXPECT_EQ(log[0].last_arrival, 430);
  EXPECT_EQ(log[1].runs, 3);
  EXPECT_EQ(log[1].last_arrival, 7);
}

TEST_F(Detection, AnIndexThatStartedAgainInBetweenIsNoRepeat) {
  EXPECT_FALSE(look_after(27, 10).has_value());  // unit 1 at (1, 2)
  EXPECT_FALSE(look_after(27, 20).has_value());  // unit 1 at (2, 4)
}

TEST_F(Detection, TheFirstAndTheLastIterationAreNoRepeat) {
  EXPECT_FALSE(look_after(1, 10).has_value());   // unit 1 at (0, 1)
  EXPECT_FALSE(look_after(22, 20).has_value());  // unit 1 at (0, 23): no room
  EXPECT_FALSE(look_after(2, 30).has_value());   // unit 1 at (1, 0): the reference was in its first
}

TEST_P(SteadyStateOf, TenBillionTilesEqualTheClosedForm) {
  // A round trip of two slots is 5 + 40 + 25 = 70 cycles for two tiles.
  const std::int64_t heads = 10;
  const std::int64_t p = 100'000;
  const std::int64_t m = 10'000;

  const auto result = GetParam()(rows(heads, p, m), {});

  EXPECT_EQ(result.cycles, heads * p * m / 2 * 70 + 25 + 60);
  EXPECT_THAT(result.counts[UnitId{1}][OpId{0}], ElementsAre(heads * p * m));
  EXPECT_THAT(result.counts[UnitId{2}][OpId{0}], ElementsAre(heads * p));
  EXPECT_TRUE(result.skipped);
  EXPECT_LT(result.simulated_ops, 2000);
}

TEST_P(SteadyStateOf, SmallNestsAgreeWithEveryTileRun) {
  for (const std::int64_t m : {1, 2, 3, 7, 40}) {
    const auto schedule = rows(3, 9, m);

    const auto leaping = GetParam()(schedule, {true});
    const auto plain = GetParam()(schedule, {false});

    EXPECT_EQ(leaping.cycles, plain.cycles) << m;
    EXPECT_LE(leaping.simulated_ops, plain.simulated_ops) << m;
    EXPECT_FALSE(plain.skipped);
  }
}

TEST_P(SteadyStateOf, LeapsLoopsThatDifferFromUnitToUnit) {
  auto schedule = Pair{.n = 1'000'000, .slots = 3, .load = {5, 0}, .use = 7}.schedule();
  schedule.units[UnitId{0}].body = {nest({loop(1000), loop(25), loop(40)}, {OpId{0}})};

  const auto result = GetParam()(schedule, {});

  EXPECT_EQ(result.cycles, 5 + 7'000'000);
  EXPECT_LT(result.simulated_ops, 5000);
}

TEST_P(SteadyStateOf, FindsALongPeriodOfAFractionalClock) {
  // 1000 transfers of 1.003 cycles are 1003 cycles: the period is 1000 iterations.
  const auto schedule =
      Pair{.n = 100'000'000, .slots = 4, .load = {1003, 0}, .use = 1, .load_subcycles = 1000}
          .schedule();

  const auto result = GetParam()(schedule, {});

  EXPECT_EQ(result.cycles, 100'300'000 + 1);
  EXPECT_TRUE(result.skipped);
}

TEST_P(SteadyStateOf, KeepsTheArrivalOfAnEarlySlowSignal) {
  // The first load's signal arrives long after all the rest is over; nobody waits for it.
  auto schedule = Pair{.n = 1000, .slots = 2, .load = {5, 0}, .use = 7}.schedule();
  const auto late = schedule.tokens.push_back({"late", 0});
  auto slow = op("slow", 1, 20'000);
  slow.signals = {one(late)};
  auto& loader = schedule.units[UnitId{0}];
  const auto id = loader.ops.push_back(slow);
  loader.body.insert(loader.body.begin(), id);

  EXPECT_EQ(GetParam()(schedule, {true}).cycles, 20'001);
}

TEST_P(SteadyStateOf, LeavesAUnitThatIsDoneAtItsEnd) {
  auto schedule = Pair{.n = 1'000'000, .slots = 2, .load = {5, 0}, .use = 7}.schedule();
  auto brief = unit("brief");
  brief.body = {brief.ops.push_back(op("brief", 1))};
  schedule.units.push_back(brief);

  EXPECT_EQ(GetParam()(schedule, {}).cycles, 5 + 7'000'000);
}

TEST_P(SteadyStateOf, DoesNotLeapWhileALongOperationRunsElsewhere) {
  // `long` ends in the middle of the loop and is then waited for by nobody: exact all the same.
  auto schedule = Pair{.n = 100'000, .slots = 2, .load = {5, 0}, .use = 7}.schedule();
  auto other = unit("other");
  other.body = {other.ops.push_back(op("long", 350'000)),
                other.ops.push_back(op("brief", 400'000))};
  schedule.units.push_back(other);

  EXPECT_EQ(GetParam()(schedule, {}).cycles, 750'000);
}

}  // namespace
}  // namespace attnsim::sim
