#include "einsum/rewrite_passes.h"

#include <gtest/gtest.h>
#include <random>

#include "einsum/cascade_files.h"
#include "einsum/pass_analysis.h"
#include "einsum/random_softmax.h"

namespace attnsim::einsum {
namespace {

int passes_of(const std::string& name, const std::string& rank) {
  return passes(load_cascade(cascade_path(name)), rank);
}

TEST(Passes, OfTheShippedCascadesAreWhatTheirNamesSay) {
  EXPECT_EQ(passes_of("attention_naive", "M"), 2);
  EXPECT_EQ(passes_of("attention_3pass", "M"), 3);
  EXPECT_EQ(passes_of("attention_2pass", "M"), 2);
  EXPECT_EQ(passes_of("attention_1pass", "M"), 1);
  EXPECT_EQ(passes_of("attention_1pass_causal", "M"), 1);
}

TEST(Passes, OverAChunkAreTwoForTheOnePassCascade) {
  EXPECT_EQ(passes_of("attention_1pass", "M0"), 2);  // QK is read by LM, then by SLN
}

TEST(Passes, OverARankThatNothingIsReducedOverIsOne) {
  EXPECT_EQ(passes_of("attention_3pass", "P"), 1);
  EXPECT_EQ(passes_of("attention_3pass", "E"), 1);
}

/// The count that guides the search is simpler than the analysis that `attnsim passes` prints.
TEST(Passes, AreThoseOfThePassAnalysis) {
  std::string differ;
  for (const auto& name : shipped_cascades()) {
    const auto cascade = load_cascade(cascade_path(name));
    for (const auto& rank : cascade.ranks) {
      const int simple = passes(cascade, rank.name);
      const int full = analyse_passes(cascade, rank.name).most();
      if (simple == full) continue;
      differ +=
          name + " " + rank.name + " " + std::to_string(simple) + " " + std::to_string(full) + "\n";
    }
  }
  EXPECT_EQ(differ, "");
}

TEST(Passes, OfRandomSoftmaxAreThoseOfThePassAnalysis) {
  for (unsigned seed = 0; seed < 600; ++seed) {
    std::mt19937 random(seed);
    const auto cascade = parse_cascade(random_softmax(random), "random");
    EXPECT_EQ(passes(cascade, "M"), analyse_passes(cascade, "M").most()) << to_text(cascade);
  }
}

}  // namespace
}  // namespace attnsim::einsum
