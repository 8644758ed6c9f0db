#include "explore/database_file.h"

#include <filesystem>
#include <fmt/format.h>

#include "explore/database_schema.h"

namespace attnsim::explore {
namespace {

namespace fs = std::filesystem;

void check_path(const std::string& path) {
  std::error_code ignored;
  if (path.empty()) throw InputError("\"\"", "is no file name");
  if (path == "-") throw InputError(path, "is a stream: a results database is a file");
  if (fs::is_directory(path, ignored)) throw InputError(path, "is a directory, not a file");
}

void check_kind(Connection& file) {
  const auto application = file.integer("PRAGMA application_id");
  if (application != database_application) {
    throw InputError(file.path(), "is a database of another program than attnsim");
  }
  const auto format = file.integer("PRAGMA user_version");
  if (format != database_format) {
    throw InputError(file.path(),
                     fmt::format("is in format {} of attnsim's databases, but this program knows "
                                 "format {}: use the attnsim that wrote it, or another file",
                                 format, database_format));
  }
}

/// Reads every page: damage is found before anything is built on it, or written into it.
void check_intact(Connection& file) {
  const auto found = file.text("PRAGMA quick_check(1)");
  if (found == "ok") return;
  throw InputError(file.path(), "is damaged (" + found.substr(0, found.find('\n')) +
                                    "): sweep again into another file");
}

/// Of whoever was killed before its first commit there may be a header, and nothing else.
bool is_empty(Connection& file) {
  return file.integer("PRAGMA page_count") == 0 ||
         (file.integer("PRAGMA application_id") == 0 &&
          file.integer("SELECT count(*) FROM sqlite_schema") == 0);
}

void create_schema(Connection& file) {
  Transaction all(file);
  file.execute(database_schema);
  file.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                           database_application, database_format));
  all.commit();
}

}  // namespace

Connection open_to_read(const std::string& path) {
  check_path(path);
  Connection file(path, Connection::Mode::read);
  if (is_empty(file)) {
    throw InputError(path, "is empty: no sweep was written to it");
  }
  check_kind(file);
  check_intact(file);
  return file;
}

Connection open_to_write(const std::string& path) {
  check_path(path);
  Connection file(path, Connection::Mode::write);
  const bool fresh = is_empty(file);
  if (!fresh) {
    check_kind(file);
    check_intact(file);
  }
  // A write-ahead log: readers go on reading, and a commit is one write at its end. `NORMAL` keeps
  // all commits if this process is killed, and a consistent file if the machine goes down.
  file.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
  if (fresh) create_schema(file);
  return file;
}

void close_after_writing(Connection& connection) noexcept {
  ::sqlite3_busy_timeout(connection.handle(), 0);
  ::sqlite3_exec(connection.handle(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
}

}  // namespace attnsim::explore
