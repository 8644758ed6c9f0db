#include <cmath>
#include <gmock/gmock.h>
#include <limits>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// Y of a cascade over `rank A B` with the input X[a,b] = 1 2 3 / 4 5 6.
std::vector<double> y_of(const std::string& output, const std::string& equations,
                         const std::string& extra = "") {
  const std::string text =
      "cascade c\nrank A B\n" + extra + "input X[a,b]\noutput " + output + "\n" + equations + "\n";
  const DenseTensor x = {{2, 3}, {1, 2, 3, 4, 5, 6}};
  return evaluate(parse_cascade(text, "t"), {{"A", 2}, {"B", 3}}, {{"X", x}}).at("Y").data;
}

std::string evaluation_error(const std::string& equations, const std::string& extra = "") {
  try {
    static_cast<void>(y_of("Y[a,b]", equations, extra));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Evaluate, AppliesEveryReduction) {
  EXPECT_THAT(y_of("Y[a]", "Y[a] = sum[b] X[a,b]"), ElementsAre(6, 15));
  EXPECT_THAT(y_of("Y[b]", "Y[b] = max[a] X[a,b]"), ElementsAre(4, 5, 6));
  EXPECT_THAT(y_of("Y[]", "Y[] = min[a,b] X[a,b]"), ElementsAre(1));
  EXPECT_THAT(y_of("Y[a]", "Y[a] = any[b] relu(X[a,b] - 3)"), ElementsAre(0, 1));
}

TEST(Evaluate, SumsWhatStandsOnTheRightOnly) {
  EXPECT_THAT(y_of("Y[a]", "Y[a] = X[a,b] * 2"), ElementsAre(12, 30));
  EXPECT_THAT(y_of("Y[]", "Y[] = 1 + max[a] X[a,b]"), ElementsAre(18));  // sum_b (1 + max_a)
}

TEST(Evaluate, AppliesOperatorsWithTheirPrecedence) {
  EXPECT_THAT(y_of("Y[a]", "Y[a] = X[a,0] - 2 - 3 * -X[a,1] / 2"), ElementsAre(2, 9.5));
  EXPECT_THAT(y_of("Y[a]", "Y[a] = sum[b] X[a,b] * 2 + 1"), ElementsAre(13, 31));
  EXPECT_THAT(y_of("Y[a]", "Y[a] = sum[b] (X[a,b] * 2 + 1)"), ElementsAre(15, 33));
  EXPECT_THAT(y_of("Y[a]", "Y[a] = 2 * sum[b] X[a,b] * 3"), ElementsAre(36, 90));
  EXPECT_THAT(y_of("Y[a]", "Y[a] = -sum[b] X[a,b] * 3"), ElementsAre(-18, -45));
}

TEST(Evaluate, AppliesEveryFunction) {
  const auto value = [](const std::string& expr) {
    return y_of("Y[]", "Y[] = 0 * X[0,0] + " + expr)[0];
  };
  EXPECT_EQ(value("exp(1)"), std::exp(1.0));
  EXPECT_EQ(value("exp2(5)"), 32);
  EXPECT_EQ(value("log(2)"), std::log(2.0));
  EXPECT_EQ(value("log2(8)"), 3);
  EXPECT_EQ(value("sqrt(9)"), 3);
  EXPECT_EQ(value("rsqrt(4)"), 0.5);
  EXPECT_EQ(value("abs(-3)"), 3);
  EXPECT_EQ(value("sigmoid(0)"), 0.5);
  EXPECT_EQ(value("tanh(1)"), std::tanh(1.0));
  EXPECT_EQ(value("relu(-1)"), 0);
  EXPECT_EQ(value("silu(0)"), 0);
  EXPECT_EQ(value("min(2, max(1, 5))"), 2);
  EXPECT_EQ(value("1 / inf"), 0);
}

TEST(Evaluate, SkipsThePointsThatAConditionExcludes) {
  EXPECT_THAT(y_of("Y[a]", "Y[a] = max[b] X[a,b] where b < a"), ElementsAre(-infinity, 4));
  EXPECT_THAT(y_of("Y[a]", "Y[a] = min[b] X[a,b] where a == 1"), ElementsAre(infinity, 4));
  EXPECT_THAT(
      y_of("Y[a,b]", "Y[a,b] = X[a,b] where b - a < W and (a == 0 or b != 2)", "param W = 2\n"),
      ElementsAre(1, 2, 0, 4, 5, 0));
}

TEST(Evaluate, RunsAGenerativeRankInOrder) {
  EXPECT_THAT(y_of("Y[a,b]", "Y[a,b+1] = Y[a,b] * 2 + X[a,b]", "init Y[a,0] = 1\n"),
              ElementsAre(1, 3, 8, 19, 1, 6, 17, 40));
}

TEST(Evaluate, RunsARecurrenceThroughAnotherEinsumAndAcrossARank) {
  // T feeds Y at the same step; every Y[.,b+1] needs all Y[.,b], so b must run outermost.
  EXPECT_THAT(y_of("Y[a,b]", "T[b] = sum[a] Y[a,b]\nY[a,b+1] = T[b] + X[a,b]", "init Y[a,0] = 1\n"),
              ElementsAre(1, 3, 11, 28, 1, 6, 14, 31));
}

TEST(Evaluate, ReadsThroughViewsOfViews) {
  EXPECT_THAT(y_of("Y[b]", "Y[b] = W[b]", "let V[b,a] = X[a,b]\nlet W[b] = V[b,1]\n"),
              ElementsAre(4, 5, 6));
}

TEST(Evaluate, ReportsAReadOutsideAShapeUnlessAConditionExcludesIt) {
  EXPECT_EQ(evaluation_error("Y[a,b] = X[a,b+1]"),
            "t:5:10: index 'b+1' of X[a,b+1] is 3 at a=0,b=2, outside rank B with its 3 "
            "coordinates, and no condition excludes it");
  EXPECT_EQ(evaluation_error("Y[a,b] = X[a,b+1] where b + 1 < B"), "");
  EXPECT_EQ(evaluation_error("Y[a,b] = max[b] X[a,b]"),
            "t:5:10: max[b] reduces over 'b', which also indexes the output Y[a,b]");
  EXPECT_EQ(evaluation_error("Y[a,b] = X[a,b-1]"),
            "t:5:10: index 'b-1' of X[a,b-1] is -1 at a=0,b=0, outside rank B with its 3 "
            "coordinates, and no condition excludes it");
  EXPECT_EQ(evaluation_error("Y[a,b] = V[b+1,a]", "let V[b,a] = X[a,0*b]\n"),
            "t:6:10: index 'b+1' of V[b+1,a] is 3 at a=0,b=2, outside rank B with its 3 "
            "coordinates, and no condition excludes it");
}

TEST(Evaluate, ReportsAnIndexBeyondSixtyFourBits) {
  EXPECT_EQ(evaluation_error("Y[a,b] = X[a,9000000000000000000*b]"),
            "t:5:10: an index does not fit in 64 bits at these shapes");
}

TEST(Evaluate, RejectsInputsThatDoNotFit) {
  const Cascade cascade =
      parse_cascade("cascade c\nrank A\ninput X[a]\noutput Y[a]\nY[a] = X[a]\n", "t");
  const auto message = [&](const Values& inputs, std::int64_t a = 2) -> std::string {
    try {
      static_cast<void>(evaluate(cascade, {{"A", a}}, inputs));
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(message({}), "t:3:7: no values are given for the input 'X'");
  EXPECT_EQ(message({{"X", {{3}, {1, 2, 3}}}}), "t:3:7: the values of X have shape [3], not [2]");
  EXPECT_EQ(message({{"X", {{2}, {1}}}}),
            "t:3:7: the values of X are 1 numbers, too few or too many for shape [2]");
  EXPECT_EQ(message({{"X", {{2}, {1, 2}}}, {"Z", {}}}), "t: unknown input 'Z' (known: X)");
  EXPECT_EQ(message({{"X", {{2}, {1, 2}}}}), "");
  EXPECT_EQ(message({{"X", {{268435457}, {}}}}, 268435457),
            "t:3:7: X of shape [268435457] has more than the interpreter's 268435456 elements");
}

}  // namespace
}  // namespace attnsim::einsum
