#include "einsum/parser.h"

#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

/// The right side of `Y[a] = ...` as the parser groups it, printed back.
std::string grouped(const std::string& value) {
  return to_text(parse("cascade c\nY[a] = " + value + "\n", "t").einsums.at(0).value);
}

TEST(CascadeParser, KeepsThePartsOfACascade) {
  const Cascade cascade = load_cascade(cascade_path("attention_1pass"));
  EXPECT_EQ(cascade.name, "attention_1pass");
  EXPECT_EQ(cascade.ranks.size(), 8U);
  EXPECT_EQ(cascade.find_rank("M")->parts, (std::vector<std::string>{"M1", "M0"}));
  EXPECT_EQ(cascade.find_rank_of_variable("m1")->name, "M1");
  EXPECT_EQ(cascade.inputs.size(), 3U);
  EXPECT_EQ(cascade.views.size(), 2U);
  EXPECT_EQ(cascade.inits.size(), 3U);
  EXPECT_EQ(cascade.find_einsum("QK")->place.line, 12);
  EXPECT_EQ(cascade.find_einsum("QK")->value.place.column, 19);
  EXPECT_THAT(cascade.header.front(), testing::StartsWith("One-pass softmax attention"));
}

TEST(CascadeParser, GroupsOperatorsFromLeftToRightByPrecedence) {
  EXPECT_EQ(grouped("(A[a] - B[a]) - C[a]"), "A[a] - B[a] - C[a]");
  EXPECT_EQ(grouped("A[a] - (B[a] - C[a])"), "A[a] - (B[a] - C[a])");
  EXPECT_EQ(grouped("A[a] + (B[a] * C[a])"), "A[a] + B[a] * C[a]");
  EXPECT_EQ(grouped("(-A[a]) * B[a]"), "-A[a] * B[a]");
  EXPECT_EQ(grouped("-(A[a] * B[a])"), "-(A[a] * B[a])");
  EXPECT_EQ(grouped("--A[a]"), "--A[a]");
  EXPECT_EQ(grouped("-(3)"), "-(3)");
  EXPECT_EQ(grouped("1 - -3"), "1 - -3");
}

TEST(CascadeParser, GivesAReductionTheWholeProductToItsRight) {
  EXPECT_EQ(grouped("sum[e] (A[e] * B[e])"), "sum[e] A[e] * B[e]");
  EXPECT_EQ(grouped("(sum[e] A[e]) * B[a]"), "(sum[e] A[e]) * B[a]");
  EXPECT_EQ(grouped("(sum[e] A[e] / B[e]) + C[a]"), "sum[e] A[e] / B[e] + C[a]");
  EXPECT_EQ(grouped("C[a] * sum[e] A[e] * B[e]"), "C[a] * (sum[e] A[e] * B[e])");
  EXPECT_EQ(grouped("-sum[e] A[e] * B[e]"), "-(sum[e] A[e] * B[e])");
  EXPECT_EQ(grouped("max[m] sum[e] A[e,m]"), "max[m] sum[e] A[e,m]");
}

TEST(CascadeParser, TellsTheMaximumOfTwoFromTheReduction) {
  EXPECT_EQ(grouped("max(A[a], max[m] B[m])"), "max(A[a], max[m] B[m])");
}

TEST(CascadeParser, ReadsAffineIndices) {
  EXPECT_EQ(grouped("A[2*m0*M1 + p - 3, -m, 0, M1]"), "A[2*m0*M1+p-3,-m,0,M1]");
}

TEST(CascadeParser, ReadsWindowsLineEndingsAndTheLastLineWithoutOne) {
  EXPECT_EQ(error_of("cascade c\r\nrank A\r\ninput X[a]\r\noutput Y[a]\r\nY[a] = X[a]"), "");
}

TEST(LoadCascade, NamesAFileThatItCannotRead) {
  const auto load = [](const std::string& path) { static_cast<void>(load_cascade(path)); };
  EXPECT_THAT([&] { load("/no/such.cascade"); },
              testing::ThrowsMessage<InputError>("/no/such.cascade: cannot be read"));
  EXPECT_THAT([&] { load("/tmp"); }, testing::ThrowsMessage<InputError>("/tmp: cannot be read"));
}

/// What stands behind "cascade c\n" and the message for it.
struct Broken {
  const char* text;
  const char* message;
};

