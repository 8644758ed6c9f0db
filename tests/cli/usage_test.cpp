#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* point = "--arch fusemax --mapping fusemax --model bert --seq 1K ";

TEST(Usage, HelpAndVersionAreNoErrors) {
  const auto help = run_program("--help");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("simulate"));
  EXPECT_THAT(help.err, IsEmpty());

  const auto version = run_program("--version");
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, StartsWith("attnsim "));
}

TEST(Usage, HelpOfEverySubcommandEndsWithAnExample) {
  for (const auto* name :
       {"check", "run", "graph", "show", "simulate", "compare", "list", "tiles"}) {
    const auto help = run_program(std::string(name) + " --help");
    EXPECT_EQ(help.code, 0);
    const auto example = help.out.find("Example: attnsim " + std::string(name) + " ");
    ASSERT_NE(example, std::string::npos) << help.out;
    EXPECT_THAT(help.out.substr(help.out.find('\n', example)), "\n");
  }
}

TEST(Usage, NoSubcommandIsAnError) {
  const auto run = run_program("");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, StartsWith("attnsim: A subcommand is required"));
}

TEST(Usage, AnUnknownSubcommandGetsTheNearestOne) {
  const auto run = run_program("simulat --arch fusemax");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err,
              StartsWith("attnsim: unknown command 'simulat', did you mean 'simulate'? (known: "));
}

TEST(Usage, AMissingOptionIsNamed) {
  const auto run = run_program("simulate --arch fusemax");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--mapping is required"));
  EXPECT_THAT(run.err, HasSubstr("(see attnsim simulate --help)"));
}

TEST(Usage, AnUnknownOptionIsNamed) {
  const auto run = run_program(std::string("simulate ") + point + "--frobnicate 3");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--frobnicate"));
}

TEST(Usage, ASwitchTakesOnAndOffOnly) {
  const auto run = run_program(std::string("simulate ") + point + "--steady-state maybe");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--steady-state: 'maybe' is none of on, off"));
}

TEST(Usage, AnExecutorIsOneOfThree) {
  const auto run = run_program(std::string("simulate ") + point + "--executor fast");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("--executor: 'fast' is none of systemc, recurrence, auto"));
}

TEST(Usage, ASeedIsAWholeNumber) {
  for (const auto* seed : {"x", "1.5", "-1", "99999999999999999999", "''"}) {
    const auto run = run_program(std::string("run attention_1pass --seed ") + seed);
    EXPECT_EQ(run.code, 2) << seed;
    EXPECT_THAT(run.err, HasSubstr("--seed")) << seed;
  }
}

TEST(Usage, AFullOutputIsReported) {
  const auto run = run_program("list >/dev/full");
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, "attnsim: <stdout>: cannot be written (No space left on device)\n");
}

TEST(List, NamesTheShippedFiles) {
  EXPECT_THAT(run_program("list archs").out, HasSubstr("fusemax\n"));
  EXPECT_THAT(run_program("list").out, HasSubstr("models:\n  bert\n"));
  EXPECT_THAT(run_program("list cascades").out,
              ContainsRegex("\nattention_1pass +One-pass softmax attention .FuseMax"));
  const auto run = run_program("list arch");
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("archs"));
}

}  // namespace
}  // namespace attnsim::cli
