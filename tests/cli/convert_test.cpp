#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string data(const std::string& name) {
  return " " + std::string(ATTNSIM_SOURCE_DIR) + "/tests/exchange/data/" + name;
}

std::string timeloop_files() {
  return data("gemm.architecture.yaml") + data("gemm.problem.yaml") + data("gemm.mapping.yaml") +
         data("gemm.ERT.yaml");
}

TEST(Convert, WhatItWritesIsCheckedAndRuns) {
  const Folder folder;
  const auto out = folder.path("gemm");
  const auto run = run_program("convert --from timeloop" + timeloop_files() + " -o " + out);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("wrote " + out + "/gemm.cascade"), HasSubstr("'n_banks'"),
                             HasSubstr("--shape K=64,M=64,N=32")));

  const auto check = run_program("check " + out + "/gemm.cascade " + out + "/architecture.xml " +
                                 out + "/mapping.xml");
  EXPECT_EQ(check.code, 0) << check.err;
  const auto simulate = run_program("simulate --arch " + out + "/architecture.xml --mapping " +
                                    out + "/mapping.xml --shape K=64,M=64,N=32");
  EXPECT_EQ(simulate.code, 0) << simulate.err;
}

TEST(Convert, AttentionFromTeaalRuns) {
  const Folder folder;
  const auto out = folder.path("attention");
  const auto run = run_program("convert --from teaal" + data("attention.yaml") + " -o " + out);
  ASSERT_EQ(run.code, 0) << run.err;
  const auto simulate = run_program("simulate --arch " + out + "/architecture.xml --mapping " +
                                    out + "/mapping.xml --shape E=16,F=32,M=64,P=128");
  EXPECT_EQ(simulate.code, 0) << simulate.err;
}

TEST(Convert, StrictWritesNothingAndSaysWhy) {
  const Folder folder;
  const auto out = folder.path("gemm");
  const auto run =
      run_program("convert --strict --from timeloop" + timeloop_files() + " -o " + out);
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("(--strict)"));
  EXPECT_EQ(run_program("check " + out + "/gemm.cascade").code, 3);
}

TEST(Convert, ShippedFilesAreWrittenForOthers) {
  const Folder folder;
  const auto out = folder.path("o");
  const auto run = run_program(
      "convert --to timeloop --arch fusemax --mapping unfused --model bert "
      "--seq 64K -o " +
      out);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("wrote " + out + "/QK.mapping.yaml"),
                             HasSubstr("what SN computes (exp, sub)")));
  const auto back = run_program("convert --from timeloop " + out + "/architecture.yaml " + out +
                                "/QK.problem.yaml " + out + "/QK.mapping.yaml -o " + out);
  EXPECT_EQ(back.code, 0) << back.err;
}

TEST(Convert, WrongUsageSaysWhatIsRight) {
  const auto complaint = [](const std::string& arguments) {
    const auto run = run_program("convert " + arguments);
    EXPECT_EQ(run.code, 2) << arguments;
    return run.err;
  };
  EXPECT_THAT(complaint("-o x"), HasSubstr("one of --from and --to"));
  EXPECT_THAT(complaint("--from maestro x.yaml -o x"),
              HasSubstr("'maestro' is none of teaal, timeloop, accelforge"));
  EXPECT_THAT(complaint("--to accelforge --arch flat -o x"),
              HasSubstr("'accelforge' is none of teaal, timeloop"));
  EXPECT_THAT(complaint("--to teaal -o x"), HasSubstr("needs --cascade, --arch or --mapping"));
}

}  // namespace
}  // namespace attnsim::cli
