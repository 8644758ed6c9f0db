#include <gmock/gmock.h>
#include <random>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

/// Deletes, doubles, swaps or overwrites a few stretches of the text.
std::string mutate(std::string text, std::mt19937& random) {
  static const std::string letters = "abehmpBEHMP01239[](),;=+-*/<>!#\n .x_\t\x01\xff";
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
    for (int i = 0; i < 1000; ++i) {
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

TEST(CascadeInterpreter, MeetsMutatedCascadesWithInputErrorsOnly) {
  std::mt19937 random(7);
  const std::string text = text_of_file(cascade_path("attention_1pass_causal"));
  int evaluated = 0;
  for (int i = 0; i < 1500; ++i) {
    try {
      const Cascade cascade = parse_cascade(mutate(text, random), "mutant");
      Shapes shapes;
      for (const auto& rank : cascade.ranks) shapes[rank.name] = rank.name == "M" ? 4 : 2;
      const Shapes resolved = resolve_shapes(cascade, shapes);
      Values inputs;
      for (const auto& input : cascade.inputs) {
        const auto shape = shape_of(cascade, *cascade.find_tensor(input.tensor), resolved);
        std::size_t size = 1;
        for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
        inputs[input.tensor] = {shape, std::vector<double>(size, 0.5)};
      }
      static_cast<void>(evaluate(cascade, shapes, inputs));
      ++evaluated;
    } catch (const InputError&) {
    }
  }
  EXPECT_GT(evaluated, 50);
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
