#include "explore/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explore/simulate.h"

namespace attnsim::explore {
namespace {

using testing::HasSubstr;

constexpr ExecutorOptions recurrence{true, Executor::recurrence};

Task task(const std::string& arch, const std::string& mapping, const std::string& seq) {
  Task task;
  task.key = "k";
  task.point.arch = arch;
  task.point.mapping = mapping;
  task.point.model = "bert";
  task.point.seq = seq;
  return task;
}

TEST(Evaluate, GivesWhatASimulationOfThePointGives) {
  InputCache cache;
  for (const char* seq : {"1K", "4K", "1K"}) {
    const auto point = task("fusemax", "fusemax", seq);
    const auto record = evaluate(point, recurrence, cache);
    const auto inputs = load_inputs(point.point);
    const auto result = simulate(inputs, recurrence);
    ASSERT_EQ(record.status, Status::ok) << record.error;
    EXPECT_EQ(record.result->cycles, result.cycles);
    EXPECT_EQ(record.result->energy_pj, result.energy_pj);
    EXPECT_EQ(record.shapes, inputs.shapes);
    EXPECT_EQ(record.algorithm.cycles, algorithm_bound(inputs).cycles);
    EXPECT_EQ(record.key + record.arch + record.mapping + record.cascade + record.model,
              "kfusemaxfusemaxattention_1passbert");
  }
}

TEST(Evaluate, KeepsPointsApartThatDifferInAnOverride) {
  InputCache cache;
  auto slow = task("fusemax", "fusemax", "1K");
  slow.point.sets = {"//memory[@name='dram']/@bandwidth=1 GiB/s"};
  const auto before = evaluate(task("fusemax", "fusemax", "1K"), recurrence, cache);
  const auto slowed = evaluate(slow, recurrence, cache);
  const auto after = evaluate(task("fusemax", "fusemax", "1K"), recurrence, cache);
  EXPECT_GT(slowed.result->cycles, before.result->cycles);
  EXPECT_EQ(after.result->cycles, before.result->cycles);
}

TEST(Evaluate, OfABadPointIsARecordThatSaysWhy) {
  InputCache cache;
  const auto unknown = evaluate(task("fusemax", "no_such", "1K"), recurrence, cache);
  EXPECT_EQ(unknown.status, Status::invalid);
  EXPECT_THAT(unknown.error, HasSubstr("mapping \"no_such\": is neither a file nor"));
  const auto large = evaluate(task("flat", "flat", "1M"), recurrence, cache);
  EXPECT_EQ(large.status, Status::infeasible);
  EXPECT_THAT(large.error, HasSubstr("the mapping does not fit"));
  EXPECT_EQ(large.arch + large.model, "flatbert");
  EXPECT_FALSE(large.result.has_value());
}

TEST(Evaluate, WorksForLaunchesOnAGpu) {
  InputCache cache;
  auto point = task("gpu/h100_sxm", "gpu/flash_attention_2", "");
  point.point.model = "";
  point.point.shape = "B=1,H=16,P=1K,E=128";
  const auto record = evaluate(point, recurrence, cache);
  EXPECT_EQ(record.status, Status::ok) << record.error;
  EXPECT_GT(record.result->cycles, 0);
}

}  // namespace
}  // namespace attnsim::explore
