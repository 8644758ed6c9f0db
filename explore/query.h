#pragma once

#include <string>
#include <vector>

#include "explore/sql_value.h"

/// Questions in SQL to a results database, which is only read.
namespace attnsim::explore {

struct SqlTable {
  std::vector<std::string> columns;
  std::vector<std::vector<SqlValue>> rows;
};

/// What a SELECT gives.
/// @throws InputError for a file that is no results database, for what is no single statement, for
///         one that would change the file, and in SQLite's words for one that is wrong
[[nodiscard]] SqlTable query(const std::string& path, const std::string& sql);

/// The points of a sweep that are done, by position: a column for each parameter, then names,
/// figures, status and error.
/// @param sweep    its name; empty: the only one
/// @param details  with a last column of the whole result as JSON
[[nodiscard]] SqlTable rows_of_sweep(const std::string& path, const std::string& sweep,
                                     bool details);

/// The statements that made the tables and views of the file.
[[nodiscard]] std::string schema_of(const std::string& path);

}  // namespace attnsim::explore
