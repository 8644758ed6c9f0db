#include "explore/database.h"

#include <gmock/gmock.h>

#include "explore/database_fixture.h"
#include "explore/record_json.h"

namespace attnsim::explore {
namespace {

using testing::ElementsAre;
class ResultsDatabase : public DatabaseTest {};

using Rows = std::vector<std::vector<SqlValue>>;

TEST_F(ResultsDatabase, GivesBackWhatWasPut) {
  EXPECT_EQ(sweep_into(path_, 10), 10);

  const auto results = Database::read(path_);

  EXPECT_EQ(results.name, "toy");
  EXPECT_EQ(results.text, "<sweep name='toy'/>");
  EXPECT_EQ(results.points, 10);
  ASSERT_EQ(results.rows.size(), 10U);
  for (std::int64_t i = 0; i < 10; ++i) {
    const auto& row = results.rows[static_cast<std::size_t>(i)];
    const auto task = example_task(i);
    EXPECT_EQ(text_of(Task{row.position, row.record.key, row.point, row.parameters}),
              text_of(task));
    EXPECT_EQ(text_of(row.record), text_of(example_record(task)));
  }
}

TEST_F(ResultsDatabase, KeepsWhoRanWhatAndWhen) {
  sweep_into(path_, 10);

  const auto run = Database::read(path_).runs.at(0);

  EXPECT_EQ(run.command, "attnsim sweep toy.xml");
  EXPECT_EQ(run.version, "0.1.0");
  EXPECT_EQ(run.started, "2026-01-02T03:04:05Z");
  EXPECT_EQ(run.finished, "2026-01-02T03:04:06Z");
  EXPECT_EQ(run.computed, 10);
  EXPECT_EQ(run.failed, 1);
}

TEST_F(ResultsDatabase, ComputesNothingTheSecondTime) {
  sweep_into(path_, 10);

  EXPECT_EQ(sweep_into(path_, 10), 0);

  const auto runs = Database::read(path_).runs;
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].computed, 0);
}

TEST_F(ResultsDatabase, ResumesWithWhatIsMissing) {
  {
    Database database(path_);
    const auto tasks = database.begin(example_info(), example_tasks(10));
    for (const auto i : {0U, 3U, 4U}) database.put(tasks[i], example_record(tasks[i]));
  }
  auto results = Database::read(path_);
  EXPECT_EQ(results.points, 10);
  EXPECT_EQ(results.rows.size(), 3U);
  EXPECT_EQ(results.rows[1].parameters.at("rows"), "3");
  EXPECT_EQ(results.runs[0].finished, "");

  EXPECT_EQ(sweep_into(path_, 10), 7);
  EXPECT_EQ(Database::read(path_).rows.size(), 10U);
}

TEST_F(ResultsDatabase, ForgetsTheFailuresThatMayComeOutOtherwise) {
  Database database(path_);
  const auto tasks = database.begin(example_info(), example_tasks(7));
  const std::array all{Status::ok,      Status::invalid,   Status::infeasible,   Status::internal,
                       Status::crashed, Status::timed_out, Status::out_of_memory};
  for (std::size_t i = 0; i < all.size(); ++i) {
    Record record;
    record.key = tasks[i].key;
    record.status = all.at(i);
    database.put(tasks[i], record);
  }

  database.forget_failures(tasks);

  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(database.has(tasks[i].key), i < 3) << name_of(all.at(i));
  }
  EXPECT_EQ(database.begin(example_info(), tasks).size(), 4U);
}

TEST_F(ResultsDatabase, ComputesEqualPointsOnce) {
  auto tasks = example_tasks(4);
  tasks[3].key = tasks[1].key;
  Database database(path_);

  const auto remaining = database.begin(example_info(), tasks);
  for (const auto& task : remaining) database.put(task, example_record(task));

  EXPECT_EQ(remaining.size(), 3U);
  const auto results = Database::read(path_);
  ASSERT_EQ(results.rows.size(), 4U);
  EXPECT_EQ(results.rows[3].record.key, tasks[1].key);
  EXPECT_EQ(results.rows[3].parameters.at("rows"), "3");
}

