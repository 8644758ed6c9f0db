#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "cli/program.h"

namespace attnsim::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// FLAT holds a row of scores on the chip: 1M of them do not fit.
constexpr const char* sweep = R"(<sweep name="lengths"><base arch="flat" mapping="flat"/>
  <workload models="bert" lengths="1K 2K 1M"/></sweep>)";

class Query : public testing::Test {
 protected:
  void SetUp() override {
    static_cast<void>(folder_.write("s.xml", sweep));
    ASSERT_EQ(attnsim("sweep s.xml -o r.sqlite").code, 0);
  }

  [[nodiscard]] Finished attnsim(const std::string& arguments) const {
    return run_program(arguments, folder_.path(""));
  }

  Folder folder_;
};

TEST_F(Query, GivesWhatSimulateGives) {
  const auto simulated =
      nlohmann::json::parse(attnsim("simulate --arch flat --mapping flat --model bert --seq 2K "
                                    "--executor recurrence --json -")
                                .out);
  const auto found = attnsim("query r.sqlite --json \"SELECT * FROM lengths WHERE seq = '2K'\"");
  const auto row = nlohmann::json::parse(found.out).at(0);
  for (const auto* figure : {"cycles", "seconds", "energy_pj", "bound_cycles", "bound_by"}) {
    EXPECT_EQ(row.at(figure), simulated.at(figure)) << figure;
  }
  EXPECT_EQ(row.at("length"), 2048);
  EXPECT_EQ(row.at("shapes").at("M"), 2048);
}

TEST_F(Query, PrintsATable) {
  const auto found =
      attnsim("query r.sqlite \"SELECT position, seq, status FROM lengths ORDER BY position\"");
  EXPECT_EQ(found.code, 0);
  EXPECT_EQ(found.out,
            "position  seq  status\n"
            "       0  1K   ok\n"
            "       1  2K   ok\n"
            "       2  1M   infeasible\n");
}

TEST_F(Query, ShowsTheSchemaWithItsComments) {
  const auto found = attnsim("query r.sqlite --schema");
  EXPECT_EQ(found.code, 0);
  EXPECT_THAT(found.out, StartsWith("CREATE TABLE point ("));
  EXPECT_THAT(found.out, HasSubstr("bound_by TEXT,"));
  EXPECT_THAT(found.out, HasSubstr("-- the unit whose occupancy that is"));
  EXPECT_THAT(found.out, HasSubstr("CREATE VIEW \"lengths\" AS"));
}

TEST_F(Query, SaysWhatIsWrong) {
  EXPECT_EQ(attnsim("query r.sqlite").code, 2);
  EXPECT_EQ(attnsim("query r.sqlite --schema 'SELECT 1'").code, 2);
  EXPECT_EQ(attnsim("query r.sqlite --csv --json 'SELECT 1'").code, 2);
  auto failed = attnsim("query r.sqlite 'SELECT cyles FROM lengths'");
  EXPECT_EQ(failed.code, 3);
  EXPECT_EQ(failed.err, "attnsim: r.sqlite: no such column: cyles\n");
  failed = attnsim("query none.sqlite 'SELECT 1'");
  EXPECT_EQ(failed.code, 3);
  EXPECT_EQ(failed.err, "attnsim: none.sqlite: cannot be opened (No such file or directory)\n");
  failed = attnsim("query s.xml 'SELECT 1'");
  EXPECT_EQ(failed.code, 3);
  EXPECT_EQ(failed.err, "attnsim: s.xml: is no database of attnsim sweep\n");
}

TEST_F(Query, ExportsEveryPointWithItsStatus) {
  EXPECT_EQ(attnsim("export r.sqlite --csv r.csv --json r.json").code, 0);
  const auto csv = read_file(folder_.path("r.csv"));
  EXPECT_THAT(csv, StartsWith("position,arch,mapping,cascade,model,seq,length,status,cycles,"));
  EXPECT_THAT(csv, HasSubstr("2,flat,"));
  EXPECT_THAT(csv, HasSubstr(",1M,1048576,infeasible,,,,"));
  const auto json = nlohmann::json::parse(read_file(folder_.path("r.json")));
  ASSERT_EQ(json.size(), 3U);
  EXPECT_EQ(json[0].at("details").at("cycles"), json[0].at("cycles"));
  EXPECT_TRUE(json[2].at("details").is_null());
}

TEST_F(Query, ExportSaysWhatIsWrong) {
  EXPECT_EQ(attnsim("export r.sqlite").code, 2);
  const auto failed = attnsim("export r.sqlite --csv - --sweep length");
  EXPECT_EQ(failed.code, 3);
  EXPECT_EQ(
      failed.err,
      "attnsim: r.sqlite: holds no sweep 'length', did you mean 'lengths'? (known: lengths)\n");
}

}  // namespace
}  // namespace attnsim::cli
