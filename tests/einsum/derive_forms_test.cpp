#include <gmock/gmock.h>

#include "einsum/cascade_files.h"
#include "einsum/derive.h"

// Derivation follows the algebra, not the names or the way a cascade is written; and where the
// algebra does not allow it, it says which side condition fails.
namespace attnsim::einsum {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Derivation derived(const std::string& text, const std::string& rank = "M") {
  return derive(parse_cascade(text, "t"), rank);
}

/// Einsum and reason of the first obstacle.
std::string obstacle_of(const Derivation& derivation) {
  if (derivation.obstacles.empty()) return "";
  const auto& first = derivation.obstacles.front();
  return first.einsum + ": " + first.reason;
}

const std::string head =
    "cascade c\nrank P M F\ninput X[m,p] V[m,f]\noutput Y[p,f]\nG[p] = max[m] X[m,p]\n";

TEST(DerivationForms, NamesAndOrderDoNotMatter) {
  const auto derivation = derived(
      "cascade other\nrank I J D\ninput Que[i,d] Key[j,d] Val[j,d]\noutput Out[i,d]\n"
      "Sc[i,j] = Que[i,d] * Key[j,d]\n"
      "Top[i] = max[j] Sc[i,j]\n"
      "Ex[i,j] = exp(Sc[i,j] - Top[i])\n"
      "Den[i] = sum[j] Ex[i,j]\n"
      "Wei[i,j] = Ex[i,j] / Den[i]\n"
      "Out[i,d] = sum[j] Val[j,d] * Wei[i,j]\n",
      "J");
  EXPECT_EQ(derivation.passes_before, 3);
  EXPECT_EQ(derivation.passes_after, 1);
}

TEST(DerivationForms, TheSumMayStandInOtherWords) {
  const std::vector<std::string> bodies = {
      // exponential and product in one Einsum, the reciprocal in another
      "D[p] = sum[m] exp(X[m,p] - G[p])\nR[p] = 1 / D[p]\n"
      "Y[p,f] = sum[m] exp(X[m,p] - G[p]) * V[m,f] * R[p]\n",
      // two reductions in one Einsum
      "Y[p,f] = (sum[m] V[m,f] * exp(X[m,p] - G[p])) / (sum[m] exp(X[m,p] - G[p]))\n",
      // base 2, signs turned round
      "D[p] = sum[m] exp2(-(G[p] - X[m,p]) * 1.5)\n"
      "Y[p,f] = sum[m] V[m,f] * (exp2(-1.5 * (G[p] - X[m,p])) / D[p])\n",
      // the quotient of exponentials
      "D[p] = sum[m] 1 / exp(G[p] - X[m,p])\n"
      "Y[p,f] = sum[m] V[m,f] / (exp(G[p] - X[m,p]) * D[p])\n",
      // by the logarithm of the denominator, as backward passes recompute it
      "D[p] = sum[m] exp(X[m,p] - G[p])\nL[p] = log(D[p]) + G[p]\n"
      "Y[p,f] = sum[m] exp(X[m,p] - L[p]) * V[m,f]\n",
      // a shift of the maximum, and one that is never below 0
      "T[p] = max(G[p], 0)\nD[p] = exp(-T[p]) + (sum[m] exp(X[m,p] - T[p]))\n"
      "Y[p,f] = sum[m] exp(X[m,p] - T[p]) * V[m,f] / D[p]\n",
      // scaled by a number that is not the same for all p, with the maximum inside a map
      "Z[m,p] = X[m,p] - G[p]\nN[m,p] = exp(Z[m,p])\nD[p] = sum[m] N[m,p]\n"
      "W[m,p] = N[m,p] / D[p]\nU[m,p] = W[m,p] * X[m,p]\nY[p,f] = sum[m] U[m,p] * V[m,f]\n"};
  for (const auto& body : bodies) {
    const auto derivation = derived(head + body);
    EXPECT_GE(derivation.passes_before, 2) << body;
    EXPECT_EQ(derivation.passes_after, 1) << body << obstacle_of(derivation);
  }
}

TEST(DerivationForms, ScaledBiasedAndTemperedScoresAreScores) {
  const auto derivation = derived(
      "cascade c\nrank P M F E\ninput Q[p,e] K[m,e] V[m,f] B[m,p] T[p]\noutput Y[p,f]\n"
      "X[m,p] = (sum[e] Q[p,e] * K[m,e]) * 0.125 + B[m,p]\nG[p] = max[m] X[m,p]\n"
      "N[m,p] = exp((X[m,p] - G[p]) / T[p])\nD[p] = sum[m] N[m,p]\n"
      "Y[p,f] = sum[m] N[m,p] / D[p] * V[m,f]\n");
  EXPECT_EQ(derivation.passes_after, 1) << obstacle_of(derivation);
  EXPECT_THAT(derivation.positive, ElementsAre("T"));  // T < 0 would make the first maximum +inf
  EXPECT_THAT(to_text(derivation.result), HasSubstr("# Assumes T > 0.\n"));
}

TEST(DerivationForms, LogSumExpAloneRuns) {
  const auto derivation = derived(
      "cascade c\nrank P M\ninput X[m,p]\noutput L[p]\nG[p] = max[m] X[m,p]\n"
      "L[p] = G[p] + log(sum[m] exp(X[m,p] - G[p]))\n");
  EXPECT_EQ(derivation.passes_before, 2);
  EXPECT_EQ(derivation.passes_after, 1);
  EXPECT_THAT(to_text(derivation.result), HasSubstr("L[p] = RG[M1,p] + log(RL[M1,p])\n"));
}

TEST(DerivationForms, AMinimumRunsUpwards) {
  const auto derivation = derived(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p] Z[p]\nG[p] = min[m] X[m,p]\n"
      "Y[p] = sum[m] exp(G[p] - X[m,p])\nZ[p] = max[m] (X[m,p] - G[p])\n");
  EXPECT_EQ(derivation.passes_after, 1) << obstacle_of(derivation);
  EXPECT_THAT(to_text(derivation.result), HasSubstr("init RG[0,p] = inf ; RY[0,p] = 0\n"));
}

