#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::HasSubstr;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("no " + from);
  return text.replace(at, from.size(), to);
}

TEST(Run, EveryShippedAttentionCascadeIsSoftmaxAttention) {
  for (const auto* name : {"attention_naive", "attention_naive_deferred", "attention_3pass",
                           "attention_3pass_deferred", "attention_2pass", "attention_online",
                           "attention_splitk", "attention_flash1", "attention_1pass",
                           "attention_3pass_causal", "attention_1pass_causal"}) {
    const auto run = run_program(std::string("run ") + name + " --check");
    EXPECT_EQ(run.code, 0) << run.err;
    const bool causal = std::string(name).ends_with("causal");
    EXPECT_THAT(run.out, HasSubstr(causal ? "agrees with causal softmax attention"
                                          : "agrees with direct softmax attention"));
  }
}

TEST(Run, OfTheLinearLayersPrintsTheirOutputs) {
  const auto run = run_program("run linear_layers --shape B=1,P=3,D=4,H=2,E=5,F=6,S=7");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Q       1 x 2 x 5 x 3"));
  EXPECT_THAT(run.out, HasSubstr("FFN2        1 x 4 x 3"));
}

TEST(Run, OfTheLinearLayersHasNoAttentionToCheck) {
  const auto run = run_program("run linear_layers --check");
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("--check compares attention only"));
}

TEST(Run, ACascadeThatIsNotAttentionExitsWithOne) {
  const Folder folder;
  const auto wrong = folder.write(
      "wrong.cascade", replaced(read_source("workloads/cascades/attention_3pass.cascade"),
                                "exp(QK[b,h,m,p] - GM[b,h,p])", "QK[b,h,m,p] - GM[b,h,p]"));

  const auto run = run_program("run --check " + wrong);

  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out, HasSubstr("DIFFERS from direct softmax attention: max abs error"));
}

TEST(Run, ACascadeWithoutItsMaskExitsWithOne) {
  const Folder folder;
  const auto wrong = folder.write(
      "wrong.cascade", replaced(read_source("workloads/cascades/attention_3pass_causal.cascade"),
                                "V[b,h,f,m] where m <= p\n", "V[b,h,f,m] where p >= m\n"));
  EXPECT_EQ(run_program("run --check " + wrong).code, 0);  // another spelling, no difference

  const auto half = folder.write(
      "half.cascade", replaced(read_source("workloads/cascades/attention_3pass_causal.cascade"),
                               "SN[b,h,m,p] where m <= p", "SN[b,h,m,p]"));
  const auto run = run_program("run --check " + half);
  EXPECT_NE(run.code, 5) << run.err;
}

TEST(Run, OtherConditionsHaveNoReference) {
  const Folder folder;
  const auto windowed = folder.write(
      "w.cascade", replaced(read_source("workloads/cascades/attention_3pass_causal.cascade"),
                            "where m <= p", "where m <= p and p - m < 2"));

  const auto run = run_program("run --check " + windowed);

  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("--check knows no reference for where"));
}

TEST(Run, TakesShapesAndAnswersTheSameForTheSameSeed) {
  const auto shape = std::string("run attention_1pass --shape P=5,M=12,M0=3 --seed ");
  const auto first = run_program(shape + "7");

  EXPECT_THAT(first.out, HasSubstr("M=12 M0=3 M1=4 P=5, seed 7"));
  EXPECT_EQ(first.out, run_program(shape + "7").out);
  EXPECT_NE(first.out, run_program(shape + "8").out);
}

TEST(Run, ReadsACascadeFromStandardInput) {
  const auto run = run_program("run - --check <" ATTNSIM_SOURCE_DIR
                               "/workloads/cascades/attention_2pass.cascade");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("attention_2pass"));
}

TEST(Run, RejectsShapesThatDoNotFit) {
  const auto uneven = run_program("run attention_1pass --shape M=7,M0=2");
  EXPECT_EQ(uneven.code, 3);
  EXPECT_THAT(uneven.err, HasSubstr("M = M1 * M0"));

  const auto unknown = run_program("run attention_1pass --shape Z=7");
  EXPECT_EQ(unknown.code, 3);
  EXPECT_THAT(unknown.err, HasSubstr("'Z'"));

  const auto huge = run_program("run attention_1pass --shape M=1M,P=1M,E=1M");
  EXPECT_EQ(huge.code, 3);
  EXPECT_THAT(huge.err, HasSubstr("elements"));
}

