#include <gmock/gmock.h>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* head = "configuration,model,sequence_length,latency_s\n";
constexpr const char* inside =
    "<table file='t.csv'/><within latency='0.01'/>"
    "<configuration name='a' title='A'><run architecture='fusemax' mapping='fusemax'/>"
    "</configuration>";

/// A study of one row in a folder of its own.
class Validate : public testing::Test {
 protected:
  [[nodiscard]] Finished run(const std::string& table, const std::string& study,
                             const std::string& options = "") const {
    static_cast<void>(folder_.write("t.csv", table));
    static_cast<void>(folder_.write(
        "s.xml", "<study name='s' title='A study' source='a test'>\n" + study + "</study>"));
    return run_program("validate --published s.xml " + options, folder_.path(""));
  }

  Folder folder_;
};

TEST_F(Validate, SaysThatARowLiesWithinItsTolerance) {
  const auto done = run(std::string(head) + "a,bert,1K,0.002014\n", inside);
  EXPECT_EQ(done.code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(StartsWith("A study\n"), HasSubstr("All 1 rows lie within")));
}

TEST_F(Validate, ExitsWith1AndNamesTheRowThatDoesNot) {
  const auto done = run(std::string(head) + "a,bert,1K,0.003\n", inside);
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.out, AllOf(HasSubstr("Outside of their tolerances"), HasSubstr("a bert 1K")));
}

TEST_F(Validate, KeepsGoingPastARowThatDoesNotFit) {
  auto study = std::string(inside);
  study.replace(study.find("mapping='fusemax'"), 17, "mapping='flat'");
  study.replace(study.find("architecture='fusemax'"), 22, "architecture='flat'");
  const auto done =
      run(std::string(head) + "a,bert,1M,1\na,bert,1K,0.01344\n", study, "--csv rows.csv");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.out, HasSubstr("the mapping does not fit"));
  const auto csv = read_file(folder_.path("rows.csv"));
  EXPECT_THAT(csv, AllOf(HasSubstr("\na,bert,1M,,"), HasSubstr("no result"),
                         HasSubstr("\"attnsim simulate --arch flat --mapping flat --model bert "
                                   "--seq 1K\"")));
}

TEST_F(Validate, RunsOnlyTheConfigurationsThatAreNamed) {
  const auto row = std::string(head) + "a,bert,1K,0.002014\n";
  EXPECT_EQ(run(row, inside, "--only a").code, 0);
  EXPECT_THAT(run(row, inside, "--only b").err,
              HasSubstr("s.xml:1:1: the study has no configuration 'b' (known: a)"));
}

TEST_F(Validate, WritesTheSameBytesWhateverTheWorkers) {
  const auto table = std::string(head) + "a,bert,1K,0.002014\na,xlm,4K,0.07\na,t5,1K,0.0013\n";
  EXPECT_EQ(run(table, inside, "-j 1 --csv one.csv --html one.html").code, 1);
  EXPECT_EQ(run(table, inside, "-j 3 --csv three.csv --html three.html").code, 1);
  EXPECT_EQ(read_file(folder_.path("one.csv")), read_file(folder_.path("three.csv")));
  EXPECT_EQ(read_file(folder_.path("one.html")), read_file(folder_.path("three.html")));
}

TEST_F(Validate, PointsAtWhatIsWrongWithAStudy) {
  const auto row = std::string(head) + "a,bert,1K,1\n";
  EXPECT_EQ(run(row, "<tables file='t.csv'/>").err,
            "attnsim: s.xml:2:1: <tables> is not known here, did you mean 'table'? (known: table, "
            "recounts, within, configuration, claim)\n");
  EXPECT_EQ(run(row, "<table file='u.csv'/>").code, 3);
  EXPECT_THAT(run(std::string(head) + "a,bert,1K\n", inside).err,
              HasSubstr("t.csv:2:1: the row has 3 cells, the header names 4"));
  EXPECT_THAT(run(std::string(head) + "b,bert,1K,1\n", inside).err,
              HasSubstr("s.xml:1:1: its tables have rows of configuration 'b'"));
  EXPECT_THAT(
      run(std::string(head) + "a,bart,1K,1\n", inside).err,
      HasSubstr("s.xml:2:80: model \"bart\": is neither a file nor the name of a shipped one"));
  EXPECT_THAT(run(std::string(head) + "a,bert,1Q,1\n", inside).err, HasSubstr("1Q"));
}

TEST(ValidateUsage, NamesTheShippedStudies) {
  const auto done = run_program("validate --published fusemacs");
  EXPECT_EQ(done.code, 3);
  EXPECT_EQ(done.err,
            "attnsim: study \"fusemacs\": is neither a file nor the name of a shipped one, did you "
            "mean 'fusemax'? (shipped: fusemax, natten)\n");
  EXPECT_EQ(run_program("validate").code, 2);
}

}  // namespace
}  // namespace attnsim::cli
