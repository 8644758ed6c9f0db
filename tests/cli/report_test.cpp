#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Two mappings, each on its machine, at two lengths and two bandwidths; FLAT does not fit at 1M.
constexpr const char* small_sweep = R"(<sweep name="small">
  <base arch="flat" mapping="flat"/>
  <base arch="fusemax" mapping="fusemax"/>
  <workload models="bert" lengths="1K 4K"/>
  <vary name="bandwidth" values="200 GiB/s, 400 GiB/s">
    <set path="//memory[@name='dram']/@bandwidth" value="{bandwidth}"/>
  </vary>
</sweep>
)";

/// A folder with the results of a sweep in r.sqlite.
class Report : public testing::Test {
 protected:
  void sweep(const std::string& name, const std::string& text) {
    const auto run = run_program("sweep " + folder_.write(name + ".xml", text) + " -o " +
                                 folder_.path("r.sqlite"));
    ASSERT_EQ(run.code, 0) << run.err;
  }
  [[nodiscard]] Finished report(const std::string& options = "") const {
    return run_program("report " + folder_.path("r.sqlite") + " -o " + folder_.path("r.html") +
                       " " + options);
  }
  [[nodiscard]] std::string page() const { return read_file(folder_.path("r.html")); }

  Folder folder_;
};

TEST_F(Report, IsAPageOfTheSweep) {
  sweep("small", small_sweep);
  const auto run = report();
  ASSERT_EQ(run.code, 0) << run.err;

  EXPECT_THAT(run.out, HasSubstr("r.html: sweep small, 8 of 8 points"));
  EXPECT_THAT(page(), AllOf(HasSubstr("8 of 8 points are done, none failed."),
                            HasSubstr(">Roofline<"), HasSubstr("What the units do")));
  EXPECT_THAT(page(), HasSubstr("over flat, geometric mean of 4 pairs"));
}

TEST_F(Report, TakesABaselineAndAPoint) {
  sweep("small", small_sweep);
  ASSERT_EQ(report("--baseline 'bandwidth=200 GiB/s' --point 2").code, 0);
  EXPECT_THAT(page(), AllOf(HasSubstr("over 200 GiB/s"), HasSubstr("The loops of #2 ")));

  EXPECT_THAT(report("--baseline bandwidth=3").err, HasSubstr("no point has bandwidth '3'"));
  EXPECT_THAT(report("--point 8").err,
              HasSubstr("--point 8: no such point is done (points: 0 to 7)"));
}

TEST_F(Report, SaysThatFilesHaveChanged) {
  const auto arch = folder_.write("machine.xml", read_source("arch/fusemax.xml"));
  sweep("changing", R"(<sweep name="changing">
  <base arch=")" + arch +
                        R"(" mapping="fusemax"/>
  <workload models="bert" lengths="1K"/>
</sweep>
)");
  auto text = read_source("arch/fusemax.xml");
  const std::string clock = "clock=\"";
  text.insert(text.find(clock) + clock.size(), "1");
  (void)folder_.write("machine.xml", text);
  ASSERT_EQ(report().code, 0);

  EXPECT_THAT(page(), HasSubstr("There is no timeline of point #0"));
  EXPECT_THAT(page(), HasSubstr("have changed since the sweep"));
  EXPECT_THAT(page(), Not(HasSubstr(">Roofline<")));
}

TEST_F(Report, OfSeveralSweepsNeedsAName) {
  sweep("small", small_sweep);
  sweep("other", R"(<sweep name="other">
  <base arch="fusemax" mapping="fusemax"/>
  <workload models="bert" lengths="1K"/>
</sweep>
)");
  const auto run = report();
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, AllOf(HasSubstr("small"), HasSubstr("other")));
  EXPECT_EQ(report("--sweep other").code, 0);
  EXPECT_EQ(report("--sweep third").code, 3);
}

TEST_F(Report, OfPointsThatFailedIsThePageOfTheirErrors) {
  sweep("failing", R"(<sweep name="failing">
  <base arch="fusemax" mapping="flat"/>
  <workload models="bert" lengths="1K"/>
  <set path="//memory[@name='global_buffer']/@capacity" value="1 KiB"/>
</sweep>
)");
  ASSERT_EQ(report().code, 0);
  EXPECT_THAT(page(), AllOf(HasSubstr("1 of 1 point is done, 1 failed."),
                            HasSubstr("Points that failed"), Not(HasSubstr(">Time and cost<"))));
}

TEST_F(Report, OfNoDatabaseSaysSo) {
  const auto run = report();
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("r.sqlite"));
  EXPECT_EQ(run_program("report " + folder_.path("r.sqlite")).code, 2) << "without -o";
}

}  // namespace
}  // namespace attnsim::cli
