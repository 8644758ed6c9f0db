#include "sim/token_queue.h"

#include <gmock/gmock.h>

namespace attnsim::sim {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> state_of(const TokenQueue& queue, std::int64_t clock, std::int64_t base) {
  std::vector<std::int64_t> key;
  queue.append_state(clock, base, key);
  return key;
}

TEST(TokenQueue, StartsWithItsInitialCountAtCycleZero) {
  TokenQueue queue(3);

  EXPECT_EQ(queue.count(), 3);
  EXPECT_EQ(queue.take(3), 0);
  EXPECT_EQ(queue.count(), 0);
}

TEST(TokenQueue, TakesTheOldestAndTellsTheLatestOfTheirArrivals) {
  TokenQueue queue(0);
  queue.give(5, 2);
  queue.give(9, 2);

  EXPECT_EQ(queue.latest_of(2), 5);
  EXPECT_EQ(queue.latest_of(3), 9);
  EXPECT_EQ(queue.take(1), 5);
  EXPECT_EQ(queue.take(2), 9);
  EXPECT_EQ(queue.count(), 1);
}

TEST(TokenQueue, LetsALaterGiftOvertakeNobody) {
  TokenQueue queue(0);
  queue.give(100, 1);
  queue.give(20, 1);

  EXPECT_EQ(queue.take(1), 100);
  EXPECT_EQ(queue.take(1), 20);
}

TEST(TokenQueue, KeepsItsOrderWhileItGrows) {
  TokenQueue queue(0);
  for (std::int64_t i = 0; i < 3; ++i) queue.give(i, 1);
  EXPECT_EQ(queue.take(2), 1);
  for (std::int64_t i = 3; i < 100; ++i) queue.give(i, 1);

  for (std::int64_t i = 2; i < 100; ++i) EXPECT_EQ(queue.take(1), i);
}

TEST(TokenQueue, StateForgetsArrivalsThatAConsumerCannotTellApart) {
  TokenQueue early(2);
  early.give(30, 1);
  TokenQueue late(0);
  late.give(7, 2);
  late.give(130, 1);

  EXPECT_EQ(state_of(early, 10, 10), state_of(late, 110, 110));
  EXPECT_THAT(state_of(early, 10, 10), ElementsAre(3, 1, 20, 1));
  EXPECT_THAT(state_of(early, 9, 10), ElementsAre(3, 1, 20, 1));
  EXPECT_THAT(state_of(early, 30, 10), ElementsAre(3, 0));
}

TEST(TokenQueue, StateHoldsCountsBehindALaterArrivalUntilThen) {
  TokenQueue queue(0);
  queue.give(50, 1);
  queue.give(20, 1);

  EXPECT_THAT(state_of(queue, 30, 0), ElementsAre(2, 1, 50, 2));
}

}  // namespace
}  // namespace attnsim::sim
