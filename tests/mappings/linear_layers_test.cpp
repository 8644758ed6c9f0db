// How the linear layers are laid out: flattened rows and columns, whole weights where they fit,
// else blocks.
#include <algorithm>
#include <gtest/gtest.h>
#include <stdexcept>

#include "mappings/counts.h"
#include "mappings/shipped.h"

namespace attnsim::mappings {
namespace {

Lowered lowered(Shapes shapes, const std::string& architecture = "fusemax") {
  const Design design{shipped_architecture(architecture), shipped_mapping("linear_layers"),
                      shipped_cascade("linear_layers"), std::move(shapes)};
  return design.lower();
}

/// Executions of the operation of that name, times `weight(variant's actions)`.
template <class Weight>
std::int64_t total(const Lowered& lowered, const std::string& name, Weight weight) {
  const auto counts = count_executions(lowered.schedule);
  for (std::size_t i = 0; i < lowered.schedule.units.size(); ++i) {
    const auto unit = static_cast<UnitId>(i);
    const auto& ops = lowered.schedule.units[unit].ops;
    for (std::size_t j = 0; j < ops.size(); ++j) {
      const auto op = static_cast<OpId>(j);
      if (ops[op].name != name) continue;
      std::int64_t sum = 0;
      for (std::size_t variant = 0; variant < counts[unit][op].size(); ++variant) {
        sum += counts[unit][op][variant] * weight(lowered.accounting[unit][op][variant]);
      }
      return sum;
    }
  }
  throw std::out_of_range(name);
}

std::int64_t runs(const Lowered& lowered, const std::string& name) {
  return total(lowered, name, [](const Actions&) { return 1; });
}

std::int64_t counted(const Lowered& lowered, const std::string& name, const std::string& what) {
  return total(lowered, name, [&](const Actions& actions) {
    std::int64_t sum = 0;
    for (const auto& action : actions.actions) sum += action.what == what ? action.count : 0;
    return sum;
  });
}

const FootprintLine& footprint(const Lowered& lowered, const std::string& tensors) {
  const auto found =
      std::find_if(lowered.footprint.begin(), lowered.footprint.end(),
                   [&](const FootprintLine& line) { return line.tensors == tensors; });
  if (found == lowered.footprint.end()) throw std::out_of_range(tensors);
  return *found;
}

const Shapes bert{{"B", 64}, {"P", 1024}, {"H", 12}, {"E", 64}, {"F", 64}, {"D", 768}, {"S", 3072}};
const Shapes xlm{{"B", 64},  {"P", 1024}, {"H", 16},  {"E", 128},
                 {"F", 128}, {"D", 2048}, {"S", 8192}};

TEST(LowerLinearLayers, SpreadsHeadsAndTheirWidthOverTheColumnsTogether) {
  const auto design = lowered(bert);
  // 256 of the 64 x 1024 rows, 256 of the 12 x 64 columns, 256 of the 768 summands at a time.
  EXPECT_EQ(runs(design, "Q"), 64 * 1024 / 256 * (12 * 64 / 256) * (768 / 256));
  EXPECT_EQ(counted(design, "Q", "mac"), 64LL * 1024 * 12 * 64 * 768);
}

TEST(LowerLinearLayers, DoesEveryProductOnceAtShapesThatNoTileDivides) {
  const auto design =
      lowered({{"B", 3}, {"P", 130}, {"H", 5}, {"E", 60}, {"F", 70}, {"D", 300}, {"S", 700}});
  EXPECT_EQ(counted(design, "Q", "mac"), 3LL * 130 * 5 * 60 * 300);
  EXPECT_EQ(counted(design, "Z", "mac"), 3LL * 130 * 300 * 5 * 70);
  EXPECT_EQ(counted(design, "FFN2", "mac"), 3LL * 130 * 300 * 700);
  EXPECT_EQ(counted(design, "store V", "write"), 2LL * 3 * 130 * 5 * 70);
}

TEST(LowerLinearLayers, LoadsWeightsOnceWhereTheyFitWhole) {
  const auto design = lowered(bert);
  EXPECT_EQ(counted(design, "load W1", "read"), 2LL * 768 * 3072);
  EXPECT_EQ(counted(design, "load Z", "read"), 2LL * 64 * 1024 * 768);
}

TEST(LowerLinearLayers, LoadsWeightsOncePerBlockOfRowsWhereTheyDoNot) {
  // 16 MiB: 8 MiB hold 2048 rows of 2048; 32 MiB: 4096.
  const auto blocks = 64 * 1024 / 2048;
  EXPECT_EQ(counted(lowered(xlm), "load W1", "read"), 2LL * 2048 * 8192 * blocks);
  EXPECT_EQ(counted(lowered(xlm, "flat"), "load W1", "read"), 2LL * 2048 * 8192 * blocks / 2);
}

TEST(LowerLinearLayers, HoldsATileOfWeightsTwiceOnlyWhereAnotherFollows) {
  EXPECT_EQ(footprint(lowered(bert), "W1").tiles, 1);
  EXPECT_EQ(footprint(lowered(xlm), "W1").tiles, 2);
}

}  // namespace
}  // namespace attnsim::mappings
