#include "sim/token_queue.h"

#include <algorithm>
#include <gmock/gmock.h>

namespace attnsim::sim {
namespace {

using testing::ElementsAre;

std::vector<std::int64_t> state_of(TokenQueue queue, std::int64_t clock, std::int64_t base) {
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

TEST(TokenQueue, IsTheSameToItsConsumerAfterALookAtItsState) {
  TokenQueue queue(1);
  for (std::int64_t i = 0; i < 10; ++i) queue.give(10 * i, 1);
  auto looked = queue;
  std::vector<std::int64_t> key;
  looked.append_state(45, 0, key);

  EXPECT_EQ(state_of(looked, 45, 0), state_of(queue, 45, 0));
  EXPECT_EQ(looked.count(), queue.count());
  // A consumer at 45 takes one after the other.
  for (std::int64_t i = 0; i < 11; ++i) {
    EXPECT_EQ(std::max<std::int64_t>(45, looked.take(1)),
              std::max<std::int64_t>(45, queue.take(1)));
  }
}

}  // namespace
}  // namespace attnsim::sim
