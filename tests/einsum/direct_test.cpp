// Every shipped cascade against the definition of its algorithm.
#include "direct/direct.h"

#include <gmock/gmock.h>
#include <ostream>

#include "einsum/cascade_files.h"

namespace attnsim::direct {
namespace {

using einsum::Cascade;
using einsum::Shapes;

constexpr std::uint64_t seeds = 3;

struct Case {
  std::string cascade;
  std::size_t shape = 0;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.cascade << " at " << one.shape; }

std::vector<Case> all_cases() {
  std::vector<Case> all;
  for (const auto& definition : all_direct()) {
    for (std::size_t i = 0; i < definition.shapes.size(); ++i)
      all.push_back({definition.cascade, i});
  }
  return all;
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.cascade + "_shape" + std::to_string(info.param.shape + 1);
}

std::vector<Comparison> comparisons(const Definition& definition, const Cascade& cascade,
                                    const Shapes& given, std::uint64_t seed) {
  const auto shapes = einsum::resolve_shapes(cascade, given);
  const auto inputs = draw_inputs(definition, cascade, shapes, seed);
  return compare(definition, cascade, shapes, inputs, einsum::evaluate(cascade, shapes, inputs));
}

class ShippedCascade : public testing::TestWithParam<Case> {};

TEST_P(ShippedCascade, IsItsDefinition) {
  const auto all = all_direct();
  const auto* definition = find_direct(all, GetParam().cascade);
  const auto cascade = einsum::load_cascade(einsum::cascade_path(GetParam().cascade));
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (const auto& one :
         comparisons(*definition, cascade, definition->shapes[GetParam().shape], seed)) {
      EXPECT_TRUE(one.holds()) << one.output << ", seed " << seed << ": " << one.max_abs_error;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Direct, ShippedCascade, testing::ValuesIn(all_cases()), name_of);

TEST(Definitions, AreThoseOfTheShippedCascades) {
  std::vector<std::string> names;
  for (const auto& definition : all_direct()) names.push_back(definition.cascade);
  EXPECT_EQ(names, einsum::shipped_cascades());
}

TEST(Definitions, HaveThreeShapesAndOneThatIsOdd) {
  for (const auto& definition : all_direct()) {
    EXPECT_GE(definition.shapes.size(), 3U) << definition.cascade;
    const auto cascade = einsum::load_cascade(einsum::cascade_path(definition.cascade));
    const auto odd = [&](const Shapes& given) {
      // More than one position, query or key, and an odd number of them.
      const auto shapes = einsum::resolve_shapes(cascade, given);
      return std::any_of(shapes.begin(), shapes.end(), [](const auto& shape) {
        return (shape.first == "P" || shape.first == "M" || shape.first == "X") &&
               shape.second > 1 && shape.second % 2 == 1;
      });
    };
    EXPECT_TRUE(std::any_of(definition.shapes.begin(), definition.shapes.end(), odd))
        << definition.cascade;
  }
}

TEST(Definitions, DrawTheSameForTheSameSeedOnly) {
  const auto all = all_direct();
  const auto* definition = find_direct(all, "hyper_attention");
  const auto cascade = einsum::load_cascade(einsum::cascade_path("hyper_attention"));
  const auto shapes = einsum::resolve_shapes(cascade, definition->shapes[1]);
  const auto once = draw_inputs(*definition, cascade, shapes, 1);
  EXPECT_EQ(once.at("Q").data, draw_inputs(*definition, cascade, shapes, 1).at("Q").data);
  EXPECT_NE(once.at("Q").data, draw_inputs(*definition, cascade, shapes, 2).at("Q").data);
  EXPECT_THAT(once.at("SAMPLE").data,
              testing::Each(testing::AllOf(testing::Ge(0), testing::Lt(13))));
}

/// What the cascade makes of its tensors at a shape of its definition, by their names.
einsum::Values values_of(const std::string& name, std::size_t shape) {
  const auto all = all_direct();
  const auto* definition = find_direct(all, name);
  const auto cascade = einsum::load_cascade(einsum::cascade_path(name));
  const auto shapes = einsum::resolve_shapes(cascade, definition->shapes[shape]);
  return einsum::evaluate(cascade, shapes, draw_inputs(*definition, cascade, shapes, 1));
}

TEST(ShippedCascades, QServeHoldsWholeNumbersOfFourBits) {
  const auto values = values_of("qserve", 0);
  for (const double code : values.at("KQ").data) {
    EXPECT_EQ(code, einsum::round_to(einsum::ElementType::uint4, code));
  }
}

TEST(ShippedCascades, TidalDecodeHoldsNothingWhereThereAreFewerKeys) {
  const auto values = values_of("tidal_decode", 2);  // 6 of 3 keys
  const Reader index("INDEX", values.at("INDEX"));
  EXPECT_GE(index(0, 0, 2, 4), 0);
  EXPECT_EQ(index(0, 0, 3, 4), -1);
}

/// The cascade with `from`, which it has, replaced by `to`.
Cascade changed(const std::string& name, const std::string& from, const std::string& to) {
  auto text = einsum::text_of_file(einsum::cascade_path(name));
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error(name + " has no " + from);
  return einsum::parse_cascade(text.replace(at, from.size(), to), name);
}

double error_of(const Cascade& cascade) {
  const auto all = all_direct();
  const auto* definition = find_direct(all, cascade.name);
  return comparisons(*definition, cascade, definition->shapes[1], 1).front().max_abs_error;
}

TEST(Definitions, AreNotMetByAnotherOperator) {
  EXPECT_GT(error_of(changed("attention_1pass", "exp(", "abs(")), 1e-3);
}

TEST(Definitions, AreNotMetByAWindowThatIsOffByOne) {
  auto text = einsum::text_of_file(einsum::cascade_path("sliding_window"));
  for (std::size_t at = 0; (at = text.find("< W", at)) != std::string::npos; at += 4) {
    text.replace(at, 3, "<= W");
  }
  EXPECT_GT(error_of(einsum::parse_cascade(text, "t")), 1e-3);
}

TEST(Definitions, AreNotMetByElementsThatAreNoNumbers) {
  EXPECT_TRUE(std::isnan(error_of(changed("attention_naive", "exp(", "log("))));
}

}  // namespace
}  // namespace attnsim::direct
