#include "sim/grid.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace attnsim::sim {
namespace {

/// Each block goes to the place that is free first: times known in advance.
double brute_force(const std::vector<std::uint32_t>& order, std::size_t places,
                   const std::vector<double>& times) {
  std::vector<double> free(places, 0.0);
  for (const auto kind : order) *std::min_element(free.begin(), free.end()) += times[kind];
  return *std::max_element(free.begin(), free.end());
}

std::vector<std::uint32_t> random_order(std::mt19937& random, std::size_t blocks) {
  std::vector<std::uint32_t> order;
  for (std::size_t i = 0; i < blocks; ++i)
    order.push_back(static_cast<std::uint32_t>(random() % 5));
  return order;
}

TEST(Grid, EqualsListSchedulingWhereTimesAreFixed) {
  std::mt19937 random(7);
  for (int run = 0; run < 200; ++run) {
    std::vector<double> times;
    for (int kind = 0; kind < 5; ++kind) times.push_back(static_cast<double>(1 + random() % 100));
    const Grid grid{random_order(random, 1 + random() % 300), 1 + random() % 20, 1 + random() % 3};
    const auto fixed = [&](const BlockConditions& block) { return times[block.kind]; };
    EXPECT_NEAR(run_grid(grid, fixed),
                brute_force(grid.order, grid.multiprocessors * grid.residents, times), 1e-6);
  }
}

TEST(Grid, IsNeverSlowerWithMoreMultiprocessorsOnEqualWork) {
  const auto fixed = [](const BlockConditions&) { return 10.0; };
  double last = 1e9;
  for (std::size_t count = 1; count <= 64; ++count) {
    const double time = run_grid({std::vector<std::uint32_t>(100, 0), count, 1}, fixed);
    EXPECT_LE(time, last);
    last = time;
  }
}

TEST(Grid, TakesWholeWaves) {
  const auto fixed = [](const BlockConditions&) { return 10.0; };
  const auto time = [&](std::size_t blocks) {
    return run_grid({std::vector<std::uint32_t>(blocks, 0), 4, 2}, fixed);
  };
  EXPECT_EQ(time(8), 10);
  EXPECT_EQ(time(9), 20);
  EXPECT_EQ(time(16), 20);
}

TEST(Grid, LetsABlockGoFasterOnceItIsAlone) {
  // two blocks share a multiprocessor at half the speed; the shorter one ends at 20
  const auto shared = [](const BlockConditions& block) {
    return (block.kind == 0 ? 10.0 : 30.0) * static_cast<double>(block.residents);
  };
  EXPECT_NEAR(run_grid({{0, 1}, 1, 2}, shared), 20 + 20, 1e-9);
}

TEST(Grid, SpreadsWhatIsLeftOverTheMultiprocessors) {
  // eight blocks of one wave end together; the last four get a multiprocessor each
  const auto shared = [](const BlockConditions& block) {
    return 10.0 * static_cast<double>(block.residents);
  };
  EXPECT_NEAR(run_grid({std::vector<std::uint32_t>(12, 0), 4, 2}, shared), 20 + 10, 1e-9);
}

TEST(Grid, GoesByTheRatesOfNowWhenTheShareOfTheLastGrows) {
  const auto crowded = [](const BlockConditions& block) { return block.active > 1 ? 100.0 : 10.0; };
  EXPECT_NEAR(run_grid({std::vector<std::uint32_t>(9, 0), 8, 1}, crowded), 110, 1e-9);
}

TEST(Grid, RoundsTheActiveUpToFewSteps) {
  EXPECT_EQ(active_step(132, 132), 132U);
  EXPECT_EQ(active_step(106, 132), 132U);
  EXPECT_EQ(active_step(105, 132), 105U);
  EXPECT_EQ(active_step(1, 132), 1U);
}

}  // namespace
}  // namespace attnsim::sim
