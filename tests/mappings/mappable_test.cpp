// What the language can say and a mapping cannot count yet is refused where it stands.
#include "mappings/mappable.h"

#include <gmock/gmock.h>

#include "base/complaint.h"
#include "einsum/einsum.h"

namespace attnsim::mappings {
namespace {

void check(const std::string& text) {
  check_mappable(einsum::parse_cascade("cascade c\n" + text, "c"), Bits{16});
}

std::string complaint_of(const std::string& text) {
  return complaint<InputError>([&] { check(text); });
}

TEST(Mappable, AreAffineIndicesReductionsAndComparisonsOfThem) {
  EXPECT_NO_THROW(
      check("param W = 2\nrank P M = M1 * M0\noperator twice(x) = x + x\n"
            "input X[m] : bf16 Y[p]\noutput Z[p,m1]\nlet XV[m1,m0] = X[m1*M0+m0]\n"
            "init Z[p,0] = 0\nT[p,m1] = twice(XV[m1,m0]) * Y[p] / M where m1*M0+m0 <= p or p < W\n"
            "Z[p,m1+1] = Z[p,m1] + T[p,m1]\n"));
}

TEST(Mappable, IsNoIndexThatDividesOrGathers) {
  const std::string head = "param G = 2\nrank H J M\ninput X[j] I[m]\noutput Y[h]\n";
  EXPECT_EQ(
      complaint_of(head + "let K[h] = X[h/G]\nY[h] = K[h] + I[m]\n"),
      "c:6:12: the index 'h/G' of X[h/G] can be run and drawn as a graph, but not mapped yet");
  EXPECT_EQ(
      complaint_of(head + "Y[h] = X[I[m]] + G * h\n"),
      "c:6:8: the index 'I[m]' of X[I[m]] can be run and drawn as a graph, but not mapped yet");
}

TEST(Mappable, IsNoConditionOnValuesRemaindersOrNegations) {
  const std::string head = "rank P M\ninput X[p,m]\noutput Y[p]\nY[p] = X[p,m] where ";
  const std::string end = " can be run and drawn as a graph, but not mapped yet";
  EXPECT_EQ(complaint_of(head + "m < p and X[p,m]\n"), "c:5:31: the condition X[p,m] != 0" + end);
  EXPECT_EQ(complaint_of(head + "not m < p\n"), "c:5:21: the condition not (m < p)" + end);
  EXPECT_EQ(complaint_of(head + "m % 2 == 0\n"), "c:5:21: the condition m%2 == 0" + end);
}

TEST(Mappable, IsNoSelection) {
  EXPECT_EQ(complaint_of("rank P M\ninput X[p,m]\noutput Y[p]\nY[p] = argmax[m] X[p,m]\n"),
            "c:5:8: argmax[m] X[p,m] can be run and drawn as a graph, but not mapped yet");
}

TEST(Mappable, IsNoRecurrenceInsideAnotherAndNoTensorAsAnInitialValue) {
  const std::string head = "rank L T\ninput X[t]\noutput Y[l,t]\n";
  const std::string end = " can be run and drawn as a graph, but not mapped yet";
  EXPECT_EQ(complaint_of(head + "init Y[0,t] = X[t]\nY[l+1,t] = Y[l,t]\n"),
            "c:5:15: the initial value X[t]" + end);
  EXPECT_EQ(complaint_of(head + "init Y[0,t] = 1 ; S[l,0] = 0\nS[l,t+1] = S[l,t] + Y[l,t] * X[t]\n"
                                "Y[l+1,t] = S[l,t+1]\n"),
            "c:6:1: the recurrence of S along L inside one along T" + end);
}

TEST(Mappable, IsNoPartOfAPartAndNoElementOfAnotherWidth) {
  const std::string end = " can be run and drawn as a graph, but not mapped yet";
  EXPECT_EQ(complaint_of("rank M = M1 * M0 M1 = A * B\ninput X[a,b,m0]\noutput Y[a]\n"
                         "Y[a] = X[a,b,m0]\n"),
            "c:2:6: rank M, whose part M1 has parts," + end);
  EXPECT_EQ(complaint_of("rank M\ninput X[m] : int8\noutput Y[m]\nY[m] = X[m]\n"),
            "c:3:14: X of int8 on a machine of 16-bit words" + end);
}

}  // namespace
}  // namespace attnsim::mappings
