#pragma once

#include <iosfwd>
#include <string>

#include "explore/query.h"

/// What a query found, for people and for programs.
namespace attnsim::report {

/// Columns of numbers to the right, with six digits of those that are not whole.
void print_sql_table(std::ostream& out, const explore::SqlTable& table);

/// A line of names, then a line for each row; numbers are the shortest text that reads back equal.
[[nodiscard]] std::string sql_csv(const explore::SqlTable& table);

/// A list of objects, one a line; absent values are null. The columns `shapes` and `details`
/// hold JSON and are given as such.
[[nodiscard]] std::string sql_json(const explore::SqlTable& table);

}  // namespace attnsim::report
