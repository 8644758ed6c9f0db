#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace attnsim::explore {

/// NULL, INTEGER, REAL or TEXT (a BLOB is read as TEXT).
using SqlValue = std::variant<std::monostate, std::int64_t, double, std::string>;

}  // namespace attnsim::explore