TEST(Check, ReportsEveryFileNotJustTheFirst) {
  const Folder folder;
  const auto bad = folder.write("bad.xml", "<architecture name=\"x\" klock=\"1 GHz\"/>\n");
  const auto worse = folder.write("worse.xml", "<architecture");
  const auto other = folder.write("other.xml", "<sweep/>\n");

  const auto run = run_program("check " + bad + " " ATTNSIM_SOURCE_DIR "/arch/fusemax.xml " +
                               worse + " " + other + " " + folder.path("absent.cascade"));

  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.out, HasSubstr("arch/fusemax.xml: OK, architecture fusemax\n"));
  EXPECT_THAT(run.err, HasSubstr("attnsim: " + bad + ":1:"));
  EXPECT_THAT(run.err, HasSubstr("attnsim: " + worse + ":1:"));
  EXPECT_THAT(run.err, HasSubstr(other + ":1:1: <sweep> is none of <architecture>, <mapping> and "
                                         "<model>"));
  EXPECT_THAT(run.err, HasSubstr("absent.cascade: cannot be read (No such file or directory)"));
}

TEST(Check, AcceptsEveryShippedFile) {
  const auto run =
      run_program("check $(cd " ATTNSIM_SOURCE_DIR
                  " && ls -d $PWD/arch/*.xml $PWD/mappings/*.xml $PWD/workloads/models/*.xml "
                  "$PWD/workloads/cascades/*.cascade)");
  EXPECT_EQ(run.code, 0) << run.err;
}

TEST(Run, DrawsCoordinatesWhereAnIndexGathersAndWholeNumbersWhereATypeSaysSo) {
  const Folder folder;
  const auto path =
      folder.write("pages.cascade",
                   "cascade pages\nrank N M M0\ninput K[m] I[n] F[n] : uint2\n"
                   "output Y[n,m0] G[n]\nY[n,m0] = K[I[n]*M0+m0]\nG[n] = F[n] + I[n]\n");
  const auto run = run_program("run " + path + " --shape N=500,M=6,M0=2");
  EXPECT_EQ(run.err, "");
  // 0 ... 3 of two bits and a block 0 ... 2: both ends are drawn.
  EXPECT_THAT(run.out, testing::ContainsRegex("G +500 +0 +5 "));
}

TEST(Run, EvaluatesEveryShippedCascadeAtItsSmallShapes) {
  for (const auto& file : files_in(ATTNSIM_SOURCE_DIR "/workloads/cascades")) {
    const auto name = file.substr(0, file.find('.'));
    EXPECT_EQ(run_program("run " + name).err, "") << name;
  }
}

TEST(Run, RoundsElementsToTheirTypesIfAsked) {
  const Folder folder;
  const auto path = folder.write(
      "typed.cascade", "cascade typed\nrank A\ninput X[a]\noutput Y[a]\nY[a] : bool = 4 + X[a]\n");
  EXPECT_THAT(run_program("run --rounded " + path).out,
              testing::EndsWith(" 1    1     1      1\n"));
}

TEST(Run, ShowsTheLineOfACascadeThatIsWrong) {
  const Folder folder;
  const auto path = folder.write("c.cascade",
                                 "cascade c\nrank A B\ninput X[a,b]\noutput Y[a]\n"
                                 "Y[a] = sum[b] XX[a,b]\n");
  const auto run = run_program("run c.cascade", folder.path(""));
  EXPECT_EQ(run.code, 3);
  EXPECT_EQ(run.err,
            "attnsim: c.cascade:5:15: unknown tensor 'XX' (known: X, Y); did you mean 'X'?\n"
            "  5 | Y[a] = sum[b] XX[a,b]\n"
            "    |               ^~\n");
}

}  // namespace
}  // namespace attnsim::cli
