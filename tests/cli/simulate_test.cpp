#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* point = "simulate --arch fusemax --mapping fusemax --model bert --seq 1K ";

json simulated(const std::string& options) {
  const auto run = run_program(point + options + " --json -");
  EXPECT_EQ(run.code, 0) << run.err;
  return json::parse(run.out);
}

std::string complaint_about(const std::string& options, int code = 3) {
  const auto run = run_program("simulate " + options);
  EXPECT_EQ(run.code, code) << options;
  EXPECT_THAT(run.out, IsEmpty());
  return run.err;
}

TEST(Simulate, JsonHasTheDocumentedFields) {
  const auto result = simulated("");

  EXPECT_GT(result.at("cycles").get<std::int64_t>(), 0);
  EXPECT_GE(result.at("cycles"), result.at("bound_cycles"));
  EXPECT_NEAR(result.at("seconds").get<double>(), result.at("cycles").get<double>() / 940e6, 1e-12);
  EXPECT_TRUE(result.at("skipped").is_boolean());
  EXPECT_TRUE(result.at("utilization").contains(result.at("bound_by").get<std::string>()));
  for (const auto& [unit, utilization] : result.at("utilization").items()) {
    EXPECT_GE(utilization, 0) << unit;
    EXPECT_LE(utilization, 1) << unit;
  }
  EXPECT_GT(result.at("traffic_bytes").at("dram").at("read"), 0);
  EXPECT_GT(result.at("traffic_bytes").at("dram").at("write"), 0);
  EXPECT_EQ(result.at("einsums").size(), 12U);
  for (const auto* field : {"name", "unit", "busy_cycles"}) {
    EXPECT_TRUE(result.at("einsums").front().contains(field));
  }
  EXPECT_GT(result.at("simulated_ops"), 0);
  EXPECT_FALSE(result.at("actions").empty());
}

TEST(Simulate, JsonEnergyIsTheSumOverComponents) {
  const auto result = simulated("");
  double sum = 0;
  for (const auto& [component, energy] : result.at("energy_pj_by").items()) {
    sum += energy.get<double>();
  }
  EXPECT_NEAR(result.at("energy_pj").get<double>(), sum, sum * 1e-12);
}

TEST(Simulate, JsonRecordsEveryInput) {
  const auto config =
      simulated("--shape B=2,H=3 --set \"//memory[@name='dram']/@bandwidth=800 GiB/s\"")
          .at("config");

  EXPECT_EQ(config.at("arch").at("file"), "arch/fusemax.xml");
  EXPECT_EQ(config.at("arch").at("text"), read_source("arch/fusemax.xml"));
  EXPECT_EQ(
      config.at("arch").at("resolved").at("components").at(0).at("bandwidth_bytes_per_second"),
      800.0 * 1024 * 1024 * 1024);
  EXPECT_EQ(config.at("mapping").at("file"), "mappings/fusemax.xml");
  EXPECT_EQ(config.at("cascade").at("name"), "attention_1pass");
  EXPECT_EQ(config.at("model").at("name"), "bert");
  EXPECT_EQ(config.at("shapes"),
            json({{"B", 2}, {"E", 64}, {"F", 64}, {"H", 3}, {"M", 1024}, {"P", 1024}}));
  EXPECT_THAT(config.at("overrides"), ElementsAre("//memory[@name='dram']/@bandwidth=800 GiB/s"));
  EXPECT_TRUE(config.contains("version"));
}

TEST(Simulate, IsDeterministic) {
  const auto command = std::string(point) + "--json -";
  EXPECT_EQ(run_program(command).out, run_program(command).out);
}

TEST(Simulate, SkippingAndExecutorChangeNoCount) {
  const std::string shape = "--shape B=1,H=2";
  auto expected = simulated(shape);
  for (const auto* how : {" --steady-state=off", " --executor recurrence",
                          " --executor recurrence --steady-state=off"}) {
    auto other = simulated(shape + how);
    for (const auto* field : {"skipped", "simulated_ops", "config"}) {
      other.erase(field);
      expected.erase(field);
    }
    EXPECT_EQ(other, expected) << how;
  }
}