TEST_F(ResultsDatabase, ASweepThatChangedTakesOverThePointsThatItStillHas) {
  sweep_into(path_, 10);
  auto info = example_info();
  info.text = "<sweep name='toy'><!-- longer --></sweep>";

  EXPECT_EQ(sweep_into(path_, 12, info), 2);

  const auto results = Database::read(path_);
  EXPECT_EQ(results.text, info.text);
  EXPECT_EQ(results.rows.size(), 12U);
}

TEST_F(ResultsDatabase, ASweepThatShrankLeavesOnlyItsOwnRows) {
  sweep_into(path_, 10);
  auto info = example_info();
  info.text = "<sweep name='toy'><!-- shorter --></sweep>";

  EXPECT_EQ(sweep_into(path_, 4, info), 0);

  EXPECT_EQ(Database::read(path_).rows.size(), 4U);
}

TEST_F(ResultsDatabase, HoldsSeveralSweepsThatShareTheirPoints) {
  sweep_into(path_, 10);
  auto info = example_info();
  info.name = "other";

  EXPECT_EQ(sweep_into(path_, 12, info), 2);

  EXPECT_EQ(Database::read(path_, "toy").rows.size(), 10U);
  EXPECT_EQ(Database::read(path_, "other").rows.size(), 12U);
}

TEST_F(ResultsDatabase, IsOneFileWhenTheSweepHasEnded) {
  sweep_into(path_, 10);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    names.push_back(entry.path().filename());
  }
  EXPECT_THAT(names, ElementsAre("r.sqlite"));
}

TEST_F(ResultsDatabase, IsReadWhileASweepWritesToIt) {
  Database database(path_);
  const auto tasks = database.begin(example_info(), example_tasks(10));
  database.put(tasks[0], example_record(tasks[0]));

  EXPECT_EQ(Database::read(path_).rows.size(), 1U);

  database.put(tasks[1], example_record(tasks[1]));
  EXPECT_EQ(Database::read(path_).rows.size(), 2U);
}

TEST_F(ResultsDatabase, HasTheSameRowsWhateverTheOrderInWhichTheyCame) {
  const auto other = folder_ / "backwards.sqlite";
  sweep_into(path_, 20);
  {
    Database database(other);
    auto tasks = database.begin(example_info(), example_tasks(20));
    std::reverse(tasks.begin(), tasks.end());
    for (const auto& task : tasks) database.put(task, example_record(task));
  }
  expect_equal_rows(path_, other);
}

TEST_F(ResultsDatabase, ASweepIsAViewWithItsParametersAsColumns) {
  sweep_into(path_, 10);

  const auto table = query(path_, "SELECT position, rows, kind, cycles FROM toy WHERE rows > 7");

  EXPECT_EQ(table.columns, (std::vector<std::string>{"position", "rows", "kind", "cycles"}));
  EXPECT_EQ(table.rows, (Rows{{std::int64_t{8}, std::int64_t{8}, "b", std::int64_t{1094}},
                              {std::int64_t{9}, std::int64_t{9}, "a", std::int64_t{1030}}}));
}

