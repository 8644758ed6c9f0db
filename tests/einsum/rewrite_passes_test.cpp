#include "einsum/rewrite_passes.h"

#include <gtest/gtest.h>

#include "einsum/cascade_files.h"

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

}  // namespace
}  // namespace attnsim::einsum
