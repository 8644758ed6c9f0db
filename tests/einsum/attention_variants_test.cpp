#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"

// The variants of three-pass attention, against the plain ones where they must agree.
namespace attnsim::einsum {
namespace {

using Extents = std::vector<std::int64_t>;

DenseTensor random_tensor(const Extents& shape, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> distribution(-1, 1);
  DenseTensor tensor{shape, {}};
  std::size_t size = 1;
  for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
  for (std::size_t i = 0; i < size; ++i) tensor.data.push_back(distribution(random));
  return tensor;
}

/// The elements of AV; the same K and V, in any shape of as many elements.
std::vector<double> attention(const std::string& name, const Shapes& shapes, const Extents& q,
                              const Extents& k, const Extents& v) {
  const Cascade cascade = load_cascade(cascade_path(name));
  return evaluate(
             cascade, shapes,
             {{"Q", random_tensor(q, 1)}, {"K", random_tensor(k, 2)}, {"V", random_tensor(v, 3)}})
      .at("AV")
      .data;
}

const Shapes plain = {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 2}, {"P", 7}, {"M", 6}};

std::vector<double> plain_attention(const std::string& name, Shapes params = {}) {
  params.insert(plain.begin(), plain.end());
  return attention(name, params, {2, 2, 3, 7}, {2, 2, 3, 6}, {2, 2, 2, 6});
}

TEST(AttentionVariants, AWindowOfEverythingIsCausal) {
  const auto causal = plain_attention("attention_3pass_causal");
  EXPECT_EQ(plain_attention("attention_3pass_window", {{"W", 7}}), causal);
  EXPECT_NE(plain_attention("attention_3pass_window", {{"W", 6}}), causal);
}

TEST(AttentionVariants, SinksThatAreEverythingAreCausal) {
  const auto causal = plain_attention("attention_3pass_causal");
  EXPECT_EQ(plain_attention("attention_3pass_sink_window", {{"S", 6}, {"W", 1}}), causal);
  EXPECT_EQ(plain_attention("attention_3pass_sink_window", {{"S", 0}, {"W", 3}}),
            plain_attention("attention_3pass_window", {{"W", 3}}));
}

TEST(AttentionVariants, GroupsOfOneAreHeads) {
  const auto grouped = attention(
      "attention_3pass_gqa", {{"B", 2}, {"J", 2}, {"G", 1}, {"E", 3}, {"F", 2}, {"P", 7}, {"M", 6}},
      {2, 2, 3, 7}, {2, 2, 3, 6}, {2, 2, 2, 6});
  EXPECT_EQ(grouped, plain_attention("attention_3pass"));
}

TEST(AttentionVariants, SplitsThatAreMergedAreAttention) {
  const auto merged =
      attention("attention_3pass_split_kv",
                {{"B", 2}, {"H", 2}, {"E", 3}, {"F", 2}, {"P", 7}, {"S", 3}, {"T", 2}},
                {2, 2, 3, 7}, {2, 2, 3, 3, 2}, {2, 2, 2, 3, 2});
  EXPECT_THAT(merged,
              testing::Pointwise(testing::DoubleNear(1e-12), plain_attention("attention_3pass")));
}

}  // namespace
}  // namespace attnsim::einsum
