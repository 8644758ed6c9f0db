#include <bit>
#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/random_cascade.h"

namespace attnsim::einsum {
namespace {

/// Deletes, doubles, swaps or overwrites a few stretches of the text.
std::string mutate(std::string text, std::mt19937& random) {
  static const std::string letters = "abehmpBEHMP01239[](),;=+-*/%:<>!#\n .x_\t\x01\xff";
  const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
  const std::size_t edits = 1 + below(6);
  for (std::size_t i = 0; i < edits && !text.empty(); ++i) {
    const auto at = below(text.size());
    const auto length = 1 + below(12);
    switch (random() % 5) {
      case 0:
        text.erase(at, length);
        break;
      case 1:
        text.insert(at, text.substr(below(text.size()), length));
        break;
      case 2:
        text[at] = letters[below(letters.size())];
        break;
      case 3:
        std::swap(text[at], text[below(text.size())]);
        break;
      default:
        text.insert(at, 1, letters[below(letters.size())]);
    }
  }
  return text;
}

TEST(CascadeParser, MeetsMutatedTextWithInputErrorsOnly) {
  std::mt19937 random(20240807);
  int accepted = 0;
  int rejected = 0;
  for (const auto& name : shipped_cascades()) {
    const std::string text = text_of_file(cascade_path(name));
    for (int i = 0; i < 150; ++i) {
      const std::string mutant = mutate(text, random);
      try {
        const Cascade cascade = parse_cascade(mutant, name);
        ASSERT_TRUE(same(cascade, parse_cascade(to_text(cascade), name))) << mutant;
        ++accepted;
      } catch (const InputError&) {
        ++rejected;
      }
    }
  }
  EXPECT_GT(accepted, 100);
  EXPECT_GT(rejected, 1000);
}

/// What a cascade computes at small shapes, or the message with which it fails.
struct Outcome {
  Values values;
  std::string message;
};

Outcome outcome_of(const Cascade& cascade) {
  try {
    Shapes shapes;
    for (const auto& rank : cascade.ranks) {
      if (rank.parts.empty()) shapes[rank.name] = 2;
    }
    const Shapes resolved = resolve_shapes(cascade, shapes);
    Values inputs;
    for (const auto& input : cascade.inputs) {
      const auto shape = shape_of(cascade, *cascade.find_tensor(input.tensor), resolved);
      std::size_t size = 1;
      for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
      inputs[input.tensor] = {shape, std::vector<double>(size, input.tensor == "I" ? 1 : 0.5)};
    }
    return {evaluate(cascade, shapes, inputs), ""};
  } catch (const InputError& error) {
    return {{}, error.what()};
  }
}

TEST(CascadeInterpreter, MeetsMutatedCascadesWithInputErrorsOnly) {
  std::mt19937 random(7);
  int evaluated = 0;
  for (const auto* name : {"attention_1pass_causal", "hip_attention", "tidal_decode", "qserve",
                           "lightning_attention", "s2_attention", "routing_transformer"}) {
    const std::string text = text_of_file(cascade_path(name));
    for (int i = 0; i < 500; ++i) {
      try {
        const auto outcome = outcome_of(parse_cascade(mutate(text, random), "mutant"));
        if (outcome.message.empty()) ++evaluated;
      } catch (const InputError&) {
      }
    }
  }
  EXPECT_GT(evaluated, 200);
}

bool same_bits(const Values& a, const Values& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.first == y.first && x.second.shape == y.second.shape &&
           std::equal(x.second.data.begin(), x.second.data.end(), y.second.data.begin(),
                      y.second.data.end(), [](double u, double v) {
                        return std::bit_cast<std::uint64_t>(u) == std::bit_cast<std::uint64_t>(v);
                      });
  });
}

TEST(CascadeInterpreter, ComputesTheSameOfARandomCascadeAndOfItsText) {
  int evaluated = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    std::mt19937 random(seed);
    const Cascade cascade = random_cascade(random);
    const auto once = outcome_of(cascade);
    const auto again = outcome_of(parse_cascade(to_text(cascade), ""));
    // Messages differ in their places only: a random cascade has none.
    ASSERT_EQ(once.message.empty(), again.message.empty()) << seed << "\n" << again.message;
    ASSERT_TRUE(same_bits(once.values, again.values)) << seed << "\n" << to_text(cascade);
    if (once.message.empty()) ++evaluated;
  }
  EXPECT_GT(evaluated, 40);
}

TEST(CascadeParser, MeetsRandomBytesWithInputErrorsOnly) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    std::string text = i % 2 == 0 ? "cascade c\nX[a] = " : "";
    const auto length = random() % 200;
    for (std::size_t k = 0; k < length; ++k) text += static_cast<char>(random() % 256);
    EXPECT_NE(error_of(text), "");
  }
}

std::string repeated(const std::string& piece, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += piece;
  return text;
}

std::string error_of_value(const std::string& value) {
  return error_of("cascade c\nrank A\ninput X[a]\noutput Y[a]\nY[a] = " + value + "\n");
}

TEST(CascadeParser, NestsTwoHundredParenthesesAndNoMore) {
  const auto nested = [](int depth) {
    return repeated("(", depth) + "X[a]" + repeated(")", depth);
  };
  EXPECT_EQ(error_of_value(nested(200)), "");
  EXPECT_EQ(error_of_value(nested(201)), "t:5:208: nested more than 200 deep");
}

TEST(CascadeParser, BoundsEveryKindOfDepth) {
  const std::string too_deep = "nested more than 200 deep";
  EXPECT_THAT(error_of_value("X[a] where " + repeated("not ", 900) + "a < 1"),
              testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value("X[" + repeated("(", 900)), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value(repeated("X[", 600)), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value(repeated("argmax[b]", 400)), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value(repeated("topk[b](", 300)), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value(repeated("-", 1000) + "X[a]"), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value(repeated("exp(", 400)), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value(repeated("sum[b]", 300)), testing::EndsWith(too_deep));
  EXPECT_THAT(error_of_value("X[a] where " + repeated("(", 900)), testing::EndsWith(too_deep));
  EXPECT_EQ(error_of_value(repeated("1+", 990) + "X[a]"), "");
  EXPECT_THAT(error_of_value(repeated("1+", 1100) + "X[a]"),
              testing::EndsWith("a line has at most 2000 names, numbers and signs"));
}

}  // namespace
}  // namespace attnsim::einsum