TEST(DerivationForms, TheLargestWeightRunsAsAMaximumThatIsCorrected) {
  const auto derivation = derived(
      "cascade c\nrank P M\ninput X[m,p] B[m]\noutput Y[p]\nG[p] = max[m] X[m,p]\n"
      "Y[p] = max[m] exp(X[m,p] + B[m] - G[p])\n");
  EXPECT_EQ(derivation.passes_after, 1) << obstacle_of(derivation);
  EXPECT_THAT(to_text(derivation.result), HasSubstr("RY[m1+1,p] = max(PY[m1,p], LY[m1,p])\n"));
}

TEST(DerivationForms, AMaskMayBeNegatedDivideOrDependOnData) {
  for (const auto* mask :
       {"not m > p", "not (m > p and m != 0)", "m/2 == p/2", "m % 2 == p % 2", "2*m == p",
        "m <= p and (FULL[p] or p - m < 2)", "KEEP[m] > 0.25", "m <= p and not KEEP[m] > p / 4"}) {
    const std::string where = std::string(" where ") + mask + "\n";
    const auto derivation = derived(
        "cascade c\nrank P M F\ninput X[m,p] V[m,f] FULL[p] KEEP[m]\noutput Y[p,f] U[]\n"
        "U[] = (sum[p] FULL[p]) + sum[m] KEEP[m]\nG[p] = max[m] X[m,p]" +
        where + "N[m,p] = exp(X[m,p] - G[p])" + where + "D[p] = sum[m] N[m,p]" + where +
        "Z[p,f] = sum[m] N[m,p] * V[m,f]" + where + "Y[p,f] = Z[p,f] / D[p]\n");
    EXPECT_EQ(derivation.passes_before, 2) << mask;
    EXPECT_EQ(derivation.passes_after, 1) << mask << " " << obstacle_of(derivation);
  }
}

TEST(DerivationForms, WhereItCannotBeSaidWhichChunksAMaskReachesTheMaximumDecides) {
  const auto derivation = derived(head +
                                  "D[p] = sum[m] exp(X[m,p] - G[p]) where m % 2 == p % 2\n"
                                  "Y[p,f] = (sum[m] V[m,f]) / D[p]\n");
  EXPECT_EQ(derivation.passes_after, 1) << obstacle_of(derivation);
  const auto masked = derived(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p]\n"
      "G[p] = max[m] X[m,p] where m % 2 == p % 2\n"
      "Y[p] = sum[m] exp(X[m,p] - G[p]) where m % 2 == p % 2\n");
  EXPECT_EQ(masked.passes_after, 1) << obstacle_of(masked);
  EXPECT_THAT(to_text(masked.result),
              HasSubstr("PRG[m1,p] = exp(RG[m1,p] - RG[m1+1,p]) where RG[m1+1,p] > -inf\n"));
}

