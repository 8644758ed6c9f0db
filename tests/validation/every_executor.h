#pragma once

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "mappings/bounds.h"
#include "mappings/counts.h"
#include "sim/recurrence_executor.h"
#include "sim/systemc_executor.h"

namespace attnsim::sim {

/// Random choices for a design.
class Draw {
 public:
  explicit Draw(unsigned seed) : engine_(seed) {}
  std::string of(const std::vector<std::string>& choices) {
    return choices[std::uniform_int_distribution<std::size_t>(0, choices.size() - 1)(engine_)];
  }
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }

 private:
  std::mt19937 engine_;
};

inline void expect_same(const Execution& one, const Execution& other) {
  EXPECT_EQ(one.cycles, other.cycles);
  for (std::size_t unit = 0; unit < one.counts.size(); ++unit) {
    const auto id = static_cast<mappings::UnitId>(unit);
    for (std::size_t op = 0; op < one.counts[id].size(); ++op) {
      EXPECT_EQ(one.counts[id][static_cast<mappings::OpId>(op)],
                other.counts[id][static_cast<mappings::OpId>(op)]);
    }
  }
}

/// Cycles and counts of both executors, with and without skipping, agree with each other, with the
/// closed-form counts and with the bound. True if anything was skipped.
inline bool expect_the_same_from_every_executor(const mappings::Schedule& schedule) {
  const auto reference = execute_systemc(schedule, {/*steady_state=*/false});
  const auto skipping = execute_systemc(schedule);
  expect_same(reference, skipping);
  expect_same(reference, execute_recurrence(schedule, {/*steady_state=*/false}));
  expect_same(reference, execute_recurrence(schedule));
  expect_same(reference, {reference.cycles, mappings::count_executions(schedule)});
  EXPECT_GE(reference.cycles, mappings::bound_of(schedule).cycles);
  return skipping.skipped;
}

}  // namespace attnsim::sim
