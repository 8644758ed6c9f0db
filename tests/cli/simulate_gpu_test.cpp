#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json simulated(const std::string& options) {
  const auto run =
      run_program("simulate --arch gpu/h100_sxm --mapping gpu/" + options + " --json -");
  EXPECT_EQ(run.code, 0) << run.err;
  return json::parse(run.out);
}

std::string complaint_about(const std::string& options, int code) {
  const auto run = run_program("simulate " + options);
  EXPECT_EQ(run.code, code) << options;
  return run.err;
}

TEST(SimulateGpu, JsonHasTheDocumentedFields) {
  const auto result = simulated("flash_attention_3 --shape B=1,H=8,P=2K,E=128 --causal");

  EXPECT_GE(result.at("cycles"), result.at("bound_cycles"));
  EXPECT_NEAR(result.at("seconds").get<double>(),
              result.at("cycles").get<double>() / result.at("clock_hz").get<double>(), 1e-9);
  EXPECT_TRUE(result.at("utilization").contains(result.at("bound_by").get<std::string>()));
  EXPECT_GT(result.at("traffic_bytes").at("hbm").at("read"), 0);
  EXPECT_FALSE(result.at("einsums").empty());
  EXPECT_EQ(result.at("config").at("shapes").at("J"), 8);
  EXPECT_EQ(result.at("config").at("shapes").at("causal"), 1);
}

TEST(SimulateGpu, ReadsAndWritesWhatTheProblemNeedsAtTheLeast) {
  const auto result = simulated("flash_attention_2 --shape B=1,H=8,P=1K,E=128");
  const std::int64_t tensor = 8 * 1024 * 128 * 2;

  EXPECT_GE(result.at("traffic_bytes").at("hbm").at("read"), 3 * tensor);
  EXPECT_EQ(result.at("traffic_bytes").at("hbm").at("write"), tensor);
}

TEST(SimulateGpu, SaysWhatAMappingDoesNotTake) {
  EXPECT_THAT(complaint_about("--arch fusemax --mapping gpu/unfused --shape B=1,H=1,P=8,E=64", 3),
              HasSubstr("is of launches, but architecture 'fusemax' has no <gpu>"));
  EXPECT_THAT(complaint_about("--arch gpu/h100_sxm --mapping fusemax --model bert --seq 1K", 3),
              HasSubstr("is of loops, but architecture 'h100_sxm' is a GPU"));
  EXPECT_THAT(complaint_about("--arch gpu/h100_sxm --mapping gpu/flash_attention_3 "
                              "--shape B=1,H=1,P=128,E=80",
                              4),
              HasSubstr("flash_attention_3 has tiles for E = F = 64 and 128"));
  EXPECT_THAT(complaint_about("--arch gpu/h100_sxm --mapping gpu/sliding_window "
                              "--shape B=1,H=1,P=128,E=64 --causal --param sink=4",
                              3),
              HasSubstr("no parameter 'sink', did you mean 'sinks'?"));
  EXPECT_THAT(
      complaint_about("--arch gpu/h100_sxm --mapping gpu/unfused --shape B=1,H=3,J=2,P=8,E=64", 3),
      HasSubstr("J is no divisor of H"));
}

}  // namespace
}  // namespace attnsim::cli
