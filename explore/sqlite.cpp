#include "explore/sqlite.h"

#include <array>
#include <cstring>
#include <new>
#include <utility>

#include "base/overloaded.h"

namespace attnsim::explore {
namespace {

/// What a primary result code of SQLite means to whoever gave the file.
struct Meaning {
  int code;
  const char* text;
};
constexpr std::array<Meaning, 8> meanings{
    {{SQLITE_NOTADB, "is no database of attnsim sweep"},
     {SQLITE_CORRUPT,
      "is damaged: sweep again into another file (what `sqlite3 FILE .recover` saves of this one "
      "may still be read)"},
     {SQLITE_FULL,
      "the disk is full: what was done until now is kept; make room, then run the same sweep "
      "again"},
     {SQLITE_READONLY, "cannot be written: it is read-only"},
     {SQLITE_BUSY, "is being written by another program: try again when that is done"},
     {SQLITE_LOCKED, "is being written by another program: try again when that is done"},
     {SQLITE_CANTOPEN, "cannot be opened"},
     {SQLITE_IOERR,
      "cannot be read or written to its end (a full disk, a limit on the size of files, a disk "
      "that "
      "fails): what was done until now is kept"}}};

std::string explanation(sqlite3* handle) {
  const int code = ::sqlite3_errcode(handle) & 0xff;
  for (const auto& meaning : meanings) {
    if (meaning.code != code) continue;
    const int system = ::sqlite3_system_errno(handle);
    return system == 0 || code == SQLITE_NOTADB
               ? meaning.text
               : std::string(meaning.text) + " (" + std::strerror(system) + ")";
  }
  return ::sqlite3_errmsg(handle);
}

}  // namespace

Statement::Statement(Connection& connection, std::string_view sql) : connection_(&connection) {
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  if (::sqlite3_prepare_v2(connection.handle(), sql.data(), static_cast<int>(sql.size()),
                           &statement, &rest) != SQLITE_OK) {
    throw connection.error();
  }
  statement_.reset(statement);
  const auto behind = sql.substr(static_cast<std::size_t>(rest - sql.data()));
  whole_ = statement != nullptr && behind.find_first_not_of(" \n\t;") == std::string_view::npos;
}

void Statement::check(int code) const {
  if (code != SQLITE_OK) throw connection_->error();
}

void Statement::bind(int parameter, std::int64_t value) {
  check(::sqlite3_bind_int64(statement_.get(), parameter, value));
}

void Statement::bind(int parameter, double value) {
  check(::sqlite3_bind_double(statement_.get(), parameter, value));
}

void Statement::bind(int parameter, const std::string& value) {
  check(::sqlite3_bind_text(statement_.get(), parameter, value.data(),
                            static_cast<int>(value.size()),
                            SQLITE_TRANSIENT));  // NOLINT: SQLite's own constant
}

void Statement::bind(int parameter, const SqlValue& value) {
  const Overloaded visit{
      [&](std::monostate) { check(::sqlite3_bind_null(statement_.get(), parameter)); },
      [&](const auto& bound) { bind(parameter, bound); }};
  std::visit(visit, value);
}

bool Statement::step() {
  const int code = ::sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const auto error = connection_->error();
  reset();  // it can be run again, and holds no lock
  throw error;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

void Statement::reset() { ::sqlite3_reset(statement_.get()); }

std::string Statement::title(int column) const {
  return ::sqlite3_column_name(statement_.get(), column);
}

SqlValue Statement::value(int column) const {
  switch (::sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_NULL:
      return {};
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return ::sqlite3_column_double(statement_.get(), column);
    default:
      return text(column);
  }
}

std::string Statement::text(int column) const {
  const auto* const bytes =
      static_cast<const char*>(::sqlite3_column_blob(statement_.get(), column));
  const auto size = static_cast<std::size_t>(::sqlite3_column_bytes(statement_.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::int64_t Statement::integer(int column) const {
  return ::sqlite3_column_int64(statement_.get(), column);
}

Connection::Connection(std::string path, Mode mode) : path_(std::move(path)) {
  const int flags =
      mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  sqlite3* handle = nullptr;
  const int code = ::sqlite3_open_v2(path_.c_str(), &handle, flags, nullptr);
  handle_.reset(handle);
  if (handle == nullptr) throw std::bad_alloc();
  if (code != SQLITE_OK) throw error();
  ::sqlite3_extended_result_codes(handle, 1);
  constexpr int patience_ms = 5000;
  ::sqlite3_busy_timeout(handle, patience_ms);
}

InputError Connection::error() const { return {path_, explanation(handle_.get())}; }

void Connection::execute(const std::string& sql) {
  if (::sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw error();
}

std::int64_t Connection::integer(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(const std::string& sql) {
  Statement statement(*this, sql);
  return statement.step() ? statement.text(0) : "";
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
  connection_.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (open_) ::sqlite3_exec(connection_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  connection_.execute("COMMIT");
  open_ = false;
}

}  // namespace attnsim::explore
