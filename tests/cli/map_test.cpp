#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* fusemax =
    "map --cascade attention_1pass --arch fusemax --model bert --seq 4K --cuts 0 --moves 0 "
    "--halvings 0 ";
constexpr const char* flat =
    "map --cascade attention_3pass --arch flat --model bert --seq 4K --cuts 0 --moves 0 "
    "--halvings 0 ";

json mapped(const std::string& command) {
  const auto run = run_program(command + " --json -");
  EXPECT_EQ(run.code, 0) << run.err;
  return json::parse(run.out);
}

double cycles(const json& row) { return row.at("cycles").get<double>(); }

TEST(Map, IsAsFastAsThePublishedFuseMaxMapping) {
  const auto result =
      mapped(std::string(fusemax) +
             "--objective cycles --against fusemax,fusemax_tight,fusemax_architecture");
  ASSERT_EQ(result.at("front").size(), 1U);
  for (const auto& rival : result.at("against")) {
    EXPECT_LE(cycles(result.at("front").at(0)), cycles(rival)) << rival.at("mapping");
  }
  EXPECT_TRUE(result.at("complete"));
  EXPECT_LE(result.at("gap"), 0.01);
  EXPECT_GE(cycles(result.at("front").at(0)), result.at("algorithm_bound_cycles"));
}

TEST(Map, IsAsFastAsFlatAndUnfusedOnTheirMachine) {
  const auto result =
      mapped(std::string(flat) + "--objective cycles --against flat,flat_q,flat_v,unfused");
  EXPECT_EQ(result.at("against").size(), 4U);
  for (const auto& rival : result.at("against")) {
    EXPECT_LE(cycles(result.at("front").at(0)), cycles(rival)) << rival.at("mapping");
  }
  EXPECT_TRUE(result.at("complete"));
}

TEST(Map, WritesMappingsThatSimulateToTheSameFigures) {
  const Folder folder;
  const auto result = mapped(std::string(flat) + "--objective cycles,energy --limit 300 -o " +
                             folder.path("front"));
  const auto& front = result.at("front");
  ASSERT_FALSE(front.empty());
  EXPECT_EQ(files_in(folder.path("front")).size(), front.size());
  for (std::size_t i = 0; i < front.size(); ++i) {
    const auto file = folder.path("front") + "/" + std::to_string(i + 1) + ".xml";
    const auto run =
        run_program("simulate --arch flat --model bert --seq 4K --json - --mapping " + file);
    ASSERT_EQ(run.code, 0) << run.err;
    const auto simulated = json::parse(run.out);
    EXPECT_EQ(simulated.at("cycles"), front[i].at("cycles"));
    EXPECT_EQ(simulated.at("energy_pj"), front[i].at("energy_pj"));
    EXPECT_EQ(simulated.at("bound_cycles"), front[i].at("bound_cycles"));
  }
}

TEST(Map, PrintsTheFrontTheSpaceAndWhatIsProven) {
  const auto run = run_program(std::string(fusemax) + "--objective cycles --against fusemax");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("attention_1pass on fusemax, model bert: B=64"),
                             HasSubstr("fused"), HasSubstr("is no worse in any"),
                             HasSubstr("space"), HasSubstr("searched"), HasSubstr("proven")));
  EXPECT_THAT(run.err, HasSubstr("mappings a second"));
}

TEST(Map, SaysTheSameOnAnyNumberOfWorkers) {
  const auto command = std::string(flat) + "--limit 200 ";
  EXPECT_EQ(run_program(command + "-j 1").out, run_program(command + "-j 3").out);
}

TEST(Map, TellsWhereTheLimitCameFirst) {
  const auto run = run_program(std::string(flat) + "--limit 20");
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, AllOf(HasSubstr("left by the limit"), HasSubstr("not proven as a front")));
  const auto result = mapped(std::string(flat) + "--limit 20");
  EXPECT_FALSE(result.at("complete"));
  EXPECT_TRUE(result.at("gap").is_null());
}

TEST(Map, TakesOverridesOfTheMachine) {
  const auto set = std::string(" --set \"//vector/@lanes=512\"");
  const auto wide = mapped(std::string(flat) + "--objective cycles" + set);
  const auto plain = mapped(std::string(flat) + "--objective cycles");
  EXPECT_LT(cycles(wide.at("front").at(0)), cycles(plain.at("front").at(0)));
}

TEST(Map, RejectsWhatItCannotSearch) {
  const auto complaint = [](const std::string& options, int code) {
    const auto run = run_program("map " + options);
    EXPECT_EQ(run.code, code) << options;
    EXPECT_THAT(run.out, IsEmpty());
    return run.err;
  };
  EXPECT_THAT(
      complaint(std::string(flat).substr(4) + "--limit soon", 3),
      HasSubstr("--limit soon: must be a number of mappings (10000), a time (30s) or none"));
  EXPECT_THAT(complaint(std::string(flat).substr(4) + "--objective speed", 3),
              HasSubstr("'speed' is no objective"));
  EXPECT_THAT(complaint("--cascade attention_3pass --arch flat --model bert", 3),
              HasSubstr("no shape for P, M"));
  EXPECT_THAT(complaint("--cascade attention_3pass --arch gpu/h100_sxm --model bert --seq 1K", 3),
              HasSubstr("is a GPU"));
  EXPECT_THAT(complaint("--cascade attention_3pass", 2), HasSubstr("--arch is required"));
}

TEST(Map, IsInfeasibleWhereNothingFits) {
  const auto run = run_program(std::string(flat) +
                               "--objective cycles --limit 200 "
                               "--set \"//memory[@name='global_buffer']/@capacity=8 B\"");
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("no mapping was found that fits"));
}

}  // namespace
}  // namespace attnsim::cli
