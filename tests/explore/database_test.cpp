#include "explore/database.h"

#include <filesystem>
#include <gmock/gmock.h>

#include "explore/example_sweep.h"

namespace attnsim::explore {
namespace {

namespace fs = std::filesystem;

class DatabaseFile : public testing::Test {
 protected:
  DatabaseFile() {
    auto pattern = (fs::temp_directory_path() / "attnsim-db-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "r.sqlite";
  }
  ~DatabaseFile() override { fs::remove_all(folder_); }

  fs::path folder_;
  std::string path_;
};

TEST_F(DatabaseFile, GivesBackWhatWasPut) {
  {
    Database database(path_);
    for (const auto& task : database.begin(example_info(), example_tasks(10))) {
      database.put(task, example_record(task));
    }
    database.finish("2026-01-02T03:04:06Z");
  }
  const auto results = Database::read(path_);

  EXPECT_EQ(results.name, "toy");
  EXPECT_EQ(results.points, 10);
  ASSERT_EQ(results.rows.size(), 10U);
  EXPECT_EQ(results.rows[3].parameters.at("rows"), "3");
  EXPECT_EQ(results.runs.at(0).computed, 10);
  EXPECT_EQ(results.runs.at(0).failed, 1);
}

}  // namespace
}  // namespace attnsim::explore
