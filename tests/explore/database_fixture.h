#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

#include "explore/example_sweep.h"
#include "explore/query.h"

namespace attnsim::explore {

/// A database's path in a folder of its own.
class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    auto pattern = (std::filesystem::temp_directory_path() / "attnsim-test-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "r.sqlite";
  }
  ~DatabaseTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path folder_;
  std::string path_;
};

/// Sweeps `count` points into a database, in this process, without simulating anything.
/// @return how many were computed
inline std::int64_t sweep_into(const std::string& path, std::int64_t count,
                               const SweepInfo& info = example_info()) {
  Database database(path);
  std::int64_t computed = 0;
  for (const auto& task : database.begin(info, example_tasks(count))) {
    database.put(task, example_record(task));
    ++computed;
  }
  database.finish("2026-01-02T03:04:06Z");
  return computed;
}

/// Every row of a database but those of `run`, which say who made the others.
inline std::vector<SqlTable> all_rows(const std::string& path) {
  return {query(path, "SELECT * FROM point ORDER BY key"),
          query(path, "SELECT * FROM sweep ORDER BY id"),
          query(path, "SELECT * FROM sweep_point ORDER BY sweep, position"),
          query(path, "SELECT * FROM parameter ORDER BY sweep, position, name")};
}

inline void expect_equal_rows(const std::string& path, const std::string& expected) {
  const auto rows = all_rows(path);
  const auto others = all_rows(expected);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].columns, others[i].columns);
    EXPECT_EQ(rows[i].rows, others[i].rows);
  }
}

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << bytes;
}

}  // namespace attnsim::explore
