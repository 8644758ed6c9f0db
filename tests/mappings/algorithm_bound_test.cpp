#include "mappings/algorithm_bound.h"

#include <gtest/gtest.h>

#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

Bound bound_of_design(const Design& design) {
  const auto shapes =
      complete_shapes(design.cascade, design.architecture, design.mapping, design.shapes);
  return algorithm_bound(design.cascade, design.architecture, shapes);
}

// Of FLAT's units only the vector has exp, div and max, a cycle each; M - 1 maxima make one of M.
TEST(AlgorithmBound, IsTheOperationsThatNoOtherUnitHas) {
  const auto bound = bound_of_design(shipped_design("flat", 1024));
  EXPECT_EQ(bound.by, "array1d");
  EXPECT_EQ(bound.cycles, 6 * 1024 * (1024 + 1024 + 1023) / 256);
}

TEST(AlgorithmBound, SpreadsWhatTwoUnitsHaveOverTheLanesOfBoth) {
  const auto design = shipped_design("fusemax", 4096);
  EXPECT_EQ(bound_of_design(design).by, "array2d + array1d");
}

// Q, K and V once, AV once: 16-bit words at 1 GB/s and 940 MHz.
TEST(AlgorithmBound, IsCompulsoryTrafficWhereTheMemoryIsSlow) {
  const auto design =
      shipped_design("fusemax", 256, {{"//memory[@name='dram']/@bandwidth", "1 GB/s"}});
  const auto bound = bound_of_design(design);
  constexpr double bytes = 2.0 * 6 * 4 * 64 * 256;
  EXPECT_EQ(bound.by, "dram");
  EXPECT_EQ(bound.cycles, static_cast<std::int64_t>(bytes * 940e6 / 1e9));
}

// The part of M that fills no M0 is left out: the bound stays below that of the next multiple.
TEST(AlgorithmBound, OfALengthThatNoTileDividesCountsTheWholeTiles) {
  auto design = shipped_design("fusemax", 4096);
  design.shapes["M"] = 1000;
  const auto ragged = bound_of_design(design).cycles;
  design.shapes["M"] = 768;
  EXPECT_EQ(ragged, bound_of_design(design).cycles);
}

}  // namespace
}  // namespace attnsim::mappings
