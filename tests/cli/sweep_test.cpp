#include <algorithm>
#include <filesystem>
#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr const char* small = R"(<sweep name="small">
  <base arch="fusemax" mapping="fusemax"/>
  <workload models="bert" lengths="1K 4K"/>
  <vary name="bandwidth" values="100 200 400" unit="GiB/s">
    <set path="//memory[@name='dram']/@bandwidth" value="{bandwidth}"/>
  </vary>
</sweep>
)";

/// A sweep of six points in a folder of its own.
class Sweep : public testing::Test {
 protected:
  void SetUp() override { write(small); }

  void write(const std::string& text) const { static_cast<void>(folder_.write("s.xml", text)); }

  [[nodiscard]] Finished attnsim(const std::string& arguments) const {
    return run_program(arguments, folder_.path(""));
  }

  /// The points of a database, without its runs.
  [[nodiscard]] std::string rows(const std::string& database) const {
    const auto done = attnsim("export " + database + " --csv -");
    EXPECT_EQ(done.code, 0) << done.err;
    return done.out;
  }

  /// `other`: the program with another build id.
  /// @param build  the first digits of the program's own
  void write_other_build(const std::string& build) const {
    std::string id;
    for (std::size_t i = 0; i < build.size(); i += 2) {
      id += static_cast<char>(std::stoi(build.substr(i, 2), nullptr, 16));
    }
    auto program = read_file(ATTNSIM_PROGRAM);
    const auto found = program.find(id);
    ASSERT_NE(found, std::string::npos);
    program[found] = static_cast<char>(~program[found]);
    const auto path = folder_.write("other", program);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }

  [[nodiscard]] bool is_there(const std::string& name) const {
    return std::filesystem::exists(folder_.path(name));
  }

  Folder folder_;
};

TEST_F(Sweep, ComputesEachPointOnce) {
  const auto first = attnsim("sweep s.xml -o r.sqlite -j 2");
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.out, "small: 6 points: 6 computed (0 failed), 0 there already\n");
  EXPECT_EQ(first.err, "");  // no progress bar where nobody looks
  const auto before = rows("r.sqlite");
  EXPECT_EQ(std::count(before.begin(), before.end(), '\n'), 7);
  const auto second = attnsim("sweep s.xml -o r.sqlite -j 2");
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_EQ(second.out, "small: 6 points: 0 computed (0 failed), 6 there already\n");
  EXPECT_EQ(rows("r.sqlite"), before);
}

TEST_F(Sweep, GivesTheSameRowsWhateverTheWorkers) {
  EXPECT_EQ(attnsim("sweep s.xml -o one.sqlite -j 1").code, 0);
  EXPECT_EQ(attnsim("sweep s.xml -o three.sqlite -j 3").code, 0);
  EXPECT_EQ(attnsim("sweep s.xml -o threads.sqlite -j 2 --kind threads").code, 0);
  EXPECT_EQ(rows("three.sqlite"), rows("one.sqlite"));
  EXPECT_EQ(rows("threads.sqlite"), rows("one.sqlite"));
}

TEST_F(Sweep, GoesOnWithAChangedFileOnlyWhenAskedTo) {
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite").code, 0);
  std::string larger = small;
  larger.replace(larger.find("100 200 400"), 11, "100 200 400 800");
  write(larger);
  const auto refused = attnsim("sweep s.xml -o r.sqlite");
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err,
              HasSubstr("r.sqlite: holds the sweep 'small' already, from another text: 6 of 8 "
                        "points are there. --resume computes the others; -o with another file"));
  const auto resumed = attnsim("sweep s.xml -o r.sqlite --resume");
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(resumed.out, "small: 8 points: 2 computed (0 failed), 6 there already\n");
}

TEST_F(Sweep, TriesFailedPointsAgainWhenAskedTo) {
  write(R"(<sweep name="slow" executor="systemc" steady_state="off">
             <base arch="fusemax" mapping="fusemax"/>
             <workload models="bert" lengths="1K 2K" shape="B=4"/></sweep>)");
  EXPECT_EQ(attnsim("sweep s.xml -o expected.sqlite").code, 0);
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite --time-limit \"1 ms\"").out,
            "slow: 2 points: 2 computed (2 failed), 0 there already\n");
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite").out,
            "slow: 2 points: 0 computed (0 failed), 2 there already\n");
  const auto again = attnsim("sweep s.xml -o r.sqlite --retry-failed");
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(again.out, "slow: 2 points: 2 computed (0 failed), 0 there already\n");
  EXPECT_EQ(rows("r.sqlite"), rows("expected.sqlite"));
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite --retry-failed").out,
            "slow: 2 points: 0 computed (0 failed), 2 there already\n");
}