TEST(Simulate, WritesJsonBesideTheTable) {
  const Folder folder;
  const auto file = folder.path("result.json");

  const auto run = run_program(point + ("--json " + file));

  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.out, HasSubstr("lower bound"));
  EXPECT_EQ(json::parse(read_file(file)), simulated(""));
  EXPECT_THAT(files_in(folder.path("")), ElementsAre("result.json"));
}

TEST(Simulate, RejectsAnOutputThatCannotBeOpenedBeforeItSimulates) {
  const auto run = run_program(std::string(point) + "--json /nowhere/result.json");
  EXPECT_EQ(run.code, 3);
  EXPECT_EQ(run.err,
            "attnsim: /nowhere/result.json: cannot be written (No such file or directory)\n");
  EXPECT_THAT(run.out, IsEmpty());

  const auto folder = run_program(std::string(point) + "--json /tmp");
  EXPECT_EQ(folder.code, 3);
  EXPECT_THAT(folder.err, HasSubstr("/tmp: is a directory"));
}

TEST(Simulate, KeepsTheTableWhereTheJsonDoesNotFit) {
  const auto run = run_program(std::string(point) + "--json /dev/full");
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("/dev/full: cannot be written (No space left on device)"));
  EXPECT_THAT(run.out, HasSubstr("lower bound"));
}

TEST(Simulate, LeavesTheOldOutputWhereTheInputIsWrong) {
  const Folder folder;
  const auto file = folder.write("result.json", "old");
  EXPECT_EQ(
      run_program("simulate --arch fusemax --mapping fusemax --model bert --seq 4X --json " + file)
          .code,
      3);
  EXPECT_EQ(read_file(file), "old");
  EXPECT_THAT(files_in(folder.path("")), ElementsAre("result.json"));
}

TEST(Simulate, ReadsAnInputFromStandardInput) {
  const auto run =
      run_program("simulate --arch - --mapping fusemax --model bert --seq 1K <" ATTNSIM_SOURCE_DIR
                  "/arch/fusemax.xml");
  EXPECT_EQ(run.code, 0) << run.err;
}

TEST(Simulate, FindsTheCascadeBesideTheMapping) {
  const Folder folder;
  auto text = read_source("mappings/fusemax.xml");
  const std::string name = "cascade=\"attention_1pass\"";
  text.replace(text.find(name), name.size(), "cascade=\"mine.cascade\"");
  const auto mapping = folder.write("m.xml", text);
  const auto options = "--arch fusemax --model bert --seq 1K --mapping " + mapping;
  EXPECT_THAT(complaint_about(options),
              AllOf(StartsWith("attnsim: " + mapping + ":"), HasSubstr("mine.cascade")));

  static_cast<void>(
      folder.write("mine.cascade", read_source("workloads/cascades/attention_1pass.cascade")));
  EXPECT_EQ(run_program("simulate " + options).code, 0);
}

TEST(Simulate, NeedsEveryShape) {
  EXPECT_THAT(complaint_about("--arch fusemax --mapping fusemax --model bert"),
              HasSubstr("no shape for P, M: give --model and --seq"));
  EXPECT_THAT(complaint_about("--arch fusemax --mapping fusemax --seq 1K"),
              HasSubstr("no shape for B, H, E, F:"));
  EXPECT_EQ(run_program("simulate --arch fusemax --mapping fusemax "
                        "--shape B=1,H=1,E=64,F=64,P=1K,M=1K")
                .code,
            0);
}

TEST(Simulate, RejectsUnknownNames) {
  EXPECT_THAT(complaint_about("--arch fusemaks --mapping fusemax --model bert --seq 1K"),
              HasSubstr("architecture \"fusemaks\": is neither a file nor the name of a shipped "
                        "one, did you mean 'fusemax'? (shipped: "));
  EXPECT_THAT(complaint_about("--arch fusemax --mapping fusemx --model bert --seq 1K"),
              HasSubstr("mapping \"fusemx\""));
  EXPECT_THAT(complaint_about("--arch fusemax --mapping fusemax --model brt --seq 1K"),
              HasSubstr("model \"brt\""));
  EXPECT_THAT(
      complaint_about("--arch fusemax --mapping fusemax --model bert --seq 1K --cascade att"),
      HasSubstr("cascade \"att\""));
}

