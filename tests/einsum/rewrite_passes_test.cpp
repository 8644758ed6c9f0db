#include "einsum/rewrite_passes.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "einsum/cascade_files.h"
#include "einsum/pass_analysis.h"

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

TEST(Passes, TellQueriesAndKeysApartWhereOnlyTheirNumberIsTheSame) {
  EXPECT_EQ(passes_of("natten", "M"), 2);
  EXPECT_EQ(passes_of("natten", "P"), 1);
}

TEST(Passes, AreThoseOfThePassAnalysis) {
  for (const auto& name : shipped_cascades()) {
    const auto cascade = load_cascade(cascade_path(name));
    const bool renames = std::any_of(cascade.ranks.begin(), cascade.ranks.end(),
                                     [](const Rank& rank) { return rank.parts.size() == 1; });
    for (const auto& rank : cascade.ranks) {
      if (renames) continue;
      EXPECT_EQ(passes(cascade, rank.name), analyse_passes(cascade, rank.name).most()) << name;
    }
  }
}

}  // namespace
}  // namespace attnsim::einsum
