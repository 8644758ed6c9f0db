// The windows of natten.cascade beside the rule that NATTEN states: a window of w keys has w/2 to
// the left of its leader and the rest to its right, and is moved inside at the ends.
#include <algorithm>
#include <gtest/gtest.h>

#include "einsum/box_condition.h"
#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

/// The first key of the window of query i among `length` (its window ends `window` later).
std::int64_t window_start(std::int64_t i, std::int64_t window, std::int64_t stride,
                          std::int64_t length) {
  const auto left = window / 2;
  const auto right = window / 2 + window % 2 - 1;
  const auto leader = std::min(i / stride * stride + stride / 2, length - 1);
  const auto moved = leader + right >= length ? length - right - leader - 1 : 0;
  return std::max<std::int64_t>(leader - left, 0) + moved;
}

TEST(NattenMask, IsTheRuleOfStrideGroupsForOddAndEvenWindows) {
  const auto cascade = load_cascade(cascade_path("natten"));
  for (std::int64_t length = 1; length <= 14; ++length) {
    for (std::int64_t window = 1; window <= length; ++window) {
      for (std::int64_t stride = 1; stride <= window; ++stride) {
        const Shapes given{{"B", 1},      {"H", 1},      {"E", 1},     {"F", 1},
                           {"P", length}, {"W", window}, {"S", stride}};
        const BoxCondition condition(cascade, {*cascade.find_einsum("QK")->where}, {"p", "m"},
                                     resolve_shapes(cascade, given));
        for (std::int64_t p = 0; p < length; ++p) {
          const auto start = window_start(p, window, stride, length);
          for (std::int64_t m = 0; m < length; ++m) {
            const bool inside = m >= start && m < start + window;
            std::vector<std::size_t> undecided;
            ASSERT_EQ(condition.over({{p, p}, {m, m}}, undecided),
                      inside ? Truth::always : Truth::never)
                << "length " << length << " window " << window << " stride " << stride << ": query "
                << p << ", key " << m;
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace attnsim::einsum
