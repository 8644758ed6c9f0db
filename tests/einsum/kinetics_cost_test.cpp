// What a token costs by kinetics.cascade, sparse, beside the dense step: operations and words of
// keys and values.
#include <gtest/gtest.h>

#include "einsum/cascade_files.h"
#include "einsum/count_operations.h"

namespace attnsim::einsum {
namespace {

using Index = std::int64_t;

/// Operations of a token, and the words of the cache that it reads.
struct Cost {
  std::int64_t operations = 0;
  std::int64_t words = 0;
  /// In operations of a machine that does so many in the time of a word.
  [[nodiscard]] double at(double operations_a_word) const {
    return static_cast<double>(operations) + operations_a_word * static_cast<double>(words);
  }
};

/// @param read  the tensors that are read from the cache
Cost cost_of(const std::string& name, const Shapes& given, const std::vector<std::string>& read) {
  const auto cascade = load_cascade(cascade_path(name));
  const auto shapes = resolve_shapes(cascade, given);
  Cost cost{count_operations(cascade, shapes).flops, 0};
  for (const auto& tensor : read) {
    std::int64_t words = 1;
    for (const auto extent : shape_of(cascade, *cascade.find_tensor(tensor), shapes)) {
      words *= extent;
    }
    cost.words += words;
  }
  return cost;
}

Cost dense(Index keys, Index group) {
  return cost_of("grouped_query",
                 {{"B", 1}, {"J", 8}, {"G", group}, {"E", 128}, {"F", 128}, {"P", 1}, {"M", keys}},
                 {"K", "V"});
}

Cost sparse(Index keys, Index group, Index blocks = 32) {
  return cost_of("kinetics",
                 {{"B", 1},
                  {"J", 8},
                  {"G", group},
                  {"E", 128},
                  {"F", 128},
                  {"M", keys},
                  {"M0", 16},
                  {"N", blocks}},
                 {"KS", "VS", "MEAN"});
}

constexpr double b200 = 2 * 562.5;  // FLOPs a byte, bytes a word of 16 bits

TEST(KineticsCost, OfADenseTokenIsWhatTheModelSays) {
  // 2 r L D operations of the two products and L D words, where D = 8 heads of 128 keys and values.
  const std::int64_t length = 32768;
  const std::int64_t width = 2 * 8 * 128;
  const auto cost = dense(length, 4);
  EXPECT_EQ(cost.words, length * width);
  const double products = 2.0 * 4 * static_cast<double>(length * width);
  EXPECT_NEAR(static_cast<double>(cost.operations) / products, 1, 0.02);  // and the softmax
}

TEST(KineticsCost, OfASparseTokenGrowsWithTheMeansOnly) {
  const auto once = sparse(32768, 4);
  const auto twice = sparse(65536, 4);
  EXPECT_EQ(twice.words - once.words, 8 * 128 * 32768 / 16);
  EXPECT_LT(twice.at(b200) / once.at(b200), 1.7);
  EXPECT_NEAR(dense(65536, 4).at(b200) / dense(32768, 4).at(b200), 2, 0.001);
}

TEST(KineticsCost, SparseGainsMoreTheLongerTheContext) {
  double before = 0;
  for (Index keys = 1024; keys <= 1048576; keys *= 4) {
    const double gain = dense(keys, 4).at(b200) / sparse(keys, 4).at(b200);
    EXPECT_GT(gain, before) << keys;
    before = gain;
  }
  EXPECT_GT(before, 20);
}

TEST(KineticsCost, GrowsWithTheBlocksThatAreKept) {
  double before = 0;
  for (Index blocks = 1; blocks <= 512; blocks *= 2) {
    const double cost = sparse(32768, 4, blocks).at(b200);
    EXPECT_GT(cost, before) << blocks;
    before = cost;
  }
}

TEST(KineticsCost, IsThatOfMemoryTheMoreTheFewerHeadsShareKeys) {
  const auto share = [](const Cost& cost) {
    return b200 * static_cast<double>(cost.words) / cost.at(b200);
  };
  EXPECT_GT(share(dense(32768, 1)), share(dense(32768, 4)));
  EXPECT_GT(share(dense(32768, 4)), share(dense(32768, 16)));
  EXPECT_GT(share(dense(32768, 16)), 0.9);  // decoding is bound by memory
}

}  // namespace
}  // namespace attnsim::einsum