TEST(DerivationForms, HeadsMayBeGroupedInTheIndex) {
  const auto derivation = derived(
      "cascade gqa\nrank H = J * G P M E F\ninput Q[h,e,p] K[j,e,m] V[j,f,m]\noutput A[h,f,p]\n"
      "X[h,m,p] = sum[e] Q[h,e,p] * K[h/G,e,m] where m <= p\n"
      "R[h,p] = max[m] X[h,m,p] where m <= p\n"
      "N[h,m,p] = exp(X[h,m,p] - R[h,p]) where m <= p\nD[h,p] = sum[m] N[h,m,p] where m <= p\n"
      "A[h,f,p] = sum[m] N[h,m,p] / D[h,p] * V[h/G,f,m] where m <= p\n");
  EXPECT_EQ(derivation.passes_before, 3);
  EXPECT_EQ(derivation.passes_after, 1) << obstacle_of(derivation);
}

TEST(DerivationForms, AnOperatorOfTheCascadesOwnMayReduce) {
  const auto derivation = derived(
      "cascade c\nrank P M\noperator lse(x, y) identity -inf = max(x, y) + log(1 + exp(-abs(x - "
      "y)))\n"
      "input X[m,p] V[m]\noutput Y[p]\nG[p] = lse[m] X[m,p]\n"
      "Y[p] = sum[m] exp(X[m,p] - G[p]) * V[m]\n");
  EXPECT_EQ(derivation.passes_after, 1) << obstacle_of(derivation);
  EXPECT_THAT(to_text(derivation.result), HasSubstr("RG[m1+1,p] = lse(RG[m1,p], LG[m1,p])\n"));
}

TEST(DerivationForms, AnOutputAlongTheRankTakesTwoPasses) {
  const auto derivation = derived(
      "cascade softmax_3pass\nrank P M\ninput X[m,p]\noutput A[m,p]\nG[p] = max[m] X[m,p]\n"
      "N[m,p] = exp(X[m,p] - G[p])\nD[p] = sum[m] N[m,p]\nA[m,p] = N[m,p] / D[p]\n");
  EXPECT_EQ(derivation.passes_before, 3);
  EXPECT_EQ(derivation.passes_after, 2);
  EXPECT_EQ(derivation.result.name, "softmax_2pass");
  EXPECT_THAT(obstacle_of(derivation),
              HasSubstr("A: it is an output along M and needs N[m,p], which is complete only"));
}

/// No step gets the cascade below two passes, and the first obstacle says why.
void expect_two_passes(const std::string& cascade, const std::string& obstacle) {
  const auto derivation = derived(cascade);
  EXPECT_EQ(derivation.passes_after, 2);
  EXPECT_THAT(obstacle_of(derivation), HasSubstr(obstacle));
}

TEST(DerivationObstacles, ASigmoidHasNoCorrection) {
  const auto derivation = derived(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p]\nG[p] = max[m] X[m,p]\n"
      "S[m,p] = sigmoid(X[m,p] - G[p])\nY[p] = sum[m] S[m,p]\n");
  EXPECT_EQ(derivation.passes_after, 2);
  EXPECT_THAT(derivation.steps, IsEmpty());
  EXPECT_THAT(obstacle_of(derivation),
              testing::AllOf(HasSubstr("Y: `sigmoid(BX[m1,m0,p] - RG[M1,p])` does not become a"),
                             HasSubstr("RG is from G")));
  EXPECT_EQ(derivation.obstacles.front().place.line, 7);
}

TEST(DerivationObstacles, AnExponentThatMultipliesTheTwoHasNoCorrection) {
  expect_two_passes(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p]\nG[p] = max[m] X[m,p]\n"
      "Y[p] = sum[m] exp(X[m,p] * G[p])\n",
      "ties what is reduced from the whole fiber to m1, m0");
}

TEST(DerivationObstacles, AShiftTheWrongWayIsNotFiniteAtTheStart) {
  expect_two_passes(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p]\nG[p] = max[m] X[m,p]\n"
      "Y[p] = sum[m] exp(X[m,p] + G[p])\n",
      "is not finite before the first chunk");
}

TEST(DerivationObstacles, AVarianceIsCorrectedByASumNotAFactor) {
  expect_two_passes(
      "cascade c\nrank P M\ninput X[m,p] N[]\noutput Y[p]\nG[p] = (sum[m] X[m,p]) / N[]\n"
      "Y[p] = (sum[m] (X[m,p] - G[p]) * (X[m,p] - G[p])) / N[]\n",
      "Y: of its part SY, `BX[m1,m0,p] - G[p]` does");
}

TEST(DerivationObstacles, AnyHasNoStep) {
  expect_two_passes(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p]\nG[p] = any[m] X[m,p]\n"
      "Y[p] = sum[m] exp(X[m,p] - G[p])\n",
      "G: no map operator does one step of any");
}