TEST_F(Sweep, TakesNothingFromAProgramOfOtherCode) {
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite").code, 0);
  const auto version = attnsim("--version").out;
  ASSERT_THAT(version, MatchesRegex("attnsim [0-9.]+\\+[0-9a-f]{12}\n"));
  write_other_build(version.substr(version.find('+') + 1, 12));

  const auto refused = attnsim("list >list; ./other sweep s.xml -o r.sqlite");
  EXPECT_EQ(refused.code, 3);
  EXPECT_THAT(refused.err,
              HasSubstr("already, computed by " + version.substr(0, version.size() - 1) +
                        ": 0 of 6 points are there"));
  const auto computed = attnsim("list >list; ./other sweep s.xml -o r.sqlite --resume");
  EXPECT_EQ(computed.out, "small: 6 points: 6 computed (0 failed), 0 there already\n");
}

TEST_F(Sweep, StopsInGoodOrderOnASignalAndGoesOn) {
  write(R"(<sweep name="slow"><base arch="fusemax" mapping="fusemax"/>
           <workload models="bert" lengths="4K" shape="B={b}"/>
           <vary name="b" from="1" to="20000" step="1"/></sweep>)");
  const auto stopped =
      attnsim("list > nothing; timeout --foreground --preserve-status -s INT 2 " ATTNSIM_PROGRAM
              " sweep s.xml -o r.sqlite -j 2 --resume");
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_THAT(stopped.out, AllOf(StartsWith("slow: 20000 points: "),
                                 HasSubstr("points to go: attnsim sweep s.xml -o r.sqlite "
                                           "--resume\n")));
  const auto found = attnsim("query r.sqlite \"SELECT count(*) FROM point\"");
  EXPECT_EQ(found.code, 0) << found.err;
}

TEST_F(Sweep, KeepsTheErrorOfAPointThatFails) {
  write(R"(<sweep name="s"><base arch="flat" mapping="flat"/>
           <workload models="bert" lengths="1K 1M"/></sweep>)");
  const auto done = attnsim("sweep s.xml -o r.sqlite");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(done.out, "s: 2 points: 2 computed (1 failed), 0 there already\n");
  EXPECT_THAT(done.err, AllOf(StartsWith("  1 infeasible: "), HasSubstr("flat.xml:"),
                              HasSubstr(": the mapping does not fit\n")));
  EXPECT_THAT(rows("r.sqlite"), AllOf(HasSubstr("infeasible"), HasSubstr("does not fit")));
}

TEST_F(Sweep, DryRunComputesNothingButATime) {
  const auto done = attnsim("sweep s.xml --dry-run -j 1");
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, StartsWith("small: 6 points, 0 left out by limits\n"
                                   "  fusemax fusemax bert 1K bandwidth=100 GiB/s\n"
                                   "  fusemax fusemax bert 4K bandwidth=100 GiB/s\n"
                                   "  fusemax fusemax bert 1K bandwidth=200 GiB/s\n"));
  EXPECT_THAT(done.out, HasSubstr(" on 1 workers, by 6 of the points\n"));
  EXPECT_EQ(attnsim("sweep s.xml --dry-run -o r.sqlite").code, 0);
  EXPECT_FALSE(is_there("r.sqlite"));
}

TEST_F(Sweep, ReadsFilesFromItsOwnFolder) {
  static_cast<void>(folder_.write("own.xml", read_source("arch/fusemax.xml")));
  std::string text = small;
  text.replace(text.find("arch=\"fusemax\""), 14, "arch=\"own.xml\"");
  write(text);
  const auto done =
      run_program("sweep " + folder_.path("s.xml") + " -o " + folder_.path("r.sqlite"));
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("6 computed (0 failed)"));
}

TEST_F(Sweep, SaysWhatIsWrongBeforeItMakesAFile) {
  EXPECT_THAT(attnsim("sweep s.xml").err, HasSubstr("-o is required"));
  EXPECT_EQ(attnsim("sweep no_such -o r.sqlite").code, 3);
  EXPECT_EQ(attnsim("sweep s.xml -o r.sqlite --time-limit 60").code, 2);
  std::string text = small;
  text.replace(text.find("name=\"small\""), 12, "name=\"s\" executor=\"systemc\"");
  write(text);
  EXPECT_THAT(attnsim("sweep s.xml -o r.sqlite --kind threads").err,
              HasSubstr("sweep 's': executor=\"systemc\" runs once in a process"));
  write("<sweep name='s'><bases/></sweep>");
  const auto done = attnsim("sweep s.xml -o r.sqlite");
  EXPECT_EQ(done.code, 3);
  EXPECT_THAT(done.err, StartsWith("attnsim: s.xml:1:17: <bases> is not known here"));
  EXPECT_FALSE(is_there("r.sqlite"));
}

TEST_F(Sweep, IsListedCheckedAndValid) {
  EXPECT_THAT(attnsim("list sweeps").out, HasSubstr("fusemax_pe\nfusemax_space\n"));
  EXPECT_THAT(attnsim("check s.xml").out, HasSubstr("s.xml: OK, sweep small"));
}

}  // namespace
}  // namespace attnsim::cli
