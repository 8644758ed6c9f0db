#include "einsum/count_words.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/count_operations.h"

// The oracle: an element of an input is read if making it NaN makes some output NaN.
namespace attnsim::einsum {
namespace {

Values random_inputs(const Cascade& cascade, const Shapes& shapes) {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform(-1, 1);
  Values values;
  for (const auto& input : cascade.inputs) {
    DenseTensor tensor{shape_of(cascade, *cascade.find_tensor(input.tensor), shapes), {}};
    const auto size = words_of(cascade, input.tensor, shapes, input.place);
    for (std::int64_t i = 0; i < size; ++i) tensor.data.push_back(uniform(random));
    values[input.tensor] = std::move(tensor);
  }
  return values;
}

bool spoils(const Cascade& cascade, const Shapes& shapes, const Values& inputs) {
  const auto values = evaluate(cascade, shapes, inputs);
  for (const auto& output : cascade.outputs) {
    for (const double value : values.at(output.tensor).data) {
      if (std::isnan(value)) return true;
    }
  }
  return false;
}

std::int64_t elements_that_matter(const Cascade& cascade, const Shapes& shapes) {
  auto inputs = random_inputs(cascade, shapes);
  std::int64_t count = 0;
  for (const auto& input : cascade.inputs) {
    for (auto& element : inputs.at(input.tensor).data) {
      const double kept = element;
      element = NAN;
      if (spoils(cascade, shapes, inputs)) ++count;
      element = kept;
    }
  }
  return count;
}

struct Case {
  std::string cascade;
  Shapes shapes;
};

class WordsReadOf : public testing::TestWithParam<Case> {};

TEST_P(WordsReadOf, AreTheElementsThatMatter) {
  const auto cascade = load_cascade(cascade_path(GetParam().cascade));
  const auto shapes = resolve_shapes(cascade, GetParam().shapes);
  EXPECT_EQ(count_operations(cascade, shapes).input_words, elements_that_matter(cascade, shapes));
}

INSTANTIATE_TEST_SUITE_P(
    Masks, WordsReadOf,
    testing::Values(
        Case{"attention_3pass", {{"B", 1}, {"H", 2}, {"E", 2}, {"F", 2}, {"P", 3}, {"M", 5}}},
        Case{"attention_3pass_causal",
             {{"B", 1}, {"H", 2}, {"E", 2}, {"F", 2}, {"P", 3}, {"M", 7}}},
        Case{"attention_1pass_causal",
             {{"B", 1}, {"H", 1}, {"E", 2}, {"F", 2}, {"P", 5}, {"M", 9}, {"M0", 3}}},
        Case{"sliding_window",
             {{"B", 1}, {"H", 1}, {"E", 2}, {"F", 3}, {"P", 4}, {"M", 9}, {"W", 2}}},
        Case{"streaming_llm",
             {{"B", 1}, {"H", 1}, {"E", 2}, {"F", 1}, {"P", 6}, {"M", 6}, {"W", 2}, {"S", 1}}},
        Case{"natten", {{"B", 1}, {"H", 1}, {"E", 2}, {"F", 2}, {"P", 9}, {"M", 9}, {"W", 3}}},
        Case{"grouped_query",
             {{"B", 1}, {"J", 2}, {"G", 3}, {"E", 2}, {"F", 2}, {"P", 3}, {"M", 4}}}),
    [](const auto& made) { return made.param.cascade; });

// What a gather names is known only from the data: no more than it can name, no more than there is.
TEST(WordsRead, ThroughAGatherAreAtMostItsPoints) {
  const auto cascade = parse_cascade(
      "cascade c\nrank E P M K\ninput X[e,m] I[p,k]\noutput Y[e,p,k]\nY[e,p,k] = X[e,I[p,k]]\n",
      "t");
  const auto words = [&](std::int64_t m) {
    const Shapes shapes{{"E", 5}, {"P", 2}, {"K", 3}, {"M", m}};
    return count_operations(cascade, shapes).input_words;
  };
  EXPECT_EQ(words(100), 5 * 6 + 6);
  EXPECT_EQ(words(6), 5 * 6 + 6);
  EXPECT_EQ(words(4), 5 * 4 + 6);
}

TEST(WordsRead, OfAnInputThatSeveralEinsumsReadCountOnce) {
  const auto cascade = parse_cascade(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[m,p]\nG[p] = max[m] X[m,p] where m <= p\n"
      "Y[m,p] = X[m,p] - G[p]\n",
      "t");
  const auto shapes = resolve_shapes(cascade, {{"P", 3}, {"M", 4}});
  EXPECT_EQ(count_operations(cascade, shapes).input_words, 12);
  EXPECT_EQ(elements_that_matter(cascade, shapes), 12);
}

TEST(WordsRead, OfAMaskTensorAreAllOfIt) {
  const auto cascade = parse_cascade(
      "cascade c\nrank P M\ninput X[m] MASK[p,m]\noutput Y[p]\nY[p] = max[m] X[m] where "
      "MASK[p,m]\n",
      "t");
  EXPECT_EQ(count_operations(cascade, {{"P", 2}, {"M", 3}}).input_words, 3 + 6);
}

}  // namespace
}  // namespace attnsim::einsum
