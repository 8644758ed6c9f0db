#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* fusemax = " arch=fusemax,mapping=fusemax ";
constexpr const char* flat = " arch=flat,mapping=flat ";

std::string complaint_about(const std::string& arguments) {
  const auto run = run_program("compare " + arguments);
  EXPECT_EQ(run.code, 3) << arguments;
  return run.err;
}

TEST(Compare, GivesEachLengthATable) {
  const auto run =
      run_program(std::string("compare") + flat + fusemax + "--model bert --seq 1K,2K --json -");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto blocks = json::parse(run.out).at("blocks");

  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].at("runs").size(), 2U);
  EXPECT_EQ(blocks[0].at("runs")[0].at("label"), "flat");
  EXPECT_EQ(blocks[1].at("runs")[1].at("config").at("shapes").at("P"), 2048);
}

TEST(Compare, PrintsSpeedupOverTheFirst) {
  const auto run = run_program(std::string("compare") + flat + fusemax + "--model bert --seq 1K");
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("speedup over flat"), HasSubstr("bound by"),
                             HasSubstr("dram read"), HasSubstr("  array2d")));
}

TEST(Compare, ARunsOwnFieldsWin) {
  const auto run = run_program(std::string("compare arch=fusemax,mapping=fusemax,model=t5,seq=2K,"
                                           "label=mine") +
                               fusemax + "--model bert --seq 1K --json -");
  ASSERT_EQ(run.code, 0) << run.err;
  const auto runs = json::parse(run.out).at("blocks")[0].at("runs");

  EXPECT_EQ(runs[0].at("label"), "mine");
  EXPECT_EQ(runs[0].at("config").at("model").at("name"), "t5");
  EXPECT_EQ(runs[0].at("config").at("shapes").at("M"), 2048);
  EXPECT_EQ(runs[1].at("config").at("model").at("name"), "bert");
}

TEST(Compare, TakesAResultThatSimulateWrote) {
  const Folder folder;
  const auto file = folder.path("fusemax.json");
  ASSERT_EQ(
      run_program("simulate --arch fusemax --mapping fusemax --model bert --seq 1K --json " + file)
          .code,
      0);

  const auto run = run_program("compare " + file + flat + "--model bert --seq 1K");

  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("speedup over fusemax"));
  EXPECT_THAT(complaint_about(file + flat + "--model bert --seq 1K,2K"),
              HasSubstr("a JSON file holds one length"));
}

TEST(Compare, WritesAPageThatSaysWhyOneWins) {
  const Folder folder;
  const auto run = run_program(std::string("compare") + flat + fusemax +
                               "--model bert --seq 1K --html " + folder.path("c.html"));
  ASSERT_EQ(run.code, 0) << run.err;
  const auto page = read_file(folder.path("c.html"));

  EXPECT_THAT(page, AllOf(HasSubstr("as long."), HasSubstr("of the unit that bounds"),
                          HasSubstr("<mark>"), HasSubstr("attnsim compare arch=flat")));
}

TEST(Compare, RejectsARunThatIsNone) {
  EXPECT_THAT(complaint_about("fusemax"), HasSubstr("is neither a JSON file nor a point such as"));
  EXPECT_THAT(complaint_about("arch=fusemax"), HasSubstr("says no mapping=..."));
  EXPECT_THAT(complaint_about("arch=fusemax,maping=flat"),
              HasSubstr("unknown key 'maping', did you mean 'mapping'?"));
  EXPECT_THAT(complaint_about("arch=fusemax,arch=flat"), HasSubstr("arch is given twice"));
  EXPECT_THAT(complaint_about("arch=fusemax,mapping"), HasSubstr("\"mapping\" is not KEY=VALUE"));
  EXPECT_THAT(complaint_about("absent.json"), HasSubstr("absent.json: cannot be read"));
  EXPECT_THAT(complaint_about(std::string(fusemax) + "--model bert --seq 1K,"),
              HasSubstr("no shape for P, M"));
}

TEST(Compare, RejectsAJsonFileThatIsNoResult) {
  const Folder folder;
  EXPECT_THAT(complaint_about(folder.write("x.json", "{\"cycles\": 3}")),
              HasSubstr("x.json: is not a result of `attnsim simulate --json`"));
}

}  // namespace
}  // namespace attnsim::cli
