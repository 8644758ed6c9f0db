#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "runner/options.cuh"

namespace attnsim::gpu {

/// Starts a CSV file: comments that say where its numbers come from, then the columns.
void write_header(const std::string& path, const std::vector<std::string>& comments,
                  const std::string& columns);

/// Rows added to a CSV file, each on disk once written.
class Table {
 public:
  explicit Table(const std::string& path);  ///< no file at all for an empty path
  ~Table();
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void row(const std::vector<std::string>& cells);

 private:
  std::FILE* file_ = nullptr;
};

/// "# GPU: ..." lines: the GPU, driver, toolkit, clocks, power limit, date and command.
std::vector<std::string> provenance(const Options& options);

std::string decimal(double value, int digits = 3);  ///< `digits` after the point

}  // namespace attnsim::gpu
