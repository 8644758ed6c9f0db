// What each construct beyond maps and reductions computes, on numbers worked out by hand.
#include <cmath>
#include <gmock/gmock.h>
#include <limits>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;

/// Y of a cascade over `rank A B N` (2, 4, 3) with X[a,b] = 3 1 3 2 / 0 5 -1 5 and I[n] = 2 -1 0.
std::vector<double> y_of(const std::string& statements, Rounding rounding = Rounding::none) {
  const std::string text = "cascade c\nrank A B N\ninput X[a,b] I[n]\noutput Y" + statements +
                           "\nU[] = X[a,b] + I[n]\n" + "output U[]\n";
  return evaluate(parse_cascade(text, "t"), {{"A", 2}, {"B", 4}, {"N", 3}},
                  {{"X", {{2, 4}, {3, 1, 3, 2, 0, 5, -1, 5}}}, {"I", {{3}, {2, -1, 0}}}}, rounding)
      .at("Y")
      .data;
}

std::string error_at_run(const std::string& statements) {
  try {
    static_cast<void>(y_of(statements));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Selections, TakeTheLowerCoordinateOfEqualValues) {
  EXPECT_THAT(y_of("[a]\nY[a] = argmax[b] X[a,b]"), ElementsAre(0, 1));
  EXPECT_THAT(y_of("[a]\nY[a] = argmin[b] X[a,b]"), ElementsAre(1, 2));
  EXPECT_THAT(y_of("[a,n]\nY[a,n] = topk[b](X[a,b], n)"), ElementsAre(0, 2, 3, 1, 3, 0));
  EXPECT_THAT(y_of("[a,n]\nY[a,n] = bottomk[b](X[a,b], n)"), ElementsAre(1, 3, 0, 2, 0, 1));
  EXPECT_THAT(y_of("[a]\nY[a] = topk[b](-X[a,b], B - 1)"), ElementsAre(2, 3));
}

TEST(Selections, HoldMinusOneWhereNothingIsLeft) {
  EXPECT_THAT(y_of("[a,n]\nY[a,n] = topk[b](X[a,b], n) where b <= a"),
              ElementsAre(0, -1, -1, 1, 0, -1));
  EXPECT_THAT(y_of("[a]\nY[a] = argmax[b] X[a,b] where X[a,b] > 3"), ElementsAre(-1, 1));
  EXPECT_THAT(y_of("[a]\nY[a] = argmax[b] X[a,b] where a == 1"), ElementsAre(-1, 1));
  EXPECT_THAT(y_of("[a]\nY[a] = topk[b](X[a,b], 0.5)"), ElementsAre(-1, -1));
  EXPECT_THAT(y_of("[a]\nY[a] = argmax[b] (0 * X[a,b] / 0)"), ElementsAre(-1, -1));  // NaN
}

TEST(Gathers, ReadWhereTheIndexTensorSays) {
  EXPECT_THAT(y_of("[a,n]\nY[a,n] = X[a,I[n]+1]"), ElementsAre(2, 0, 1, 5, 0, 5));
  EXPECT_THAT(y_of("[n]\nY[n] = X[0,3-I[n]] + 10 * X[1,I[n]/2*2]"), ElementsAre(-9, 0, 2));
}

TEST(Gathers, ThatHoldNothingLeaveTheirPointOut) {
  EXPECT_THAT(y_of("[a]\nY[a] = sum[n] X[a,I[n]]"), ElementsAre(6, -1));
  EXPECT_THAT(y_of("[a]\nY[a] = max[n] (X[a,I[n]] - 9)"), ElementsAre(-6, -9));
  EXPECT_THAT(y_of("[n]\nY[n] = X[0,I[n]] + sum[b] X[0,b]"), ElementsAre(12, 0, 12));
  EXPECT_THAT(y_of("[n]\nY[n] = 1 + 0 * X[0,0] where X[0,I[n]] == 3"), ElementsAre(1, 0, 1));
  EXPECT_THAT(y_of("[n]\nY[n] = 1 + 0 * X[0,0] where not X[0,I[n]] == 3"), ElementsAre(0, 1, 0));
  EXPECT_THAT(y_of("[n]\nY[n] = argmax[b] X[0,I[n]] * X[0,b]"), ElementsAre(0, -1, 0));
}

TEST(Gathers, RejectWhatIsNoCoordinate) {
  EXPECT_EQ(error_at_run("[a,n]\nY[a,n] = X[a,2*I[n]]"),
            "t:5:10: index '2*I[n]' of X[a,2*I[n]] is 4 at a=0,n=0, outside rank B with its 4 "
            "coordinates, and no condition excludes it");
  EXPECT_EQ(error_at_run("[n]\nH[n] = I[n] / 4\nY[n] = X[0,H[n]]"),
            "t:6:12: H[n] is 0.5 at n=0, which is no coordinate: a tensor in an index holds whole "
            "numbers (-1: none)");
}

TEST(Indices, DivideDownwardsAndHaveNoNegativeRemainder) {
  EXPECT_THAT(y_of("[b]\nY[b] = X[0,b/2]"), ElementsAre(3, 3, 1, 1));
  EXPECT_THAT(y_of("[b]\nY[b] = X[0,(b-1)%4]"), ElementsAre(2, 3, 1, 3));
  EXPECT_THAT(y_of("[b]\nY[b] = X[0,(b-3)/2+2]"), ElementsAre(3, 1, 1, 3));
  EXPECT_THAT(y_of("[b]\nY[b] = X[0,b%A*A]"), ElementsAre(3, 3, 3, 3));
  EXPECT_THAT(y_of("[b]\nY[b] = X[0,(1-b%2)*3]"), ElementsAre(2, 3, 2, 3));
  EXPECT_THAT(y_of("[b]\nlet V[b,n] = X[0,(b+n)/(B/A)]\nY[b] = V[b,1]"), ElementsAre(3, 1, 1, 3));
  EXPECT_EQ(error_at_run("[b]\nY[b] = X[0,b/(A-2)]"),
            "t:5:8: b/(A-2) divides by 0 at these shapes; a divisor is at least 1");
}

TEST(Coordinates, AreValuesAndShapesToo) {
  EXPECT_THAT(y_of("[b]\nY[b] = b * B - A + 0 * X[0,0]"), ElementsAre(-2, 2, 6, 10));
  EXPECT_THAT(y_of("[a]\nY[a] = sum[b] b * X[a,b]"), ElementsAre(13, 18));
  EXPECT_THAT(y_of("[b]\nY[b] = sum[n] 10 * n where I[n] == b"), ElementsAre(20, 0, 0, 0));
  EXPECT_THAT(y_of("[b]\nY[b] = sum[n] (10 + n) where I[n] == b"), ElementsAre(12, 0, 10, 0));
}

TEST(Conditions, CompareValuesAndNegate) {
  EXPECT_THAT(y_of("[a]\nY[a] = sum[b] X[a,b] where X[a,b] > X[a,0] - 1.5"), ElementsAre(8, 9));
  EXPECT_THAT(y_of("[a]\nY[a] = sum[b] 1 where X[a,b]"), ElementsAre(4, 3));
  EXPECT_THAT(y_of("[a]\nY[a] = sum[b] X[a,b] where not (b == 1 or X[a,b] < 0)"),
              ElementsAre(8, 5));
  EXPECT_THAT(y_of("[a]\nY[a] = sum[b] X[a,b] where (b - a) % 2 == 0"), ElementsAre(6, 10));
  // Left to right: the second part is not read where the first decides.
  EXPECT_THAT(y_of("[b]\nY[b] = b + 0 * X[0,0] where b > 0 and X[0,b-1] == 3"),
              ElementsAre(0, 1, 0, 3));
}

TEST(Operators, AreExpressionsOfTheirArguments) {
  EXPECT_THAT(y_of("[a]\noperator sq(x) = x * x\noperator dist(x, y) = sqrt(sq(x) + sq(y))\n"
                   "Y[a] = dist(X[a,0], X[a,1] + 3)"),
              ElementsAre(5, 8));
  EXPECT_THAT(y_of("[a]\noperator flip(x, y) = y - x\nY[a] = flip(flip(1, X[a,0]), 7)"),
              ElementsAre(5, 8));
}

TEST(Operators, WithAnIdentityReduce) {
  const auto y = y_of(
      "[a]\noperator lse(x, y) identity -inf = max(x, y) + log(1 + exp(-abs(x - y)))\n"
      "Y[a] = lse[b] X[a,b] where b < 2");
  EXPECT_NEAR(y[0], std::log(std::exp(3.0) + std::exp(1.0)), 1e-12);
  EXPECT_NEAR(y[1], std::log(std::exp(0.0) + std::exp(5.0)), 1e-12);
  EXPECT_THAT(y_of("[a]\noperator hyp(x, y) identity 0 = sqrt(x * x + y * y)\n"
                   "Y[a] = hyp[b] X[a,b] where a < 0"),
              ElementsAre(0, 0));
}

TEST(Reductions, MultiplyAndConjoin) {
  EXPECT_THAT(y_of("[a]\nY[a] = prod[b] X[a,b]"), ElementsAre(18, 0));
  EXPECT_THAT(y_of("[a]\nY[a] = all[b] X[a,b]"), ElementsAre(1, 0));
}

TEST(Recurrences, NestAlongTwoRanks) {
  // Z runs along b inside every a: Z[a,b+1] = Z[a,b] + Y[a]; Y[a+1] = Z[a,B].
  EXPECT_THAT(y_of("[a]\ninit Y[0] = 1 ; Z[a,0] = 0\nZ[a,b+1] = Z[a,b] + Y[a] + 0 * X[a,b]\n"
                   "Y[a+1] = Z[a,B]"),
              ElementsAre(1, 4, 16));
}

TEST(Recurrences, SelectAndGatherOnTheirWay) {
  // A greedy walk: from b to the best of X[a,.] among those not above the last value.
  EXPECT_THAT(y_of("[a]\ninit Y[0] = 3\nTOP[a] = X[a,Y[a]]\n"
                   "Y[a+1] = argmax[b] X[a,b] where X[a,b] <= TOP[a]"),
              ElementsAre(3, 3, 1));
}

TEST(InitialValues, AreMadeOfInputsAndCoordinates) {
  EXPECT_THAT(y_of("[a,b]\ninit Y[0,b] = 2 * X[0,b] + b\nY[a+1,b] = Y[a,b] + 1"),
              ElementsAre(6, 3, 8, 7, 7, 4, 9, 8, 8, 5, 10, 9));
}

TEST(Ranks, HavePartsOfParts) {
  const Cascade cascade = parse_cascade(
      "cascade c\nrank M = M1 * M0 N M1 = R * S\ninput X[m]\noutput Y[r] Z[n]\n"
      "let XV[r,s,m0] = X[(r*S+s)*M0+m0]\nY[r] = XV[r,s,m0]\nZ[n] = X[n+0]\n",
      "t");
  std::vector<std::string> rank_names;
  for (const auto& rank : cascade.ranks) rank_names.push_back(rank.name);
  EXPECT_EQ(rank_names, (std::vector<std::string>{"M", "M1", "M0", "R", "S", "N"}));
  const auto values = evaluate(cascade, {{"M", 12}, {"M0", 2}, {"S", 3}, {"N", 1}},
                               {{"X", {{12}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}}});
  EXPECT_THAT(values.at("Y").data, ElementsAre(15, 51));
  const auto shapes = resolve_shapes(cascade, {{"R", 5}, {"S", 3}, {"M0", 2}, {"N", 1}});
  EXPECT_EQ(shapes.at("M"), 30);
}

TEST(Ranks, CanBeAsLongAsAnother) {
  const Cascade cascade = parse_cascade(
      "cascade c\nrank P = M\ninput X[m]\noutput Y[p]\nY[p] = X[m] where m <= p\n", "t");
  EXPECT_THAT(evaluate(cascade, {{"P", 3}}, {{"X", {{3}, {1, 2, 4}}}}).at("Y").data,
              ElementsAre(1, 3, 7));
}

TEST(ElementTypes, RoundWhereATensorIsStored) {
  EXPECT_THAT(y_of("[a]\nY[a] : int4 = 3 * X[a,1] + 0.5", Rounding::typed), ElementsAre(4, 7));
  EXPECT_THAT(y_of("[a]\nY[a] : int4 = 3 * X[a,1] + 0.5"), ElementsAre(3.5, 15.5));
  EXPECT_THAT(y_of("[a]\nT[a] : bool = X[a,0]\nY[a] = T[a]", Rounding::typed), ElementsAre(1, 0));
}

TEST(ElementTypes, HaveTheNumbersOfTheirFormats) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(round_to(ElementType::fp32, 0.1), static_cast<double>(0.1F));
  EXPECT_EQ(round_to(ElementType::bf16, 1 + 0x1p-8), 1);  // a tie, to even
  EXPECT_EQ(round_to(ElementType::bf16, 1 + 0x1.8p-8), 1 + 0x1p-7);
  EXPECT_EQ(round_to(ElementType::fp16, 65519), 65504);
  EXPECT_EQ(round_to(ElementType::fp16, 65520), infinity);
  EXPECT_EQ(round_to(ElementType::fp16, 0x1p-24), 0x1p-24);  // the least subnormal
  EXPECT_EQ(round_to(ElementType::fp8_e4m3, -1000), -448);   // saturates
  EXPECT_EQ(round_to(ElementType::fp8_e4m3, 17), 16);
  EXPECT_EQ(round_to(ElementType::fp8_e5m2, -infinity), -infinity);
  EXPECT_EQ(round_to(ElementType::fp4_e2m1, 0.26), 0.5);
  EXPECT_EQ(round_to(ElementType::int8, -128.5), -128);
  EXPECT_EQ(round_to(ElementType::uint4, -3), 0);
  EXPECT_EQ(round_to(ElementType::fp64, 0.1), 0.1);
  for (const auto& format : element_formats()) {
    EXPECT_EQ(&format, &format_of(format.type)) << format.name;
    EXPECT_EQ(round_to(format.type, format.largest), format.largest) << format.name;
    EXPECT_EQ(round_to(format.type, 1), 1) << format.name;
  }
}

}  // namespace
}  // namespace attnsim::einsum
