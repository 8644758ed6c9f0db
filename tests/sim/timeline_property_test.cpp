#include <algorithm>
#include <gmock/gmock.h>
#include <iostream>
#include <set>
#include <tuple>

#include "mappings/bounds.h"
#include "sim/random_schedule.h"
#include "sim/recorded.h"
#include "sim/recurrence_executor.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {
namespace {

/// Seeds in groups, so that a failure is found again quickly.
class RandomTimelines : public testing::TestWithParam<std::uint32_t> {
 protected:
  static constexpr std::uint32_t group = 25;
  template <class Check>
  void for_each_schedule(Check check) {
    for (auto seed = GetParam() * group; seed < (GetParam() + 1) * group; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      check(random_schedule(seed), Dice(seed));
      if (HasFailure()) return;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Groups, RandomTimelines, testing::Range(0U, 4U));

using Key = std::tuple<std::uint32_t, double, double, std::uint32_t, std::vector<std::int64_t>>;

Key key_of(const Slice& slice) {
  return {slice.lane, slice.start, slice.end, slice.work, slice.iteration};
}

std::multiset<Key> keys_of(const std::vector<Slice>& slices) {
  std::multiset<Key> keys;
  for (const auto& slice : slices) keys.insert(key_of(slice));
  return keys;
}

std::vector<std::vector<LevelSample>> samples_of(const Timeline& timeline) {
  std::vector<std::vector<LevelSample>> samples;
  for (const auto& level : timeline.levels) samples.push_back(level.samples);
  return samples;
}

/// What is there at a cycle.
std::int64_t count_at(const Level& level, double cycle) {
  auto count = level.samples.front().count;
  for (const auto& sample : level.samples) {
    if (sample.cycle <= cycle) count = sample.count;
  }
  return count;
}

bool inside_of_a_skip(const Slice& slice, const std::vector<Skip>& skips) {
  return std::any_of(skips.begin(), skips.end(), [&](const Skip& skip) {
    return slice.start >= static_cast<double>(skip.start) &&
           slice.end <= static_cast<double>(skip.end);
  });
}

TEST_P(RandomTimelines, AreTheSameOnBothExecutors) {
  for_each_schedule([](const auto& schedule, Dice) {
    EXPECT_EQ(record(execute_systemc, schedule, false).timeline.slices,
              record(execute_recurrence, schedule, false).timeline.slices);
  });
}

TEST_P(RandomTimelines, HoldEveryExecutionOnceAndAllBusyCycles) {
  for_each_schedule([](const auto& schedule, Dice) {
    const auto [run, timeline] = record(execute_recurrence, schedule, false);

    EXPECT_EQ(static_cast<std::int64_t>(timeline.slices.size()), run.simulated_ops);
    std::vector<double> busy(schedule.units.size());
    std::vector<double> free(schedule.units.size());
    for (const auto& slice : timeline.slices) {
      EXPECT_GE(slice.start, free[slice.lane]);
      EXPECT_LE(slice.end, static_cast<double>(run.cycles));
      free[slice.lane] = slice.end;
      busy[slice.lane] += slice.end - slice.start;
    }
    const auto expected = mappings::busy_subcycles(schedule, run.counts);
    for (std::size_t lane = 0; lane < busy.size(); ++lane) {
      const auto unit = static_cast<mappings::UnitId>(lane);
      EXPECT_NEAR(busy[lane] * static_cast<double>(schedule.units[unit].subcycles),
                  static_cast<double>(expected[unit]), 1e-3);
    }
  });
}

TEST_P(RandomTimelines, CountTokensAlikeFromTheStartAndInAWindow) {
  for_each_schedule([](const auto& schedule, Dice dice) {
    const auto all = record(execute_systemc, schedule, false).timeline;
    const auto begin = dice.between(0, all.cycles);
    const Window window{begin, begin + dice.between(1, 300)};
    const auto part = record(execute_recurrence, schedule, true, {window}).timeline;

    ASSERT_EQ(part.levels.size(), all.levels.size());
    for (std::size_t i = 0; i < all.levels.size(); ++i) {
      EXPECT_EQ(all.levels[i].samples.front().cycle, 0);
      for (const auto& sample : all.levels[i].samples) EXPECT_GE(sample.count, 0);
      for (const auto& sample : part.levels[i].samples)
        EXPECT_EQ(sample.count, count_at(all.levels[i], sample.cycle)) << sample.cycle;
    }
  });
}

TEST_P(RandomTimelines, MissWithLeapsOnlyWhatLiesInsideOfThem) {
  std::int64_t missing = 0;
  for_each_schedule([&](const auto& schedule, Dice) {
    const auto all = record(execute_recurrence, schedule, false).timeline;
    for (const auto execute : {&execute_systemc, &execute_recurrence}) {
      const auto leaping = record(execute, schedule, true);
      auto left = keys_of(leaping.timeline.slices);
      for (const auto& slice : all.slices) {
        const auto found = left.find(key_of(slice));
        if (found != left.end()) {
          left.erase(found);
          continue;
        }
        ++missing;
        EXPECT_TRUE(inside_of_a_skip(slice, leaping.timeline.skips))
            << slice.lane << " at " << slice.start << ".." << slice.end;
      }
      EXPECT_TRUE(left.empty()) << left.size() << " slices that never were";
      EXPECT_EQ(static_cast<std::int64_t>(leaping.timeline.skips.size()), leaping.run.skips);
    }
  });
  EXPECT_GT(missing, 1000);
}

TEST_P(RandomTimelines, HoldAWindowInFullHoweverTheRunCameThere) {
  std::int64_t leapt = 0;
  for_each_schedule([&](const auto& schedule, Dice dice) {
    const auto cycles = execute_recurrence(schedule, {}).cycles;
    const auto begin = dice.between(0, cycles);
    const RecordOptions what{{begin, begin + dice.between(1, 300)}};
    const auto expected = record(execute_recurrence, schedule, false, what);
    for (const auto execute : {&execute_systemc, &execute_recurrence}) {
      const auto leaping = record(execute, schedule, true, what);
      EXPECT_EQ(leaping.timeline.slices, expected.timeline.slices);
      EXPECT_EQ(samples_of(leaping.timeline), samples_of(expected.timeline));
      EXPECT_EQ(leaping.run.cycles, expected.run.cycles);
      EXPECT_TRUE(leaping.timeline.skips.empty());
      leapt += leaping.run.skipped ? 1 : 0;
    }
  });
  EXPECT_GT(leapt, group / 4);
}

TEST_P(RandomTimelines, KeepTheEarliestSlicesUpToTheLimit) {
  for_each_schedule([](const auto& schedule, Dice dice) {
    auto expected = record(execute_recurrence, schedule, false).timeline.slices;
    const auto limit = static_cast<std::size_t>(dice.between(1, 200));
    const auto left_out = expected.size() - std::min(limit, expected.size());
    expected.resize(expected.size() - left_out);
    for (const auto execute : {&execute_systemc, &execute_recurrence}) {
      const auto limited = record(execute, schedule, false, {{}, limit}).timeline;
      EXPECT_EQ(limited.slices, expected);
      EXPECT_EQ(limited.left_out, static_cast<std::int64_t>(left_out));
    }
  });
}

}  // namespace
}  // namespace attnsim::sim