TEST_F(ResultsDatabase, AParameterNamedLikeAColumnLeavesThatAsItIs) {
  auto task = example_task(0);
  task.parameters = {{"cycles", "7"}, {"it's \"x\"", "1.5"}};
  {
    Database database(path_);
    static_cast<void>(database.begin(example_info(), {task}));
    database.put(task, example_record(task));
  }
  const auto table = query(path_, R"(SELECT cycles, parameter_cycles, "it's ""x""" FROM toy)");
  EXPECT_EQ(table.rows, (Rows{{std::int64_t{1000}, std::int64_t{7}, 1.5}}));
}

TEST_F(ResultsDatabase, AParameterWithAUnitIsReadAsTextAndComparedAsANumber) {
  auto tasks = example_tasks(3);
  const char* const sizes[] = {"900 KiB", "10 MiB", "64"};
  for (std::size_t i = 0; i < 3; ++i) tasks[i].parameters = {{"size", sizes[i]}, {"x", "1e3"}};
  {
    Database database(path_);
    for (const auto& task : database.begin(example_info(), tasks)) {
      database.put(task, example_record(task));
    }
  }
  EXPECT_EQ(query(path_, "SELECT size, size_number, x FROM toy ORDER BY size_number").rows,
            (Rows{{"64", std::int64_t{64}, 1000.0},
                  {"900 KiB", 921600.0, 1000.0},
                  {"10 MiB", 10485760.0, 1000.0}}));
}

TEST_F(ResultsDatabase, ASweepNamedLikeATableIsReadByItsName) {
  auto info = example_info();
  info.name = "point";
  sweep_into(path_, 3, info);
  EXPECT_EQ(rows_of_sweep(path_, "point", false).rows.size(), 3U);
}

TEST_F(ResultsDatabase, TheBestIsTheFastestOfEachModelAndLength) {
  sweep_into(path_, 5);  // 1000, 1037, 1074, 1010, 1047 cycles; even ones are 1K long
  EXPECT_EQ(query(path_, "SELECT seq, position, cycles FROM best").rows,
            (Rows{{"1K", std::int64_t{0}, std::int64_t{1000}},
                  {"64K", std::int64_t{3}, std::int64_t{1010}}}));
}

TEST_F(ResultsDatabase, ViewsTakeTheDetailsApart) {
  sweep_into(path_, 1);
  EXPECT_EQ(query(path_, "SELECT memory, read_bytes, write_bytes FROM traffic").rows,
            (Rows{{"dram", std::int64_t{4096}, std::int64_t{1024}}}));
  EXPECT_EQ(query(path_, "SELECT unit, utilization FROM utilization").rows,
            (Rows{{"array2d", 0.875}, {"dram", 0.5}}));
  EXPECT_EQ(query(path_, "SELECT component, pj FROM energy").rows, (Rows{{"array2d", 0.0}}));
  EXPECT_EQ(query(path_, "SELECT einsum, unit, busy_cycles, utilization FROM einsum").rows,
            (Rows{{"QK", "array2d", std::int64_t{600}, 0.5}}));
}

TEST_F(ResultsDatabase, FailuresAreCountedByWhatTheySay) {
  sweep_into(path_, 14);
  EXPECT_EQ(query(path_, "SELECT status, error, points FROM failure").rows,
            (Rows{{"infeasible", "mapping.xml:6:1: no buffer holds it", std::int64_t{1}},
                  {"infeasible", "mapping.xml:13:1: no buffer holds it", std::int64_t{1}}}));
}

TEST_F(ResultsDatabase, ExportsEveryRowInTheSweepsOrder) {
  sweep_into(path_, 14);

  const auto table = rows_of_sweep(path_, "", true);

  EXPECT_EQ(table.columns.front(), "position");
  EXPECT_EQ(table.columns[1], "kind");
  EXPECT_EQ(table.columns[2], "rows");
  EXPECT_EQ(table.columns.back(), "details");
  ASSERT_EQ(table.rows.size(), 14U);
  EXPECT_EQ(table.rows[6].back(), SqlValue());
  EXPECT_EQ(table.rows[13][0], SqlValue(std::int64_t{13}));
}

TEST_F(ResultsDatabase, LargeAndOddNumbersComeBackEqual) {
  const auto task = example_task(0);
  auto record = example_record(task);
  record.result->cycles = INT64_MAX;
  record.result->energy_pj = 0.1 + 0.2;
  record.result->seconds = 5e-324;
  record.model = "it's \"odd\"\n\xC3\xA9";
  {
    Database database(path_);
    static_cast<void>(database.begin(example_info(), {task}));
    database.put(task, record);
  }
  EXPECT_EQ(text_of(Database::read(path_).rows.at(0).record), text_of(record));
}

}  // namespace
}  // namespace attnsim::explore
