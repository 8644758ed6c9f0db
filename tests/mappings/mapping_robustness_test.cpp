// However a mapping is mangled, reading and lowering it ends in a result or a clear error.
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text_file.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

/// Replaces, removes or doubles pieces of `text`; words come from the text itself, so that many
/// results are well-formed and wrong in meaning.
std::string mangled(std::string text, std::mt19937& random) {
  const auto below = [&](std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
  };
  std::vector<std::string> values;
  for (std::size_t at = 0; (at = text.find("=\"", at)) != std::string::npos; at += 2) {
    values.push_back(text.substr(at + 2, text.find('"', at + 2) - at - 2));
  }
  for (auto changes = 1 + below(3); changes > 0; --changes) {
    const auto at = below(text.size());
    if (below(4) == 0) {
      text[at] = static_cast<char>(32 + below(95));
      continue;
    }
    const auto quote = text.find("=\"", at);
    if (quote == std::string::npos) continue;
    const auto end = text.find('"', quote + 2);
    if (end == std::string::npos) continue;
    text.replace(quote + 2, end - quote - 2, values[below(values.size())]);
  }
  return text;
}

void expect_no_surprise(const std::string& name, const Design& design, unsigned seeds) {
  const auto text = read_text_file(workloads::find_shipped(workloads::Shipped::mapping, name));
  int lowered = 0;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    try {
      const auto mapping =
          read_mapping(XmlElement::parse(mangled(text, random), "m.xml", "mapping"));
      static_cast<void>(lower(design.cascade, design.architecture, mapping, design.shapes));
      ++lowered;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(':'), std::string::npos);
    } catch (const InfeasibleError& error) {
      EXPECT_NE(std::string(error.what()).find(':'), std::string::npos);
    }
  }
  EXPECT_GT(lowered, 10);  // or the mangling would test the XML parser only
}

TEST(MappingRobustness, OfFuseMaxSurvivesMangling) {
  expect_no_surprise("fusemax", shipped_design("fusemax", 512), 1500);
}

TEST(MappingRobustness, OfFlatSurvivesMangling) {
  expect_no_surprise("flat", shipped_design("flat", 512), 1500);
}

TEST(MappingRobustness, OfTheLinearLayersSurvivesMangling) {
  const Design design{
      shipped_architecture("fusemax"),
      shipped_mapping("linear_layers"),
      shipped_cascade("linear_layers"),
      {{"B", 2}, {"P", 512}, {"H", 3}, {"E", 64}, {"F", 64}, {"D", 192}, {"S", 512}}};
  expect_no_surprise("linear_layers", design, 500);
}

TEST(MappingRobustness, OfFlatInStepSurvivesMangling) {
  expect_no_surprise("flat_weight_stationary", shipped_design("flat_weight_stationary", 512), 1500);
}

}  // namespace
}  // namespace attnsim::mappings
