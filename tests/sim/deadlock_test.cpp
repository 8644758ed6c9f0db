#include "sim/deadlock.h"

#include <functional>
#include <gmock/gmock.h>

#include "sim/recurrence_executor.h"
#include "sim/schedule_parts.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

using namespace parts;
using testing::ElementsAre;

using Executor = Execution (*)(const mappings::Schedule&, const ExecuteOptions&);
class DeadlockOf : public testing::TestWithParam<Executor> {};

INSTANTIATE_TEST_SUITE_P(Executors, DeadlockOf,
                         testing::Values(&execute_systemc, &execute_recurrence),
                         [](const auto& test) {
                           return test.index == 0 ? "systemc" : "recurrence";
                         });

TEST_P(DeadlockOf, ABufferWithoutSlotsNamesBothUnits) {
  const auto schedule = Pair{.n = 3, .slots = 0, .load = {2, 0}, .use = 1}.schedule();

  try {
    (void)GetParam()(schedule, {});
    FAIL() << "no slot, no load";
  } catch (const DeadlockError& error) {
    EXPECT_STREQ(error.what(),
                 "schedule: deadlock: unit 'loader' at 'load' waits for 1 of 'empty', 0 there; "
                 "unit 'user' at 'use' waits for 1 of 'full', 0 there");
  }
}

TEST_P(DeadlockOf, AConsumerOfMoreThanThereIsComesAfterTheLeap) {
  auto schedule = Pair{.n = 1'000'000, .slots = 2, .load = {2, 0}, .use = 1}.schedule();
  auto& wait = schedule.units[UnitId{1}].ops[OpId{0}].waits;
  wait.push_back({TokenId{0}, 2, {last(0)}});

  try {
    (void)GetParam()(schedule, {});
    FAIL() << "the last use waits for three tiles";
  } catch (const DeadlockError& error) {
    EXPECT_THAT(error.deadlock().who_waits_for_what,
                ElementsAre("unit 'user' at 'use' waits for 2 of 'full', 0 there"));
  }
}

TEST_P(DeadlockOf, LeavesTheNextRunAlone) {
  const auto stuck = Pair{.n = 3, .slots = 0, .load = {2, 0}, .use = 1}.schedule();
  EXPECT_THROW((void)GetParam()(stuck, {}), DeadlockError);
  const auto fine = Pair{.n = 3, .slots = 1, .load = {2, 0}, .use = 1}.schedule();

  EXPECT_EQ(GetParam()(fine, {}).cycles, 9);
}

TEST_P(DeadlockOf, TwoConsumersOfATokenIsNoScheduleAtAll) {
  auto schedule = Pair{.n = 3, .slots = 1, .load = {2, 0}, .use = 1}.schedule();
  schedule.units.push_back(schedule.units[UnitId{1}]);

  EXPECT_THROW((void)GetParam()(schedule, {}), std::logic_error);
}

}  // namespace
}  // namespace attnsim::sim
