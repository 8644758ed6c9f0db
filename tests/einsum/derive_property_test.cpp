#include <cmath>
#include <gmock/gmock.h>
#include <map>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/derive.h"
#include "einsum/random_cascade.h"
#include "einsum/random_softmax.h"

// What holds of every derivation: each step is a cascade that prints and parses back, computes the
// same, and takes no more passes. The numbers and shapes are not those that `derive` itself checks
// with.
namespace attnsim::einsum {
namespace {

Values random_inputs(const Cascade& cascade, const Shapes& shapes, std::mt19937& random) {
  std::uniform_real_distribution<double> distribution(-1, 1);
  Values values;
  for (const auto& input : cascade.inputs) {
    DenseTensor tensor{shape_of(cascade, *cascade.find_tensor(input.tensor), shapes), {}};
    std::size_t size = 1;
    for (const auto extent : tensor.shape) size *= static_cast<std::size_t>(extent);
    for (std::size_t i = 0; i < size; ++i) tensor.data.push_back(distribution(random));
    values[input.tensor] = std::move(tensor);
  }
  return values;
}

/// The largest difference of an output, relative to its magnitude, where the original is finite.
double error_of(const Cascade& original, const Values& expected, const Values& actual) {
  double error = 0;
  for (const auto& output : original.outputs) {
    const auto& a = expected.at(output.tensor).data;
    const auto& b = actual.at(output.tensor).data;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!std::isfinite(a[i])) continue;
      const double off = std::fabs(a[i] - b[i]) / std::max(1.0, std::fabs(a[i]));
      error = std::isfinite(off) ? std::max(error, off) : INFINITY;
    }
  }
  return error;
}

void expect_sound(const Cascade& original, const Derivation& derivation, Shapes shapes,
                  std::mt19937& random) {
  Shapes resolved;
  Values inputs;
  Values expected;
  try {
    resolved = resolve_shapes(original, shapes);
    inputs = random_inputs(original, resolved, random);
    expected = evaluate(original, shapes, inputs);
  } catch (const InputError&) {
    return;  // random indices leave their tensors at these shapes
  }
  int before = derivation.passes_before;
  for (const auto& step : derivation.steps) {
    const std::string text = to_text(step.cascade);
    ASSERT_TRUE(same(step.cascade, parse_cascade(text, "t"))) << text;
    ASSERT_EQ(step.passes_before, before) << text;
    ASSERT_LE(step.passes_after, before) << text;
    before = step.passes_after;
    Shapes split = shapes;
    const auto& parts = step.cascade.find_rank(derivation.rank)->parts;
    if (!parts.empty() && !shapes.contains(parts.back())) split[parts.back()] = 2;
    const double error = error_of(original, expected, evaluate(step.cascade, split, inputs));
    ASSERT_LT(error, 1e-9) << step.rule << " " << step.einsum << "\n"
                           << to_text(original) << "\n"
                           << text;
  }
  ASSERT_EQ(before, derivation.passes_after);
  ASSERT_TRUE(derivation.passes_after <= 1 || !derivation.obstacles.empty());
}

TEST(DerivationProperty, NoStepChangesTheResultOfARandomSoftmax) {
  std::map<int, int> by_passes;
  int with_steps = 0;
  int fewer = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    std::mt19937 random(seed);
    const Cascade cascade = parse_cascade(random_softmax(random), "random");
    const Derivation derivation = derive(cascade, "M");
    ++by_passes[derivation.passes_after];
    with_steps += derivation.steps.empty() ? 0 : 1;
    fewer += derivation.passes_after < derivation.passes_before ? 1 : 0;
    expect_sound(cascade, derivation, {{"P", 7}, {"M", 10}, {"F", 2}, {"E", 3}}, random);
    if (HasFatalFailure()) return;
  }
  RecordProperty("with_steps", with_steps);
  RecordProperty("fewer_passes", fewer);
  EXPECT_GT(with_steps, 500);
  EXPECT_GT(fewer, 500);
  // One in ten has no correction; one in five a mask that leaves who knows which rows without keys.
  EXPECT_GT(by_passes[1], 350);
}

TEST(DerivationProperty, NoStepChangesTheResultOfARandomCascade) {
  int with_steps = 0;
  int fewer = 0;
  for (unsigned seed = 0; seed < 800; ++seed) {
    std::mt19937 random(seed);
    RandomParts may = seed % 2 == 0 ? RandomParts::plain() : RandomParts{};
    may.nested_parts = false;
    const Cascade cascade = random_cascade(random, may);
    for (const auto* rank : {"A", "B", "M"}) {
      const Derivation derivation = derive(cascade, rank);
      with_steps += derivation.steps.empty() ? 0 : 1;
      fewer += derivation.passes_after < derivation.passes_before ? 1 : 0;
      expect_sound(cascade, derivation,
                   {{"A", 4}, {"B", 4}, {"C", 4}, {"M1", 2}, {"M0", 2}, {"W", 0}}, random);
      if (HasFatalFailure()) return;
    }
  }
  RecordProperty("with_steps", with_steps);
  RecordProperty("fewer_passes", fewer);
  EXPECT_GT(with_steps, 1);
  EXPECT_GT(fewer, 1);
}

}  // namespace
}  // namespace attnsim::einsum
