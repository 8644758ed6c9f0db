#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "explore/sqlite.h"

namespace attnsim::explore {

/// The names of what a sweep varies, in order.
[[nodiscard]] std::vector<std::string> parameter_names(Connection& file, std::int64_t sweep);

/// A SELECT of the points of a sweep that are done: position, a column for each parameter, then
/// names and figures; without an ORDER BY.
[[nodiscard]] std::string select_of_sweep(Connection& file, std::int64_t sweep);

/// Makes that SELECT a view of the sweep's name, unless something else has the name.
void create_sweep_view(Connection& file, std::int64_t sweep, const std::string& name);

/// A name or text as SQL has it: 'it''s', "a ""name""".
[[nodiscard]] std::string sql_text(std::string_view text);
[[nodiscard]] std::string sql_name(std::string_view name);

}  // namespace attnsim::explore
