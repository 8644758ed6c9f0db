#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Derive, PrintsItsStepsAndTheCascade) {
  const auto run = run_program("derive attention_3pass --rank M");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("attention_3pass: 3 passes over M, 1 pass after 6 steps\n"
                                  " 1. defer AV: 3 -> 2 passes\n"));
  EXPECT_THAT(run.out, HasSubstr("\ncascade attention_1pass\n"));
}

TEST(Derive, WritesACascadeThatIsAttention) {
  const Folder folder;
  for (const auto* name : {"attention_3pass", "attention_3pass_causal"}) {
    const auto file = folder.write("derived.cascade", "");
    const auto run = run_program(std::string("derive ") + name + " -o " + file);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, Not(HasSubstr("cascade attention_1pass\n")));

    const auto check = run_program("run --check " + file);
    EXPECT_EQ(check.code, 0) << check.out << check.err;
    EXPECT_THAT(check.out, HasSubstr("AV agrees with the definition of attention_1pass"));
  }
}

TEST(Derive, ToStandardOutputPrintsTheCascadeAlone) {
  const auto run = run_program("derive attention_naive -o -");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("# Derived from attention_naive: 1 instead of 2 passes"));
}

TEST(Derive, SaysWhatKeepsACascadeFromOnePass) {
  const Folder folder;
  const auto file = folder.write("sigmoid.cascade",
                                 "cascade s\nrank P M\ninput X[m,p]\noutput Y[p]\n"
                                 "G[p] = max[m] X[m,p]\nY[p] = sum[m] sigmoid(X[m,p] - G[p])\n");
  const auto run = run_program("derive " + file);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("s: 2 passes over M\nnot fewer than 2 passes:\n"));
  EXPECT_THAT(run.out, HasSubstr("sigmoid.cascade:6:1: Y does not run with correction: "));
}

TEST(Derive, AnUnknownRankIsAnInputError) {
  const auto run = run_program("derive attention_3pass --rank N");
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("unknown rank 'N' (known: B, H, E, F, P, M)"));
  EXPECT_THAT(run.out, IsEmpty());
}

}  // namespace
}  // namespace attnsim::cli
