#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "explore/point.h"
#include "mappings/bounds.h"
#include "sim/result.h"

namespace attnsim::explore {

/// How a point of a sweep ended.
enum class Status { ok, invalid, infeasible, internal, crashed, timed_out, out_of_memory };

/// "ok", "invalid", ... "out of memory".
[[nodiscard]] const char* name_of(Status status);
/// Whether a point may come out otherwise another time, under other limits or on another machine:
/// it crashed, took too long or too much memory, or met an error of the program's own.
[[nodiscard]] bool may_differ(Status status);
/// The status of that name, if there is one.
[[nodiscard]] std::optional<Status> status_of(std::string_view name);

/// A point of a sweep, as a worker gets it.
struct Task {
  std::int64_t position = 0;  ///< in the order of the sweep, from 0
  std::string key;            ///< of everything that the result depends on
  Point point;
  std::map<std::string, std::string> parameters;  ///< what the sweep varies: name to value as text
};

/// What came of a point: a row of the results database, the same whoever computed it.
struct Record {
  std::string key;  ///< SHA-256 in hex of the resolved input and the program's version
  Status status = Status::ok;
  std::string error;  ///< what went wrong, as the program would print it; empty where ok
  std::string arch;   ///< names, as in the files
  std::string mapping;
  std::string cascade;
  std::string model;
  std::map<std::string, std::int64_t> shapes;  ///< of the cascade's whole ranks
  std::int64_t buffer_bytes = 0;               ///< held by the mapping in all memories on the chip
  std::optional<sim::SimResult> result;        ///< where ok
  mappings::Bound algorithm;                   ///< of every mapping; 0 cycles: not known
};

/// A record at its place in a sweep.
struct SweepRow {
  std::int64_t position = 0;
  std::map<std::string, std::string> parameters;
  Point point;
  Record record;
};

/// One invocation that worked on a sweep: provenance.
struct SweepRun {
  std::string command;   ///< as typed
  std::string version;   ///< of the program
  std::string started;   ///< UTC, ISO 8601
  std::string finished;  ///< empty: killed or still at work
  std::int64_t computed = 0;
  std::int64_t failed = 0;
};

/// A sweep as it stands in a database.
struct SweepResults {
  std::string name;
  std::string text;         ///< the sweep's file
  std::int64_t points = 0;  ///< of the whole sweep; rows.size() of them are done
  std::vector<SweepRun> runs;
  std::vector<SweepRow> rows;  ///< by position
};

}  // namespace attnsim::explore
