#pragma once

#include <cstdint>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>

#include "base/error.h"
#include "explore/sql_value.h"

/// SQLite with C++ lifetimes; its errors become InputErrors that name the file and what to do.
namespace attnsim::explore {

class Connection;

/// A prepared statement. Parameters are numbered from 1, columns from 0.
class Statement {
 public:
  /// The first of the statements in a text. @throws InputError if it is no SQL
  Statement(Connection& connection, std::string_view sql);

  /// Whether the text held one statement and no more.
  [[nodiscard]] bool whole() const { return whole_; }
  /// Whether it leaves the file as it is.
  [[nodiscard]] bool reads_only() const { return ::sqlite3_stmt_readonly(statement_.get()) != 0; }

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, const std::string& value);
  void bind(int parameter, const SqlValue& value);
  /// To the parameters from `first` on, in their order; those that are not bound are NULL.
  template <class... Values>
  Statement& bind_from(int first, const Values&... values) {
    (bind(first++, values), ...);
    return *this;
  }
  template <class... Values>
  Statement& bind_all(const Values&... values) {
    ::sqlite3_clear_bindings(statement_.get());
    return bind_from(1, values...);
  }

  /// @return whether there is a (further) row @throws InputError
  bool step();
  /// Executes a statement that returns nothing, ready to be bound and run again.
  void run();
  void reset();

  [[nodiscard]] int columns() const { return ::sqlite3_column_count(statement_.get()); }
  [[nodiscard]] std::string title(int column) const;
  [[nodiscard]] SqlValue value(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;

 private:
  void check(int code) const;

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
  };
  Connection* connection_;
  bool whole_ = false;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Connection {
 public:
  enum class Mode { read, write };

  /// @throws InputError if it cannot be opened
  Connection(std::string path, Mode mode);

  /// Executes statements that return nothing of interest.
  void execute(const std::string& sql);
  /// The first column of the first row, 0 if there is none.
  [[nodiscard]] std::int64_t integer(const std::string& sql);
  [[nodiscard]] std::string text(const std::string& sql);

  /// What went wrong last.
  [[nodiscard]] InputError error() const;

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { ::sqlite3_close_v2(handle); }
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
};

/// All that is executed until `commit` is one change of the file; without it, none.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Connection& connection_;
  bool open_ = true;
};

}  // namespace attnsim::explore