TEST(DerivationObstacles, ASumOutsideOfWhatTheMaximumSawIsRefused) {
  expect_two_passes(
      "cascade c\nrank P M\ninput X[m,p]\noutput Y[p]\nG[p] = max[m] X[m,p] where m <= p\n"
      "Y[p] = sum[m] exp(X[m,p] - G[p])\n",
      "it is not restricted to m1*M0 <= p");
}

/// Every reason, with its place.
std::string all_obstacles(const Derivation& derivation) {
  std::string text;
  for (const auto& obstacle : derivation.obstacles) {
    text += to_string(obstacle.place) + ": " + obstacle.einsum + ": " + obstacle.reason + "\n";
  }
  return text;
}

TEST(DerivationObstacles, TheLargestOfAllScoresAreKnownOnlyAfterAllOfThem) {
  const auto derivation = derive(load_cascade(cascade_path("minference_block_sparse")), "M");
  EXPECT_GT(derivation.passes_after, 1);
  EXPECT_THAT(
      all_obstacles(derivation),
      HasSubstr("minference_block_sparse.cascade:16:1: INDEX: it selects with topk along M: "
                "which coordinate that is, is known only after the whole fiber, and no "
                "correction takes back what was computed with another one\n"));
}

TEST(DerivationObstacles, AMedianIsKnownOnlyAfterTheWholeFiber) {
  const auto derivation = derived(
      "cascade deviation\nrank P M\ninput X[m,p]\noutput Y[p]\n"
      "I[p] = bottomk[m](X[m,p], floor(M / 2))\nMED[p] = X[I[p],p]\n"
      "Y[p] = sum[m] abs(X[m,p] - MED[p])\n");
  EXPECT_EQ(derivation.passes_before, 2);
  EXPECT_EQ(derivation.passes_after, 2);
  EXPECT_THAT(all_obstacles(derivation), HasSubstr("t:5:1: I: it selects with bottomk along M: "));
}

TEST(DerivationObstacles, TheValueAtTheLargestScoreIsKnownOnlyAfterTheWholeFiber) {
  const auto derivation = derived(
      "cascade hard\nrank P M F\ninput X[m,p] V[m,f]\noutput Y[p,f]\n"
      "I[p] = argmax[m] X[m,p]\nH[m,p] = 1 where m == I[p]\nY[p,f] = sum[m] H[m,p] * V[m,f]\n");
  EXPECT_EQ(derivation.passes_after, 2);
  EXPECT_THAT(all_obstacles(derivation), HasSubstr("t:5:1: I: it selects with argmax along M: "));
}

TEST(DerivationObstacles, OfADeclaredOperatorNoAlgebraIsKnown) {
  const auto mapped = derived(
      "cascade c\nrank P M\noperator gate(x) = x / (1 + exp(-x))\ninput X[m,p]\noutput Y[p]\n"
      "G[p] = max[m] X[m,p]\nY[p] = sum[m] gate(X[m,p] - G[p])\n");
  EXPECT_EQ(mapped.passes_after, 2);
  EXPECT_THAT(
      all_obstacles(mapped),
      HasSubstr("gate is an operator of the cascade's own, of whose algebra nothing is known"));
  const auto reduced = derived(
      "cascade c\nrank P M\noperator far(x, y) identity 0 = max(abs(x), abs(y))\n"
      "input X[m,p]\noutput Y[p]\nG[p] = max[m] X[m,p]\nY[p] = far[m] exp(X[m,p] - G[p])\n");
  EXPECT_EQ(reduced.passes_after, 2);
  EXPECT_THAT(all_obstacles(reduced),
              HasSubstr("of the algebra of its operator far nothing is known"));
}

TEST(DerivationObstacles, WhatIsLeftAfterSomeStepsIsExplainedToo) {
  const auto derivation = derive(load_cascade(cascade_path("token_select")), "M");
  EXPECT_THAT(derivation.steps, testing::Not(IsEmpty()));
  EXPECT_LT(derivation.passes_after, derivation.passes_before);
  EXPECT_THAT(all_obstacles(derivation), HasSubstr("INDEX: it selects with topk along M: "));
  EXPECT_THAT(all_obstacles(derivation), HasSubstr("its condition depends on `KEPT["));
}

TEST(DerivationObstacles, AMaximumUnderAConditionIsReadInPlace) {
  expect_two_passes(
      "cascade c\nrank P M N\ninput X[m,p] Z[m,n]\noutput Y[n]\n"
      "G[p] = max[m] X[m,p] where m <= p\n"
      "Y[n] = sum[m] exp(Z[m,n] - G[n+0]) where m <= n\n",
      "Y: it reads RG at other coordinates");
}

}  // namespace
}  // namespace attnsim::einsum
