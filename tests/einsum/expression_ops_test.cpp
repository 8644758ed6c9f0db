#include <gmock/gmock.h>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {
namespace {

using testing::ElementsAre;
using testing::Pair;

const Einsum& one_pass(const std::string& name) {
  static const Cascade cascade = load_cascade(cascade_path("attention_1pass"));
  return *cascade.find_einsum(name);
}

TEST(CountOps, CountsMapsAndReductionStepsAtOnePoint) {
  EXPECT_THAT(count_ops(one_pass("QK").value), ElementsAre(Pair("add", 1), Pair("mul", 1)));
  EXPECT_THAT(count_ops(one_pass("LM").value), ElementsAre(Pair("max", 1)));
  EXPECT_THAT(count_ops(one_pass("SLN").value), ElementsAre(Pair("exp", 1), Pair("sub", 1)));
  EXPECT_THAT(count_ops(one_pass("AV").value), ElementsAre(Pair("div", 1)));
}

TEST(CountOps, AddsUpEqualOperators) {
  const Cascade cascade = parse_cascade(
      "cascade c\nrank A\ninput X[a]\noutput Y[]\nY[] = any[a] -(X[a] + 1 + max(X[a], 2))\n", "t");
  EXPECT_THAT(count_ops(cascade.einsums[0].value),
              ElementsAre(Pair("add", 2), Pair("max", 1), Pair("neg", 1), Pair("or", 1)));
}

TEST(IterationVariables, AreTheOutputsThenTheReducedOnes) {
  EXPECT_THAT(iteration_variables(one_pass("QK")), ElementsAre("b", "h", "m1", "m0", "p", "e"));
  EXPECT_THAT(output_variables(one_pass("RM")), ElementsAre("b", "h", "m1", "p"));
  EXPECT_THAT(reduced_variables(one_pass("SLNV")), ElementsAre("m0"));
  EXPECT_THAT(reduced_variables(one_pass("RM")), ElementsAre());
}

TEST(Reads, KeepOrderAndDuplicates) {
  std::vector<std::string> texts;
  for (const auto& access : reads(one_pass("PRM"))) texts.push_back(to_text(access));
  EXPECT_THAT(texts, ElementsAre("RM[b,h,m1,p]", "RM[b,h,m1+1,p]"));
}

}  // namespace
}  // namespace attnsim::einsum
