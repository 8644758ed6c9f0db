#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* head =
    "# GPU: NVIDIA H100 80GB HBM3, 132 SMs\n"
    "kernel,B,H,J,P,M,E,F,causal,dtype,extra,median_us,sm_clock_mhz,tflops,gbytes_per_s,energy_mj,"
    "check\n";
constexpr const char* unknown_kernel =
    "no_such_kernel,1,8,8,1024,1024,64,64,0,bf16,,100,1900,20,50,10,ok 1e-3\n";

/// A file of measurements in a folder of its own.
class ValidateMeasured : public testing::Test {
 protected:
  [[nodiscard]] Finished run(const std::string& rows, const std::string& options = "") const {
    static_cast<void>(folder_.write("m.csv", head + rows));
    return run_program("validate --measured m.csv " + options, folder_.path(""));
  }

  Folder folder_;
};

TEST_F(ValidateMeasured, ReportsAKernelThatHasNoMapping) {
  const auto done = run(unknown_kernel, "--arch fusemax --csv out.csv");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.err, IsEmpty());
  EXPECT_THAT(done.out,
              AllOf(HasSubstr("GPU: NVIDIA H100 80GB HBM3, 132 SMs"), HasSubstr("0 of 1 rows"),
                    HasSubstr("not simulated: no mapping gpu/no_such_kernel")));
  EXPECT_THAT(read_file(folder_.path("out.csv")),
              HasSubstr(",\"not simulated: no mapping gpu/no_such_kernel\","));
}

TEST_F(ValidateMeasured, CountsRowsThatFailedTheirCheckAndSkipsThem) {
  const auto done = run("k,1,8,8,1024,1024,64,64,0,bf16,,,,,,,\"error: out of memory, 2 GiB\"\n",
                        "--arch fusemax");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("1 more failed the check"),
                              HasSubstr("its measurement: error: out of memory, 2 GiB")));
}

TEST_F(ValidateMeasured, ExitsWith1OnlyWhereALimitDoesNotHold) {
  EXPECT_EQ(run(unknown_kernel, "--arch fusemax --limit 10,20").code, 1);
  EXPECT_EQ(run(unknown_kernel, "--arch fusemax").code, 0);
}

TEST_F(ValidateMeasured, ReadsStandardInputAndWritesStandardOutput) {
  static_cast<void>(folder_.write("m.csv", std::string(head) + unknown_kernel));
  const auto done =
      run_program("validate --measured - --arch fusemax --csv - < m.csv", folder_.path(""));
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith("kernel,B,H,J,P,M,E,F,causal,"));
}

TEST_F(ValidateMeasured, PointsAtWhatIsWrongWithTheFile) {
  EXPECT_EQ(run("k,1,8,8,1024,1024,64,64,0,bf16,,fast,1900,20,50,10,ok\n").err,
            "attnsim: m.csv:3:33: median_us \"fast\" is not a number\n");
  EXPECT_EQ(run("k,1,8\n").err, "attnsim: m.csv:3:1: the row has 3 cells, the header names 17\n");
  EXPECT_EQ(run("k,1,8\n").code, 3);
  static_cast<void>(folder_.write("n.csv", "kernel,median_us\nk,1\n"));
  EXPECT_THAT(run_program("validate --measured n.csv", folder_.path("")).err,
              HasSubstr("n.csv: the table has no column 'B'"));
  EXPECT_EQ(run_program("validate --measured none.csv", folder_.path("")).code, 3);
}

TEST_F(ValidateMeasured, SaysWhichGpusItKnows) {
  static_cast<void>(
      folder_.write("m.csv", "# GPU: NVIDIA A100, 108 SMs\n" +
                                 std::string(head).substr(std::string(head).find('\n') + 1)));
  const auto done = run_program("validate --measured m.csv", folder_.path(""));
  EXPECT_EQ(done.code, 3);
  EXPECT_THAT(done.err, AllOf(HasSubstr("no architecture stands for GPU 'NVIDIA A100'"),
                              HasSubstr("NVIDIA H200"), HasSubstr("--arch")));
}

TEST_F(ValidateMeasured, RunsOnlyTheKernelsThatFitAPattern) {
  const auto rows =
      std::string(unknown_kernel) + "other,1,8,8,1024,1024,64,64,0,bf16,,100,1900,20,50,10,ok\n";
  const auto done = run(rows, "--arch fusemax --only 'no_*'");
  EXPECT_THAT(done.out, AllOf(HasSubstr("0 of 1 rows"), Not(HasSubstr("other"))));
  EXPECT_THAT(run(rows, "--arch fusemax --only othr").err,
              HasSubstr("m.csv: no kernel is named like 'othr', did you mean 'other'?"));
}

TEST(ValidateUsageOfMeasured, TakesOneSourceAndItsOwnOptions) {
  EXPECT_EQ(run_program("validate --published fusemax --measured m.csv").code, 2);
  EXPECT_EQ(run_program("validate --published fusemax --arch fusemax").code, 2);
  EXPECT_EQ(run_program("validate --measured m.csv --limit -1").code, 2);
}

}  // namespace
}  // namespace attnsim::cli
