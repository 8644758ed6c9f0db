#include "base/value_text.h"

#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "base/complaint.h"

namespace attnsim {
namespace {

template <class T>
std::string problem(const std::string& text) {
  return complaint<TextError>([&] { return value_of_text<T>(text); });
}

TEST(ValueText, ReadsCountsUpToTheGreatest) {
  EXPECT_EQ(value_of_text<unsigned>("4294967295"), 4294967295U);
  EXPECT_EQ(problem<unsigned>("4294967296"), "is too large (at most 4294967295)");
  EXPECT_EQ(value_of_text<std::int64_t>("-9223372036854775808"),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(problem<std::int64_t>("-9223372036854775809"), "is too far below 0");
}

TEST(ValueText, RejectsANegativeCount) { EXPECT_EQ(problem<std::uint64_t>("-1"), "is negative"); }

TEST(ValueText, RejectsWhatIsNoWholeNumber) {
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "0x10", "64K", "1e3", "16 B"}) {
    EXPECT_EQ(problem<std::uint64_t>(text),
              "is not a whole number (a count, written without a unit)")
        << text;
  }
}

TEST(ValueText, ReadsBooleans) {
  EXPECT_TRUE(value_of_text<bool>("true"));
  EXPECT_TRUE(value_of_text<bool>("1"));
  EXPECT_FALSE(value_of_text<bool>("false"));
  EXPECT_FALSE(value_of_text<bool>("0"));
  EXPECT_EQ(problem<bool>("yes"), "is neither true nor false");
}

TEST(ValueText, ReadsNumbers) {
  EXPECT_EQ(value_of_text<double>("-2.5e-3"), -2.5e-3);
  EXPECT_EQ(problem<double>("nan"), "is not a number");
  EXPECT_EQ(problem<double>("inf"), "is not a number");
  EXPECT_EQ(problem<double>("1 "), "is not a number");
  EXPECT_EQ(problem<double>("1e999"), "is out of range");
}

}  // namespace
}  // namespace attnsim
