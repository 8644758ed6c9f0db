#include "einsum/rewrite_condition.h"

#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

const std::string head =
    "cascade c\nparam W = 3 S = 2\nrank P M = M1 * M0 N\ninput X[m1,m0,p,n]\noutput Y[p]\n"
    "Y[p] = sum[m1,m0,n] X[m1,m0,p,n] where (0 < W and 0 < S) and (";

Cascade cascade_with(const std::string& where) { return parse_cascade(head + where + ")\n", "t"); }

/// The part of the condition that the test wrote.
Condition written(const Cascade& cascade) { return cascade.einsums[0].where->parts.back(); }

/// What is left of the condition once some coordinate of these variables meets it.
std::string reached_text(const std::string& where, const std::vector<std::string>& variables) {
  const Cascade cascade = cascade_with(where);
  const auto alternatives = reached(cascade, written(cascade), variables);
  if (!alternatives) return "not exact";
  const auto condition = condition_of(*alternatives);
  return condition ? to_text(*condition) : "always";
}

TEST(ReachedCondition, OfACausalMaskIsThatOfTheChunksFirstKey) {
  EXPECT_EQ(reached_text("m1*M0+m0 <= p", {"m0"}), "m1*M0 <= p");
  EXPECT_EQ(reached_text("m1*M0+m0 <= p", {"m0", "m1"}), "always");
}

TEST(ReachedCondition, OfAWindowMeetsItsLowerEndInTheChunksLastKey) {
  EXPECT_EQ(reached_text("m1*M0+m0 <= p and p - m1*M0 - m0 < W", {"m0"}),
            "0 < W and p + 1 < M0 + m1*M0 + W and m1*M0 <= p");
}

TEST(ReachedCondition, KeepsWhatDoesNotNameTheVariable) {
  EXPECT_EQ(reached_text("p < W", {"n"}), "p < W");
  EXPECT_EQ(reached_text("n <= p", {"n"}), "always");
  EXPECT_EQ(reached_text("p <= n", {"n"}), "p < N");
  EXPECT_EQ(reached_text("n == p", {"n"}), "p < N");
  EXPECT_EQ(reached_text("2*n <= p", {"n"}), "always");
  EXPECT_EQ(reached_text("2*n == p", {"n"}), "not exact");  // only even p
  EXPECT_EQ(reached_text("n*W <= p", {"n"}), "not exact");  // W may be negative
}

TEST(ReachedCondition, OfAlternativesIsThatOfAny) {
  EXPECT_EQ(reached_text("n < S or n == p", {"n"}), "0 < S or p < N");
  EXPECT_EQ(reached_text("n != p", {"n"}), "0 < p or p + 1 < N");
}

/// Against counting: the projection holds exactly where some m0 meets the condition.
TEST(ReachedCondition, HoldsExactlyWhereAPointOfTheChunkDoes) {
  for (const auto* where :
       {"m1*M0+m0 <= p", "m1*M0+m0 <= p and p - m1*M0 - m0 < W",
        "m1*M0+m0 <= p and (p - m1*M0 - m0 < W or m1*M0+m0 < S)", "m1*M0+m0 != p", "p == m1*M0+m0",
        "m1*M0+m0 > p + 1 or m0 >= W", "p - m1*M0 - m0 >= W and m0 > S", "2*m1*M0 + 2*m0 <= p"}) {
    const Cascade cascade = cascade_with(where);
    const auto alternatives = reached(cascade, written(cascade), {"m0"});
    ASSERT_TRUE(alternatives.has_value()) << where;
    const auto guard = condition_of(*alternatives);
    const std::string guard_text = guard ? to_text(*guard) : "0 <= p";
    const Cascade counts = parse_cascade(
        "cascade c\nparam W = 3 S = 2\nrank P M = M1 * M0\ninput X[m1,m0,p]\n"
        "output A[m1,p] B[m1,p]\n"
        "A[m1,p] = any[m0] X[m1,m0,p] where (0 != W or 0 != S) and (" +
            std::string(where) +
            ")\n"
            "B[m1,p] = any[m0] X[m1,m0,p] where (0 != W or 0 != S) and (" +
            guard_text + ")\n",
        "t");
    const DenseTensor ones{{4, 3, 9}, std::vector<double>(108, 1.0)};
    for (const auto w : {1, 3, 7}) {
      const auto values =
          evaluate(counts, {{"P", 9}, {"M1", 4}, {"M0", 3}, {"W", w}}, {{"X", ones}});
      EXPECT_EQ(values.at("A").data, values.at("B").data) << where << " and " << guard_text;
    }
  }
}

TEST(ConditionImplication, ComparesAlternativesAndTheirParts) {
  const auto implied = [](const std::string& a, const std::string& b) {
    const Cascade left = cascade_with(a);
    const Cascade right = cascade_with(b);
    return implies(written(left), written(right));
  };
  EXPECT_TRUE(implied("n <= p and p < W", "p >= n"));
  EXPECT_FALSE(implied("n <= p", "n <= p and p < W"));
  EXPECT_TRUE(implied("n <= p", "n < p + 1 or p < W"));
  EXPECT_FALSE(implied("n <= p or p < W", "n <= p"));
}

}  // namespace
}  // namespace attnsim::einsum
