// Small schedules whose times are worked out by hand, on both executors, with and without leaps.
#include <gmock/gmock.h>

#include "sim/recurrence_executor.h"
#include "sim/schedule_parts.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

using namespace parts;
using testing::ElementsAre;

struct Case {
  const char* name;
  Execution (*execute)(const mappings::Schedule&, const ExecuteOptions&);
  bool steady_state;
};

class Executor : public testing::TestWithParam<Case> {
 protected:
  static Execution run(const Schedule& schedule) {
    return GetParam().execute(schedule, {GetParam().steady_state});
  }
};

INSTANTIATE_TEST_SUITE_P(All, Executor,
                         testing::Values(Case{"systemc", &execute_systemc, false},
                                         Case{"systemc_leaping", &execute_systemc, true},
                                         Case{"recurrence", &execute_recurrence, false},
                                         Case{"recurrence_leaping", &execute_recurrence, true}),
                         [](const auto& test) { return test.param.name; });

TEST_P(Executor, AddsUpTheOperationsOfOneUnit) {
  Schedule schedule;
  auto u = unit("u");
  const auto a = u.ops.push_back(op("a", 3));
  const auto b = u.ops.push_back(op("b", 4));
  u.body = {a, nest({loop(100)}, {a, b})};
  schedule.units.push_back(u);

  const auto result = run(schedule);

  EXPECT_EQ(result.cycles, 3 + 100 * 7);
  EXPECT_THAT(result.counts[UnitId{0}][a], ElementsAre(101));
  EXPECT_THAT(result.counts[UnitId{0}][b], ElementsAre(100));
}

TEST_P(Executor, SerialisesLoadAndUseWithOneSlot) {
  EXPECT_EQ(run(Pair{.n = 50, .slots = 1, .load = {5, 0}, .use = 7}.schedule()).cycles, 50 * 12);
}

TEST_P(Executor, OverlapsLoadAndUseWithTwoSlots) {
  EXPECT_EQ(run(Pair{.n = 50, .slots = 2, .load = {5, 0}, .use = 7}.schedule()).cycles, 5 + 50 * 7);
}

TEST_P(Executor, HidesALatencyBehindEnoughSlots) {
  // Four loads of 5 are under way or in use; a round trip is 5 + 10 + 5 = 20.
  EXPECT_EQ(run(Pair{.n = 50, .slots = 4, .load = {5, 10}, .use = 5}.schedule()).cycles,
            15 + 50 * 5);
}

TEST_P(Executor, ShowsALatencyWithTooFewSlots) {
  // Two tiles every round trip of 5 + 10 + 5 = 20: 25 pairs, the second tile ends 5 later.
  EXPECT_EQ(run(Pair{.n = 50, .slots = 2, .load = {5, 10}, .use = 5}.schedule()).cycles,
            25 * 20 + 5);
}

TEST_P(Executor, WaitsForTheSignalsOfTheLastOperation) {
  EXPECT_EQ(run(Pair{.n = 1, .slots = 1, .load = {5, 90}, .use = 0}.schedule()).cycles, 95);
  auto schedule = Pair{.n = 1, .slots = 1, .load = {5, 90}, .use = 0}.schedule();
  schedule.units[UnitId{1}] = unit("nobody");
  EXPECT_EQ(run(schedule).cycles, 95);
  schedule.units[UnitId{0}].ops[OpId{0}].signals.clear();
  EXPECT_EQ(run(schedule).cycles, 5);
}

TEST_P(Executor, CarriesFractionsOfACycleOverManyTransfers) {
  // 1000 transfers of 10/3 cycles; the last use starts when the last transfer is there.
  const auto schedule =
      Pair{.n = 1000, .slots = 3, .load = {10, 0}, .use = 1, .load_subcycles = 3}.schedule();

  EXPECT_EQ(run(schedule).cycles, (10 * 1000 + 2) / 3 + 1);
}

TEST_P(Executor, StartsAFractionalUnitAtTheArrivalNotAtTheAsking) {
  // Free at 3.5; the token arrived at 3: next start 3.5 and end 5. Arriving at 4: start 4, end 5.5.
  for (const std::int64_t arrival : {3, 4}) {
    Schedule schedule;
    const auto token = schedule.tokens.push_back({"t", 0});
    auto giver = unit("giver");
    auto give = op("give", arrival);
    give.releases = {one(token)};
    giver.body = {giver.ops.push_back(give)};
    auto taker = unit("taker", 2);
    auto take = op("take", 3);
    take.waits = {one(token)};
    taker.body = {taker.ops.push_back(op("busy", 7)), taker.ops.push_back(take)};
    schedule.units.push_back(taker);
    schedule.units.push_back(giver);

    EXPECT_EQ(run(schedule).cycles, arrival == 3 ? 5 : 6);
  }
}

TEST_P(Executor, TakesTheLatestOfSeveralArrivals) {
  Schedule schedule;
  const auto token = schedule.tokens.push_back({"t", 1});
  auto giver = unit("giver");
  auto give = op("give", 10, 4);
  give.signals = {{token, 2, {}}};
  giver.body = {nest({loop(2)}, {giver.ops.push_back(give)})};
  auto taker = unit("taker");
  auto take = op("take", 1);
  take.waits = {{token, 4, {}}};
  taker.body = {taker.ops.push_back(take)};
  schedule.units.push_back(giver);
  schedule.units.push_back(taker);

  EXPECT_EQ(run(schedule).cycles, 25);
}

TEST_P(Executor, PipelinesStagesOfOneUnitThroughATokenOfItsOwn) {
  // FuseMax's skew: stage b works on the tile that a finished one beat before, so the latency of 6
  // is hidden behind the next a. 100 beats of a, 100 of b, the last b waits for its own a.
  Schedule schedule;
  const auto token = schedule.tokens.push_back({"t", 0});
  auto u = unit("u");
  auto a = op("a", 8, 6);
  a.signals = {one(token)};
  auto b = op("b", 3);
  b.waits = {one(token)};
  u.body = {Nest{{loop(100)}, {Stage{0, {u.ops.push_back(a)}}, Stage{1, {u.ops.push_back(b)}}}}};
  schedule.units.push_back(u);

  EXPECT_EQ(run(schedule).cycles, 100 * 8 + 99 * 3 + 3 + 3);
}

TEST_P(Executor, ChargesTheTailsShape) {
  Schedule schedule;
  auto u = unit("u");
  auto tile = op("tile", 0);
  tile.ragged = {1};
  tile.costs = {Cost{10, 0}, Cost{4, 0}};
  const auto id = u.ops.push_back(tile);
  u.body = {nest({loop(30), loop(20)}, {id})};
  schedule.units.push_back(u);

  const auto result = run(schedule);

  EXPECT_EQ(result.cycles, 30 * (19 * 10 + 4));
  EXPECT_THAT(result.counts[UnitId{0}][id], ElementsAre(30 * 19, 30));
}

TEST_P(Executor, RunsOperationsThatTakeNoTime) {
  const auto result = run(Pair{.n = 20, .slots = 1, .load = {0, 0}, .use = 0}.schedule());

  EXPECT_EQ(result.cycles, 0);
  EXPECT_THAT(result.counts[UnitId{1}][OpId{0}], ElementsAre(20));
}

}  // namespace
}  // namespace attnsim::sim
