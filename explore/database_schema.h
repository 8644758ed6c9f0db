#pragma once

#include <cstdint>

namespace attnsim::explore {

/// Marks a SQLite file as ours: "attn" (PRAGMA application_id).
inline constexpr std::int64_t database_application = 0x6174746e;
/// The format below (PRAGMA user_version).
inline constexpr std::int64_t database_format = 1;

/// The tables and views of a results database, with their comments, as SQL.
extern const char* const database_schema;

}  // namespace attnsim::explore
