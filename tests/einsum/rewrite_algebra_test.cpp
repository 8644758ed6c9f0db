#include "einsum/rewrite_algebra.h"

#include <gtest/gtest.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

Expr expr_of(const std::string& text) {
  const Cascade cascade = parse_cascade(
      "cascade c\nrank P\ninput A[p] B[p] C[p] D[p]\noutput Y[p]\n"
      "Y[p] = A[p] + B[p] + C[p] + D[p] + (" +
          text + ")\n",
      "t");
  return std::get<Call>(cascade.einsums[0].value.node).arguments[1];
}

std::string text_of(const Parts& parts) {
  std::string text;
  for (const auto& part : parts) {
    text += (text.empty() ? "" : " ") + std::string(part.inverted ? "!" : "") + to_text(part.expr);
  }
  return text;
}

TEST(Parts, OfAProductAreItsFactorsAndInvertedDivisors) {
  const auto& product = group_of("mul");
  EXPECT_EQ(text_of(parts_of(expr_of("A[p] * B[p] / (C[p] / D[p])"), product)),
            "A[p] B[p] !C[p] D[p]");
  EXPECT_EQ(text_of(parts_of(expr_of("-(A[p] / B[p])"), product)), "-1 A[p] !B[p]");
  EXPECT_EQ(text_of(parts_of(expr_of("(A[p] + B[p]) * C[p]"), product)), "A[p] + B[p] C[p]");
}

TEST(Parts, OfASumAreItsTermsAndInvertedSubtrahends) {
  const auto& sum = group_of("add");
  EXPECT_EQ(text_of(parts_of(expr_of("A[p] - (B[p] - -C[p])"), sum)), "A[p] !B[p] !C[p]");
}

TEST(Parts, JoinedAreTheExpressionAgain) {
  EXPECT_EQ(
      to_text(joined(parts_of(expr_of("A[p] / B[p] * C[p]"), group_of("mul")), group_of("mul"))),
      "A[p] * C[p] / B[p]");
  EXPECT_EQ(to_text(joined({{expr_of("A[p] * 1"), true}}, group_of("mul"))), "1 / (A[p] * 1)");
}

TEST(ExpandedTerms, MultiplyOut) {
  EXPECT_EQ(text_of(expanded_terms(expr_of("(A[p] - B[p]) * C[p] - D[p]"))),
            "A[p] * C[p] !B[p] * C[p] !D[p]");
  EXPECT_EQ(text_of(expanded_terms(expr_of("-(A[p] - B[p]) / C[p]"))), "!A[p] / C[p] B[p] / C[p]");
}

TEST(Positive, IsProvenOrAssumedNeverGuessed) {
  EXPECT_TRUE(is_positive(expr_of("exp(A[p]) / 2 + sigmoid(B[p])")));
  EXPECT_FALSE(is_positive(expr_of("exp(A[p]) - 1")));
  EXPECT_FALSE(is_positive(expr_of("A[p] * 1")));
  EXPECT_TRUE(is_positive(expr_of("A[p] * 1"), {"A"}));
  EXPECT_FALSE(is_positive(expr_of("relu(A[p])")));  // may be 0
}

}  // namespace
}  // namespace attnsim::einsum
