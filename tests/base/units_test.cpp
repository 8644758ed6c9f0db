#include "base/units.h"

#include <gtest/gtest.h>

namespace attnsim {
namespace {

TEST(Quantity, AddsAndSubtractsItsOwnUnit) {
  EXPECT_EQ(Cycles(5) + Cycles(2) - Cycles(3), Cycles(4));
}

TEST(Quantity, SubtractsDownToZero) { EXPECT_EQ(Bytes(7) - Bytes(7), Bytes()); }

TEST(Quantity, ScalesFromEitherSide) { EXPECT_EQ(3 * Bits(16), Bits(16) * 3); }

TEST(Quantity, OrdersByCount) {
  EXPECT_LT(Cycles(1), Cycles(2));
  EXPECT_LE(Cycles(2), Cycles(2));
  EXPECT_GT(Picojoules(0.2), Picojoules(0.1));
  EXPECT_GE(Hertz(1), Hertz(1));
  EXPECT_NE(Bytes(1), Bytes(2));
}

TEST(QuantityDeathTest, NeverGoesBelowZero) {
#ifndef NDEBUG
  EXPECT_DEATH(static_cast<void>(Cycles(1) - Cycles(2)), "other.number_ <= number_");
#endif
}

}  // namespace
}  // namespace attnsim
