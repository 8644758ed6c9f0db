#include "einsum/pass_analysis.h"

#include <gmock/gmock.h>

#include "einsum/cascade_files.h"
#include "einsum/pass_live.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Cascade shipped(const std::string& name) { return load_cascade(cascade_path(name)); }

PassAnalysis over(const std::string& text, const std::string& rank) {
  return analyse_passes(parse_cascade(text, "t"), rank);
}

/// What a worked cascade is known to come out as.
struct Worked {
  const char* name;
  int passes;
  std::vector<int> chunk;  ///< over M0, in each pass over M; empty: M is not split
  std::vector<std::string> whole;
  std::vector<std::string> summaries;
  const char* footprint;
  const char* state;
};

void PrintTo(const Worked& worked, std::ostream* out) { *out << worked.name; }

class WorkedCascade : public testing::TestWithParam<Worked> {};

std::vector<std::string> live_names(const LiveSet& live, bool whole) {
  std::vector<std::string> names;
  for (const auto& tensor : live.tensors) {
    if (tensor.whole == whole) names.push_back(tensor.name);
  }
  return names;
}

TEST_P(WorkedCascade, HasItsPassesLiveSetAndFootprint) {
  const auto& worked = GetParam();
  const auto cascade = shipped(worked.name);
  const auto analysis = analyse_passes(cascade, "M");
  EXPECT_THAT(analysis.passes, ElementsAre(worked.passes));
  EXPECT_THAT(analysis.notes, IsEmpty());
  EXPECT_EQ(analysis.grows_with, "");
  const auto live = live_set(cascade, analysis);
  EXPECT_EQ(live_names(live, true), worked.whole);
  EXPECT_EQ(live_names(live, false), worked.summaries);
  EXPECT_EQ(live.footprint.text(), worked.footprint);
  EXPECT_EQ(live.state.text(), worked.state);
  EXPECT_THAT(live.per, ElementsAre("B", "H", "P"));
}

TEST_P(WorkedCascade, HasItsPassesOverAChunk) {
  const auto& worked = GetParam();
  const auto cascade = shipped(worked.name);
  if (worked.chunk.empty()) {
    EXPECT_EQ(cascade.find_rank("M0"), nullptr);
  } else {
    EXPECT_EQ(analyse_passes(cascade, "M0").passes, worked.chunk);
  }
}

const std::vector<Worked> worked_cascades = {
    {"attention_naive", 2, {}, {"SN"}, {}, "M", "E + F + 1"},
    {"attention_naive_deferred", 1, {}, {}, {}, "0", "E + F + 1"},
    {"attention_3pass", 3, {}, {"QK", "SN"}, {}, "M", "E + F + 2"},
    {"attention_3pass_deferred", 2, {}, {"QK"}, {}, "M", "E + F + 2"},
    {"attention_2pass", 2, {2, 1}, {"SLN"}, {"LM", "SLD", "PLM"}, "M + 3*M1", "E + F + 2"},
    {"attention_splitk", 1, {2}, {}, {"LM", "SLD", "SLNV"}, "M1*(F + 2)", "E + F + 2"},
    {"attention_1pass", 1, {2}, {}, {}, "0", "E + F + 2"},
    // The rest of the taxonomy.
    {"attention_online", 2, {2, 1}, {"QK"}, {}, "M", "E + F + 2"},
    {"attention_flash1", 1, {2}, {}, {}, "0", "E + F + 2"},
    // A mask takes points away and adds no dependency.
    {"attention_3pass_causal", 3, {}, {"QK", "SN"}, {}, "M", "E + F + 2"},
    {"attention_1pass_causal", 1, {2}, {}, {}, "0", "E + F + 2"}};

INSTANTIATE_TEST_SUITE_P(Shipped, WorkedCascade, testing::ValuesIn(worked_cascades),
                         [](const auto& given) { return std::string(given.param.name); });

TEST(PassProof, OfThreePassAttentionIsItsChainOfReductions) {
  const auto analysis = analyse_passes(shipped("attention_3pass"), "M");
  EXPECT_THAT(analysis.proof, ElementsAre("QK", "GM", "SN", "SD", "A"));
  EXPECT_THAT(analysis.step("GM").level, ElementsAre(0));
  EXPECT_THAT(analysis.step("GM").avail, ElementsAre(1));
  EXPECT_THAT(analysis.step("SN").level, ElementsAre(1));
  EXPECT_THAT(analysis.step("SD").avail, ElementsAre(2));
  EXPECT_THAT(analysis.step("A").level, ElementsAre(2));
}

TEST(PassProof, OfTwoPassAttentionLeadsThroughTheSummaries) {
  const auto analysis = analyse_passes(shipped("attention_2pass"), "M");
  EXPECT_THAT(analysis.proof, ElementsAre("QK", "LM", "GM", "PLM", "SD", "C", "A"));
  EXPECT_TRUE(analysis.step("C").traversals.empty());
}

TEST(Passes, OverTheOuterPartCountTraversalsOfItsSummariesToo) {
  // QK .. LM; PLM, SD; C, A.
  EXPECT_THAT(analyse_passes(shipped("attention_2pass"), "M1").passes, ElementsAre(3));
  EXPECT_THAT(analyse_passes(shipped("attention_splitk"), "M1").passes, ElementsAre(2));
  EXPECT_THAT(analyse_passes(shipped("attention_1pass"), "M1").passes, ElementsAre(1));
}

TEST(Passes, OverARankThatNothingIsReducedOverAreOne) {
  for (const auto* rank : {"B", "H", "P"}) {
    EXPECT_THAT(analyse_passes(shipped("attention_3pass"), rank).passes, ElementsAre(1)) << rank;
  }
}

