#include <algorithm>
#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  if (at == std::string::npos) throw std::logic_error("no " + from);
  return text.replace(at, from.size(), to);
}

TEST(Run, ChecksACascadeByTheDefinitionOfItsName) {
  for (const std::string name : {"attention_1pass_causal", "qserve", "gna_3d", "hyper_attention",
                                 "titans", "additive_attention", "lamina"}) {
    const auto run = run_program("run " + name + " --check");
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, HasSubstr(" agrees with the definition of " + name + ": max abs error"));
    EXPECT_THAT(run.out, testing::EndsWith("(tolerance 1e-09)\n"));
  }
}

TEST(Run, ChecksEveryOutput) {
  const auto run = run_program("run linear_layers --check");
  EXPECT_EQ(run.code, 0) << run.err;
  for (const auto* output : {"Q", "K", "V", "FFN2"}) {
    EXPECT_THAT(run.out, HasSubstr(std::string("\n") + output + " agrees with the definition of"));
  }
}

TEST(Run, ChecksAtTheShapesAndTheSeedThatAreGiven) {
  const std::string check = "run longheads --check ";
  const auto first = run_program(check);
  EXPECT_THAT(first.out, HasSubstr("C=4 E=4 F=4 H=2 M=8 M0=2 N=1 P=8, seed 1\n"));

  const auto odd = run_program(check + "--shape M0=3,C=5,E=7 --seed 11");
  EXPECT_EQ(odd.code, 0) << odd.err;
  EXPECT_THAT(odd.out, HasSubstr("C=5 E=7 F=4 H=2 M=15 M0=3 N=1 P=15, seed 11\n"));

  const auto whole = run_program(check + "--shape P=10");  // the blocks follow: M0 of 2 divides it
  EXPECT_EQ(whole.code, 0) << whole.err;
  EXPECT_THAT(whole.out, HasSubstr("C=5 E=4 F=4 H=2 M=10 M0=2 N=1 P=10, seed 1\n"));
}

TEST(Run, ShapesThatDoNotFitTheAlgorithmAreAnError) {
  const auto run = run_program("run hip_attention --check --shape M=20");
  EXPECT_EQ(run.code, 3) << run.out;
  EXPECT_THAT(run.err, HasSubstr("the definition of hip_attention: holds where M = N * 2^L"));
}

TEST(Run, ACopyWithOtherInputsIsNotTheAlgorithmOfItsName) {
  const Folder folder;
  const auto other = folder.write("other.cascade",
                                  "cascade titans\nrank A\ninput X[a]\noutput Y[a]\nY[a] = X[a]\n");
  const auto run = run_program("run --check " + other);
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("--check knows the definition of titans, which has no input X[A] "
                                 "(Q[B,H,E,P], K[B,H,E,P], "));
}

TEST(Run, ChecksAllShippedCascades) {
  const auto run = run_program("run --check --all");
  EXPECT_EQ(run.code, 0) << run.out << run.err;
  EXPECT_THAT(run.out,
              testing::ContainsRegex("\nattention_1pass +agrees at 6 shapes: max abs error"));
  EXPECT_EQ(static_cast<std::size_t>(std::count(run.out.begin(), run.out.end(), '\n')),
            files_in(ATTNSIM_SOURCE_DIR "/workloads/cascades").size());
}

TEST(Run, TakesTheOtherNameOfACascade) {
  EXPECT_THAT(run_program("run transnormer --check").out,
              HasSubstr("O agrees with the definition of lightning_attention"));
  EXPECT_THAT(run_program("list cascades").out,
              ContainsRegex("\ngated_linear_attention +[^\n]* .also: gla.\n"));
}

TEST(Run, AllGoesWithCheckOnly) {
  EXPECT_EQ(run_program("run --all").code, 2);
  EXPECT_EQ(run_program("run titans --check --all").code, 2);
  const auto none = run_program("run --check");
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("cascade is required"));
}

TEST(Run, ACascadeWithoutADefinitionIsComparedWithSoftmaxAttention) {
  const Folder folder;
  const auto mine = folder.write(
      "mine.cascade", replaced(read_source("workloads/cascades/attention_1pass_causal.cascade"),
                               "cascade attention_1pass_causal\n", "cascade mine\n"));
  const auto run = run_program("run --check " + mine);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("agrees with causal softmax attention"));
}

TEST(Run, OfTheLinearLayersPrintsTheirOutputs) {
  const auto run = run_program("run linear_layers --shape B=1,P=3,D=4,H=2,E=5,F=6,S=7");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Q       1 x 2 x 5 x 3"));
  EXPECT_THAT(run.out, HasSubstr("FFN2        1 x 4 x 3"));
}

TEST(Run, ACascadeWithoutADefinitionThatIsNoAttentionCannotBeChecked) {
  const Folder folder;
  const auto mine =
      folder.write("mine.cascade", "cascade mine\nrank A\ninput X[a]\noutput Y[a]\nY[a] = X[a]\n");
  const auto run = run_program("run --check " + mine);
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("--check knows no definition of mine (known: those of the shipped "
                                 "cascades), and it is not softmax attention"));
}

TEST(Run, ACopyThatIsNotAttentionExitsWithOne) {
  const Folder folder;
  const auto wrong = folder.write(
      "wrong.cascade", replaced(read_source("workloads/cascades/attention_3pass.cascade"),
                                "exp(QK[b,h,m,p] - GM[b,h,p])", "QK[b,h,m,p] - GM[b,h,p]"));

  const auto run = run_program("run --check " + wrong);

  EXPECT_EQ(run.code, 1);
  EXPECT_THAT(run.out,
              HasSubstr("AV DIFFERS from the definition of attention_3pass: max abs error"));
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
      "w.cascade",
      replaced(replaced(read_source("workloads/cascades/attention_3pass_causal.cascade"),
                        "where m <= p", "where m <= p and p - m < 2"),
               "cascade attention_3pass_causal\n", "cascade mine\n"));

  const auto run = run_program("run --check " + windowed);

  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err,
              HasSubstr("--check knows no definition of mine and no softmax attention where"));
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
  const auto other = folder.write("other.xml", "<point/>\n");

  const auto run = run_program("check " + bad + " " ATTNSIM_SOURCE_DIR "/arch/fusemax.xml " +
                               worse + " " + other + " " + folder.path("absent.cascade"));

  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.out, HasSubstr("arch/fusemax.xml: OK, architecture fusemax\n"));
  EXPECT_THAT(run.err, HasSubstr("attnsim: " + bad + ":1:"));
  EXPECT_THAT(run.err, HasSubstr("attnsim: " + worse + ":1:"));
  EXPECT_THAT(run.err, HasSubstr(other + ":1:1: <point> is none of <architecture>, <mapping>, "
                                         "<model> and <sweep>"));
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
