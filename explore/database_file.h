#pragma once

#include <string>

#include "explore/sqlite.h"

/// Opening a results database; both check that it is one, of a format that this program knows, and
/// undamaged.
namespace attnsim::explore {

/// For reading, also while a sweep writes to it.
/// @throws InputError saying what else the file is
[[nodiscard]] Connection open_to_read(const std::string& path);

/// For a sweep; made if it is not there. Everything that is committed outlives this process, also
/// if it is killed.
/// @throws InputError saying what else the file is, or why it cannot be written
[[nodiscard]] Connection open_to_write(const std::string& path);

/// Leaves one file, without a journal beside it, unless others are reading. Throws nothing: what is
/// committed is safe in the journal too.
void close_after_writing(Connection& connection) noexcept;

}  // namespace attnsim::explore
