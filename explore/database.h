#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "explore/record.h"

namespace attnsim::explore {

/// What a sweep is, to its results database.
struct SweepInfo {
  std::string name;
  std::string text;     ///< its file
  std::string version;  ///< of the program
  std::string command;  ///< of this run, as typed
  std::string started;  ///< of this run: UTC, ISO 8601
};

/// A results database (docs/results_database.md), opened for the one process that sweeps into it.
/// Every call is one transaction: whatever it has put outlives this process, also if that is
/// killed. All throw InputError, naming the file, if the disk is full or the file gets lost or
/// damaged.
class Database {
 public:
  /// Opens it, or makes it.
  /// @throws InputError if it is no results database, is damaged, cannot be written, or another
  ///         process sweeps into it
  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  /// Whether a point is there, failed or not.
  [[nodiscard]] bool has(const std::string& key) const;

  /// The text of the sweep of this name, empty if there is none.
  [[nodiscard]] std::string text_of(const std::string& sweep) const;
  /// The version of the program that last swept into it, empty if there is none.
  [[nodiscard]] std::string version_of(const std::string& sweep) const;

  /// Takes out those of the points that failed and may come out otherwise (`may_differ`).
  void forget_failures(const std::vector<Task>& tasks);

  /// Starts a run of a sweep. A sweep of the same name with other points is replaced by it: the
  /// points of that one stay, and are taken over where they are the same.
  /// @return the tasks that are not there yet, each key once
  [[nodiscard]] std::vector<Task> begin(const SweepInfo& sweep, const std::vector<Task>& tasks);

  /// Puts what came of a task of the run that was begun.
  void put(const Task& task, const Record& record);

  /// Ends the run. @param time  UTC, ISO 8601
  void finish(const std::string& time);

  /// A sweep as it stands, read-only.
  /// @param sweep  its name; empty: the only one
  /// @throws InputError if there is no such file or sweep, or one of several has to be chosen
  [[nodiscard]] static SweepResults read(const std::string& path, const std::string& sweep = "");

 private:
  struct Open;
  std::unique_ptr<Open> open_;
};

}  // namespace attnsim::explore
