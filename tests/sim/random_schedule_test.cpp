#include "sim/random_schedule.h"

#include <gmock/gmock.h>
#include <iostream>

#include "mappings/counts.h"
#include "sim/plain_interpreter.h"
#include "sim/recurrence_executor.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

std::vector<std::vector<std::int64_t>> rows(const mappings::ExecutionCounts& counts) {
  std::vector<std::vector<std::int64_t>> result;
  for (const auto& unit : counts) result.insert(result.end(), unit.begin(), unit.end());
  return result;
}

/// Whether a region lets some operation exist at fewer iterations than it would without.
bool is_confined(mappings::Schedule schedule) {
  const auto confined = rows(mappings::count_executions(schedule));
  for (auto& unit : schedule.units)
    for (auto& op : unit.ops) op.where.clear();
  return rows(mappings::count_executions(schedule)) != confined;
}

struct Tally {
  int schedules = 0;
  int skipped = 0;
  std::int64_t ops = 0;
  std::int64_t simulated = 0;

  void add(const Execution& run, std::int64_t all_ops) {
    ++schedules;
    skipped += run.skipped ? 1 : 0;
    ops += all_ops;
    simulated += run.simulated_ops;
  }
};

std::ostream& operator<<(std::ostream& out, const Tally& tally) {
  return out << tally.skipped << " of " << tally.schedules << " schedules leapt, "
             << tally.simulated << " of " << tally.ops << " operations stepped through";
}

void expect_same(const Execution& actual, const Execution& expected) {
  EXPECT_EQ(actual.cycles, expected.cycles);
  EXPECT_EQ(rows(actual.counts), rows(expected.counts));
}

/// Seeds in groups, so that a failure is found again quickly.
class RandomSchedules : public testing::TestWithParam<std::uint32_t> {
 protected:
  static constexpr std::uint32_t group = 100;
};

INSTANTIATE_TEST_SUITE_P(Groups, RandomSchedules, testing::Range(0U, 6U));

TEST_P(RandomSchedules, GiveTheSameOnEveryExecutorWithAndWithoutLeaps) {
  Tally systemc;
  Tally recurrence;
  Tally confined;
  for (auto seed = GetParam() * group; seed < (GetParam() + 1) * group; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto schedule = random_schedule(seed);
    const auto expected = interpret_plainly(schedule);
    EXPECT_EQ(rows(mappings::count_executions(schedule)), rows(expected.counts));

    for (const auto execute : {&execute_systemc, &execute_recurrence}) {
      const auto plain = execute(schedule, {false});
      expect_same(plain, expected);
      EXPECT_EQ(plain.simulated_ops, expected.simulated_ops);
      const auto leaping = execute(schedule, {true});
      expect_same(leaping, expected);
      (execute == &execute_systemc ? systemc : recurrence).add(leaping, expected.simulated_ops);
      if (execute == &execute_systemc && is_confined(schedule))
        confined.add(leaping, expected.simulated_ops);
    }
    if (HasFailure()) return;
  }

  std::cout << "SystemC: " << systemc << "\nrecurrence: " << recurrence
            << "\nwith regions, SystemC: " << confined << "\n";
  EXPECT_GT(systemc.skipped, systemc.schedules * 6 / 10);
  EXPECT_GT(recurrence.skipped, recurrence.schedules * 6 / 10);
  EXPECT_GT(confined.schedules, static_cast<int>(group) / 2);
  EXPECT_GT(confined.skipped, confined.schedules * 4 / 10);
}

}  // namespace
}  // namespace attnsim::sim