TEST(Simulate, RejectsMalformedLengthsAndShapes) {
  const std::string rest = "--arch fusemax --mapping fusemax --model bert ";
  EXPECT_THAT(complaint_about(rest + "--seq 4X"), HasSubstr("\"4X\""));
  EXPECT_THAT(complaint_about(rest + "--seq 0"), HasSubstr("must be at least 1"));
  EXPECT_THAT(complaint_about(rest + "--seq -5"), HasSubstr("-5"));
  EXPECT_THAT(complaint_about(rest + "--seq 1K --shape P"), HasSubstr("is not RANK=SHAPE"));
  EXPECT_THAT(complaint_about(rest + "--seq 1K --shape Q=3"),
              HasSubstr("cascade 'attention_1pass' has no rank 'Q'"));
  EXPECT_THAT(complaint_about(rest + "--seq 1K --shape M0=3"),
              HasSubstr("M0 is a part of a rank: its shape is set by the mapping's <partition>"));
}

TEST(Set, RejectsWhatSelectsNothing) {
  const std::string rest = "--arch fusemax --mapping fusemax --model bert --seq 1K --set ";
  EXPECT_THAT(complaint_about(rest + "\"//memory[@name='dramm']/@bandwidth=1 GiB/s\""),
              AllOf(HasSubstr("the XPath selects nothing in "), HasSubstr("arch/fusemax.xml, "),
                    HasSubstr("models/bert.xml")));
  EXPECT_THAT(complaint_about(rest + "//memory"), HasSubstr("is not XPATH=VALUE"));
  EXPECT_THAT(complaint_about(rest + "'//memory[=3'"), HasSubstr("is not XPATH=VALUE"));
  EXPECT_THAT(complaint_about(rest + "'//memory[]/@x=3'"), HasSubstr("is malformed"));
  EXPECT_THAT(complaint_about(rest + "//array=3"), HasSubstr("selects <array>, not an attribute"));
}

TEST(Set, RejectsAValueAsTheFileWould) {
  const std::string rest = "--arch fusemax --mapping fusemax --model bert --seq 1K --set ";
  EXPECT_THAT(complaint_about(rest + "\"//memory[@name='dram']/@bandwidth=800\""),
              AllOf(StartsWith("attnsim: --set //memory[@name='dram']/@bandwidth=800: "),
                    HasSubstr("has no unit")));
  EXPECT_THAT(complaint_about(rest + "\"//memory[@name='dram']/@bandwith=800 GiB/s\""),
              AllOf(HasSubstr("has no attribute 'bandwith'"), HasSubstr("bandwidth")));
}

TEST(Set, ReachesMappingAndModelToo) {
  EXPECT_EQ(simulated("--set //model/@H=3").at("config").at("shapes").at("H"), 3);
  const auto drawing = simulated("--set \"//keep[@tensor='BK BV']/@buffers=3\"")
                           .at("config")
                           .at("mapping")
                           .at("drawing")
                           .dump();
  EXPECT_THAT(drawing, HasSubstr("keep BK BV at global_buffer: 6 x"));
}

TEST(Simulate, ExplainsWhatDoesNotFit) {
  const auto complaint = complaint_about(
      "--arch fusemax --mapping fusemax --model bert --seq 1K "
      "--set \"//memory[@name='global_buffer']/@capacity=8 KiB\"",
      4);
  EXPECT_THAT(complaint, HasSubstr("global_buffer"));
  EXPECT_THAT(complaint, HasSubstr("8 KiB"));
  EXPECT_THAT(complaint, HasSubstr("fusemax.xml:"));
}

}  // namespace
}  // namespace attnsim::cli
