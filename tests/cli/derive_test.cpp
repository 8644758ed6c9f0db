#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST(Derive, PrintsItsStepsAndTheCascade) {
  const auto run = run_program("passes attention_3pass --derive --rank M");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("attention_3pass: 3 passes over M, 1 pass after 6 steps\n"
                                  " 1. defer AV: 3 -> 2 passes\n"));
  EXPECT_THAT(run.out, HasSubstr("\ncascade attention_1pass\n"));
}

TEST(Derive, WritesACascadeThatIsAttention) {
  const Folder folder;
  for (const auto* name : {"attention_3pass", "attention_3pass_causal"}) {
    const auto file = folder.write("derived.cascade", "");
    const auto run = run_program(std::string("passes --derive ") + name + " -o " + file);
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, Not(HasSubstr("cascade attention_1pass\n")));

    const auto check = run_program("run --check " + file);
    EXPECT_EQ(check.code, 0) << check.out << check.err;
    EXPECT_THAT(check.out, HasSubstr("AV agrees with the definition of attention_1pass"));
  }
}

TEST(Derive, ToStandardOutputPrintsTheCascadeAlone) {
  const auto run = run_program("passes attention_naive --derive -o -");
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("# Derived from attention_naive: 1 instead of 2 passes"));
}

TEST(Derive, SaysWhatKeepsACascadeFromOnePass) {
  const Folder folder;
  const auto file = folder.write("sigmoid.cascade",
                                 "cascade s\nrank P M\ninput X[m,p]\noutput Y[p]\n"
                                 "G[p] = max[m] X[m,p]\nY[p] = sum[m] sigmoid(X[m,p] - G[p])\n");
  const auto run = run_program("passes --derive " + file);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, StartsWith("s: 2 passes over M\nnot fewer than 2 passes:\n"));
  EXPECT_THAT(run.out, HasSubstr("sigmoid.cascade:6:1: Y does not run with correction: "));
}

TEST(Derive, AsJsonHasStepsConditionsAndObstacles) {
  const auto run = run_program("passes attention_3pass --derive --json -");
  EXPECT_EQ(run.code, 0) << run.err;
  const auto json = nlohmann::json::parse(run.out);
  EXPECT_EQ(json["passes_before"], 3);
  EXPECT_EQ(json["passes_after"], 1);
  ASSERT_EQ(json["steps"].size(), 6U);
  EXPECT_EQ(json["steps"][0]["rule"], "defer");
  EXPECT_EQ(json["steps"][0]["einsum"], "AV");
  EXPECT_THAT(json["steps"][0]["condition"].get<std::string>(), HasSubstr("does not depend on m"));
  EXPECT_LT(json["steps"][5]["max_error"], 1e-9);
  EXPECT_TRUE(json["obstacles"].empty());
  EXPECT_THAT(json["derived"].get<std::string>(), HasSubstr("cascade attention_1pass\n"));
}

TEST(Derive, AsJsonSaysWhatIsInTheWay) {
  const auto json =
      nlohmann::json::parse(run_program("passes recycled_attention --derive --json -").out);
  EXPECT_EQ(json["passes_after"], 3);
  const auto& first = json["obstacles"][0];
  EXPECT_EQ(first["einsum"], "INDEX");
  EXPECT_THAT(first["place"].get<std::string>(), HasSubstr("recycled_attention.cascade:13:1"));
  EXPECT_THAT(first["reason"].get<std::string>(), HasSubstr("it selects with topk along M"));
}

TEST(Derive, TakesNoLargeShapesAndAnOutputNeedsIt) {
  EXPECT_EQ(run_program("passes attention_3pass --derive --seq 4K").code, 2);
  const auto run = run_program("passes attention_3pass -o x.cascade");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--output requires --derive or --all"));
}

TEST(Derive, AnUnknownRankIsAnInputError) {
  const auto run = run_program("passes attention_3pass --derive --rank N");
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("unknown rank 'N' (known: B, H, E, F, P, M)"));
  EXPECT_THAT(run.out, IsEmpty());
}

}  // namespace
}  // namespace attnsim::cli
