#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

TEST(Passes, OfACascadePrintClassProofAndFootprint) {
  const auto run = run_program("passes attention_3pass --rank M");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("attention_3pass over M: 3-pass\n"));
  EXPECT_THAT(run.out, HasSubstr("SN         2      1      1  all of M, through GM\n"));
  EXPECT_THAT(run.out, HasSubstr("GM[b,h,p] = max[m] QK[b,h,m,p]                needs all of M\n"));
  EXPECT_THAT(run.out,
              HasSubstr("footprint that grows  M words (2*M if nothing is overwritten)\n"));
  EXPECT_THAT(run.out, Not(HasSubstr("operations")));  // no shapes, no numbers
}

TEST(Passes, WithoutARankAreALineForEach) {
  const auto run = run_program("passes attention_2pass");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\nM          2  M + 3*M1              LM SLN SLD PLM\n"));
  EXPECT_THAT(run.out, HasSubstr("\nM0       2+1  M0                    QK\n"));
}

TEST(Passes, NameInputsThatSeveralOfThemRead) {
  const Folder folder;
  const auto file = folder.write("normalize.cascade",
                                 "cascade normalize\nrank P M\ninput A[m,p]\noutput B[m,p]\n"
                                 "S[p] = sum[m] A[m,p]\nB[m,p] = A[m,p] / S[p]\n");
  const auto run = run_program("passes --shape P=2,M=8 " + file);
  EXPECT_THAT(run.out, HasSubstr("inputs of several passes  A: kept as well, or read again\n"));
  EXPECT_THAT(run.out, HasSubstr("32 B more (M*P words), "));
}

TEST(Passes, AtAShapeHaveBytesAndOperations) {
  const auto run = run_program("passes attention_3pass --model bert --seq 4K");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("footprint that grows  M words = 8 KiB"));
  EXPECT_THAT(run.out, HasSubstr("operations          3,349,866,872,832, 12,884,901,888 of them"));
  EXPECT_THAT(run.out,
              HasSubstr("1.5 GiB (1.125 GiB read, 384 MiB written), 2080 operations a byte"));
  EXPECT_THAT(run.out, HasSubstr("96 GiB more (4*B*H*M*P words), 32 operations a byte"));
}

TEST(Passes, CountBytesByTheWidthOfAWord) {
  const auto run = run_program("passes attention_3pass --model bert --seq 4K --bits 32");
  EXPECT_THAT(run.out, HasSubstr("footprint that grows  M words = 16 KiB"));
}

TEST(Passes, TakeAChunkOf256WhereNoneIsGiven) {
  EXPECT_THAT(run_program("passes attention_2pass --model bert --seq 4K").out,
              HasSubstr(" M0=256 M1=16 "));
  EXPECT_THAT(run_program("passes attention_2pass --model bert --seq 4K --shape M0=64").out,
              HasSubstr(" M0=64 M1=64 "));
  EXPECT_THAT(run_program("passes attention_2pass --model bert --seq 100").out,
              HasSubstr(" M0=100 M1=1 "));
}

TEST(Passes, AsJsonHoldWhatIsPrinted) {
  const auto run = run_program("passes attention_1pass_causal --model bert --seq 1M --json -");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json.at("class"), "1-pass");
  EXPECT_EQ(json.at("exact"), true);
  EXPECT_EQ(json.at("live").at("footprint"), "0");
  EXPECT_EQ(json.at("live").at("state_bytes"), 260);
  const std::int64_t n = 1 << 20;
  EXPECT_EQ(json.at("operations").at("einsums").at("QK").at("mul"),
            64 * 12 * 64 * (n * (n + 1) / 2));
}

TEST(Passes, OfAllAreAnAtlas) {
  const Folder folder;
  const auto run = run_program("passes --all --csv " + folder.path("atlas.csv") + " -o " +
                               folder.path("atlas.html"));
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, ContainsRegex("\nattention_splitk +M +1-pass +2074 +224.2 +1.01. +exact "
                                     "+M1\\*\\(F \\+ 2\\) +LM SLD SLNV\n"));
  EXPECT_THAT(run.out, HasSubstr("\nwithout linear_layers: no position has to do with another\n"));
  const auto csv = read_file(folder.path("atlas.csv"));
  EXPECT_THAT(csv, HasSubstr("\nattention_2pass,M,2,true,LM SLN SLD PLM,M + 3*M1,8288,E + F + 2,"));
  const auto html = read_file(folder.path("atlas.html"));
  EXPECT_THAT(html, HasSubstr("<h2>Operations and traffic</h2>"));
}

TEST(Passes, OfAllHaveFiguresForEachAndSayWhereThereIsNoDecode) {
  const auto run = run_program("passes --all --seq 8K --csv -");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run_program("passes --all").out, Not(HasSubstr("no figures")));
  EXPECT_THAT(run.out, HasSubstr("\ncombiner,P,"));
  EXPECT_THAT(run.out, HasSubstr(",\"QS takes P in blocks\"\n"));
  EXPECT_THAT(run.out,
              HasSubstr("\n# without linear_layers: no position has to do with another\n"));
}

TEST(Passes, TakeTypicalSizesWhereNoneAreGiven) {
  EXPECT_THAT(run_program("passes streaming_llm --model bert --seq 4K").out,
              HasSubstr(" S=4 W=1020"));
  EXPECT_THAT(run_program("passes streaming_llm --model bert --seq 4K --shape W=60").out,
              HasSubstr(" S=4 W=60"));
  EXPECT_THAT(run_program("passes delta_rule --model bert --seq 4K").out,
              HasSubstr("delta_rule over P: 1-pass"));
}

TEST(Passes, SayWhatIsWrong) {
  const auto error = [](const std::string& arguments) {
    const auto run = run_program("passes " + arguments);
    EXPECT_EQ(run.code, run.err.find("require") == std::string::npos &&
                                run.err.find("excludes") == std::string::npos
                            ? 3
                            : 2)
        << arguments;
    return run.err;
  };
  EXPECT_THAT(error("attention_3pass --rank N"),
              HasSubstr("attention_3pass.cascade: unknown rank 'N' (known: B, H, E, F, P, M)"));
  EXPECT_THAT(error("linear_layers --seq 4K"),
              HasSubstr("has no rank M: say which one with --rank (B, H, E, F, P, D, S)"));
  EXPECT_THAT(error("attention_3pass --seq 4K"),
              HasSubstr("no shape is given for rank B, H, E, F"));
  EXPECT_THAT(
      error("--all --shape XYZ=3"),
      HasSubstr("--shape XYZ: no shipped cascade has such a rank or parameter (known: A, B, "));
  EXPECT_THAT(error("--all --shape M=3"),
              HasSubstr("--shape M: the atlas sets P and M: give --seq instead"));
  EXPECT_THAT(error(""), HasSubstr("CASCADE, or --all, is required"));
  EXPECT_THAT(error("attention_3pass --all"), HasSubstr("cascade excludes --all"));
  EXPECT_THAT(error("--all --json -"), HasSubstr("--json excludes --all"));
  EXPECT_THAT(error("attention_3pass -o x.html"), HasSubstr("--output requires --derive or --all"));
}

}  // namespace
}  // namespace attnsim::cli