TEST(CascadeSyntax, PointsAtTheFirstFault) {
  const std::vector<Broken> table = {
      Broken{"Y[a] = X[a] $ 2", "t:2:13: unexpected character '$'"},
      Broken{"Y[a] = X[a] \xe2\x89\xa4 2",
             "t:2:13: unexpected byte 0xe2; outside comments a cascade is plain ASCII"},
      Broken{"Y[a] = 12abc", "t:2:8: malformed number '12abc' (write it like 128, 0.5 or 1e-3)"},
      Broken{"Y[a] = 1.2.3", "t:2:8: malformed number '1.2.3' (write it like 128, 0.5 or 1e-3)"},
      Broken{"Y[a] = 1e999", "t:2:8: the number 1e999 does not fit in double precision"},
      Broken{"Y[a] = (X[a]",
             "t:2:13: expected ')' to close the parenthesis, not the end of the file"},
      Broken{"Y[a] = X[a\n",
             "t:2:11: expected ']' or ',' after an index of X, not the end of the line"},
      Broken{"Y[a] = X[a] X[a]", "t:2:13: expected the end of the line, not 'X'"},
      Broken{"Y[a] = X[a*b]", "t:2:12: an index is affine: 'a' and 'b' cannot be multiplied"},
      Broken{"Y[a] = X[a/b]",
             "t:2:12: an index is divided by an integer, a shape or a parameter, not by 'b'"},
      Broken{"Y[a] = X[a%I[b]]",
             "t:2:12: an index is divided by an integer, a shape or a parameter, not by 'I[b]'"},
      Broken{"Y[a] = X[(a+1]", "t:2:14: expected ')' to close the parenthesis, not ']'"},
      Broken{"Y[a] = X[a] * where",
             "t:2:15: expected a tensor, a number, an operator or '(', not the keyword 'where'"},
      Broken{"Y[a] = X[1.5]", "t:2:10: expected a whole number, not '1.5'"},
      Broken{"Y[a] = X[99999999999999999999]",
             "t:2:10: the number 99999999999999999999 does not fit in 64 bits"},
      Broken{"Y[a] = X[4294967296*4294967296]", "t:2:21: the coefficient does not fit in 64 bits"},
      Broken{"Y[a] = X[]*",
             "t:2:12: expected a tensor, a number, an operator or '(', not the end of the file"},
      Broken{"Y[a] = topk[b,c](X[b], a)",
             "t:2:14: expected ']' after the one rank variable of 'topk', not ','"},
      Broken{"Y[a] = topk[b] X[b]",
             "t:2:16: expected '(' and what orders the coordinates, as in topk[m](S[m,p], k), not "
             "'X'"},
      Broken{"Y[a] = topk[b](X[b])",
             "t:2:20: expected ',' and the position, as in topk[m](S[m,p], k), not ')'"},
      Broken{"input X[a] : int9",
             "t:2:14: unknown element type 'int9' (known: fp64, fp32, tf32, bf16, fp16, fp8_e4m3, "
             "fp8_e5m2, fp4_e2m1, int32, int16, int8, int4, int2, uint32, uint16, uint8, uint4, "
             "uint2, bool); did you mean 'int8'?"},
      Broken{"operator f() = 1", "t:2:12: expected a parameter of 'f', not ')'"},
      Broken{"operator f(x) 1", "t:2:15: expected '=' and what 'f' computes, not '1'"},
      Broken{"operator f(x, y) identity x = x", "t:2:27: expected a number or inf, not 'x'"},
      Broken{"Y[a] = X[a] where not",
             "t:2:22: expected an index such as p, m+1 or m1*M0+m0, not the end of the file"},
      Broken{"Y[a] = X[a] where X[a] > 1e300", "t:2:26: the number 1e+300 does not fit in 64 bits"},
      Broken{"Y[a] = X[a] where a",
             "t:2:20: expected one of < <= > >= == !=, not the end of the file"},
      Broken{"Y[a] = X[a] where a < b < 3", "t:2:25: expected the end of the line, not '<'"},
      Broken{"Y[a] X[a]", "t:2:6: expected '=' after Y[...], not 'X'"},
      Broken{"inputs X[a]",
             "t:2:1: expected an equation or one of rank, param, typical, operator, input, output, "
             "let, init, not 'inputs'; did you mean 'input'?"},
      Broken{"rank b", "t:2:6: rank names start in upper case: 'b'; did you mean 'B'?"},
      Broken{"rank M = M1 *", "t:2:14: expected the name of a rank, not the end of the file"},
      Broken{"rank where", "t:2:6: expected the name of a rank, not the keyword 'where'"},
      Broken{"param W = M", "t:2:11: expected a whole number, not 'M'"},
      Broken{"init R[0] =",
             "t:2:12: expected a tensor, a number, an operator or '(', not the end of the file"},
      Broken{"let B[m] X[m]", "t:2:10: expected '=' and the tensor that B is a view of, not 'X'"}};
  for (const auto& broken : table) {
    EXPECT_EQ(error_of(std::string("cascade c\n") + broken.text), broken.message);
  }
}

TEST(CascadeParser, WantsTheNameOfTheCascadeFirst) {
  EXPECT_EQ(
      error_of("# only a comment\n"),
      "t:2:1: expected 'cascade' and its name, above everything else, not the end of the file");
  EXPECT_EQ(error_of("rank A"),
            "t:1:1: expected 'cascade' and its name, above everything else, not 'rank'");
  EXPECT_EQ(error_of("cascade"),
            "t:1:8: expected the name of the cascade, not the end of the file");
}

TEST(CascadeParser, TakesNamesOfSixtyFourLetters) {
  const std::string name(64, 'c');
  EXPECT_EQ(parse("cascade " + name, "t").name, name);
  EXPECT_EQ(error_of("cascade c" + name), "t:1:9: a name has at most 64 letters, not 65");
}

}  // namespace
}  // namespace attnsim::einsum