TEST(Passes, OverARankThatNothingRunsAlongAreNone) {
  const auto analysis = over("cascade c\nrank M P\ninput X[m]\noutput Y[p]\nY[p] = X[p+0]\n", "M");
  EXPECT_THAT(analysis.passes, ElementsAre(0));
  EXPECT_THAT(analysis.proof, IsEmpty());
}

TEST(Passes, AChunkIsKeptBetweenItsTwoTraversals) {
  const auto cascade = shipped("attention_1pass");
  const auto live = live_set(cascade, analyse_passes(cascade, "M0"));
  EXPECT_EQ(live_names(live, true), std::vector<std::string>{"QK"});
  EXPECT_EQ(live.footprint.text(), "M0");
}

TEST(Passes, OfAnUnknownRankNameTheRanks) {
  try {
    static_cast<void>(over("cascade c\nrank M\ninput X[m]\noutput Y[m]\nY[m] = X[m]\n", "N"));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "t: unknown rank 'N' (known: M)");
  }
}

// ---- reads

const std::string head =
    "cascade c\nrank M N\ninput X[m]\ninput W[n]\noutput Y[m] Z[]\nZ[] = sum[n] W[n]\nA[m] = "
    "exp(X[m])\n";

TEST(PassReads, OfANeighbourNeedNoOtherTraversal) {
  for (const auto* index : {"m-1", "m+2"}) {
    const auto analysis = over(head + "Y[m] = A[" + index + "] where m > 0 and m + 2 < M\n", "M");
    EXPECT_THAT(analysis.passes, ElementsAre(1)) << index;
    EXPECT_THAT(analysis.notes, IsEmpty()) << index;
  }
}

TEST(PassReads, OfTheLastElementWaitForTheTraversalToEnd) {
  const auto cascade = parse_cascade(head + "Y[m] = X[m] + A[M-1]\n", "t");
  const auto analysis = analyse_passes(cascade, "M");
  EXPECT_THAT(analysis.passes, ElementsAre(2));
  EXPECT_THAT(analysis.notes, IsEmpty());
  EXPECT_THAT(live_set(cascade, analysis).tensors, IsEmpty());  // one word, not the fiber
}

TEST(PassReads, ThatCannotBeFollowedAreTakenToNeedAll) {
  for (const auto* index : {"M-1-m", "-m+3", "2*m"}) {
    const auto cascade =
        parse_cascade(head + "Y[m] = A[" + index + "] where 2 * m < M and m < 3\n", "t");
    const auto analysis = analyse_passes(cascade, "M");
    EXPECT_THAT(analysis.passes, ElementsAre(2)) << index;
    ASSERT_EQ(analysis.notes.size(), 1U) << index;
    EXPECT_THAT(analysis.notes[0].text, testing::EndsWith("is taken to need all of A along M"));
    EXPECT_EQ(to_string(analysis.notes[0].place), "t:8:8");
    EXPECT_EQ(live_set(cascade, analysis).footprint.text(), "M") << index;
  }
}

TEST(PassReads, OfInputsAreFreeWhateverTheirIndex) {
  const auto analysis = over(head + "Y[m] = A[m] + X[M-1-m]\n", "M");
  EXPECT_THAT(analysis.passes, ElementsAre(1));
  EXPECT_THAT(analysis.notes, IsEmpty());
}

TEST(PassReads, ThroughAViewAreThoseOfItsTensor) {
  const std::string split =
      "cascade c\nrank P M = M1 * M0\ninput X[m,p]\noutput Y[m,p]\nA[m,p] = exp(X[m,p])\n"
      "let BA[m1,m0,p] = A[m1*M0+m0,p]\nL[m1,p] = max[m0] BA[m1,m0,p]\n";
  EXPECT_THAT(over(split + "G[p] = max[m1] L[m1,p]\nY[m,p] = A[m,p] - G[p]\n", "M").passes,
              ElementsAre(2));
  EXPECT_THAT(
      over(split + "G[p] = max[m1] L[m1,p]\nY[m,p] = X[m,p]\nZ[p] = G[p]\noutput Z[p]\n", "M")
          .passes,
      ElementsAre(1));
}

TEST(PassReads, AReductionAndAMapInOneEinsumAreTwoTraversals) {
  const auto analysis = over(
      "cascade c\nrank M = M1 * M0\ninput X[m]\noutput Y[m]\nlet BX[m1,m0] = X[m1*M0+m0]\n"
      "Y[m] = X[m] / sum[m1,m0] BX[m1,m0]\n",
      "M");
  EXPECT_THAT(analysis.passes, ElementsAre(2));
}

TEST(Passes, ABarrierOfTheSummariesAloneCostsNoTraversal) {
  // T needs one sum, U two, but the second is over chunks: both run in the second traversal.
  const auto analysis = over(
      "cascade c\nrank M = M1 * M0\ninput X[m1,m0]\noutput U[m1,m0]\n"
      "S[m1] = sum[m0] X[m1,m0]\nG[] = sum[m1] S[m1]\nH[] = sum[m1] S[m1] * G[]\n"
      "T[m1,m0] = X[m1,m0] * G[]\nU[m1,m0] = T[m1,m0] * H[]\n",
      "M");
  EXPECT_THAT(analysis.passes, ElementsAre(2));
}

TEST(Passes, OfARecurrenceThatReducesInEveryStepGrow) {
  const auto analysis = over(
      "cascade c\nrank M I\ninput X[m]\noutput Z[m]\ninit Y[0,m] = 1\n"
      "S[i] = sum[m] X[m] * Y[i,m]\nY[i+1,m] = Y[i,m] / S[i]\nZ[m] = Y[I,m]\n",
      "M");
  EXPECT_EQ(analysis.grows_with, "I");
}

}  // namespace
}  // namespace attnsim::einsum
