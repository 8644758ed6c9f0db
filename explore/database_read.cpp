#include "base/did_you_mean.h"
#include "base/error.h"
#include "explore/database.h"
#include "explore/database_file.h"
#include "explore/database_sweeps.h"
#include "explore/record_json.h"

namespace attnsim::explore {
namespace {

std::vector<SweepRun> read_runs(Connection& file, std::int64_t sweep) {
  Statement read(file,
                 "SELECT command, version, started, finished, computed, failed FROM run "
                 "WHERE sweep = ? ORDER BY id");
  read.bind_all(sweep);
  std::vector<SweepRun> runs;
  while (read.step()) {
    runs.push_back(
        {read.text(0), read.text(1), read.text(2), read.text(3), read.integer(4), read.integer(5)});
  }
  return runs;
}

constexpr const char* select_rows = R"sql(
SELECT position, placed.arch, placed.mapping, placed.cascade, placed.model, seq, shape, sets, causal,
  kernel_parameters, key, status, error, point.arch, point.mapping, point.cascade, point.model,
  shapes, algorithm_bound_cycles, algorithm_bound_by, buffer_bytes, details
FROM sweep_point AS placed JOIN point USING (key) WHERE sweep = ? ORDER BY position)sql";

Point read_point(const Statement& row) {
  Point point;
  point.arch = row.text(1);
  point.mapping = row.text(2);
  point.cascade = row.text(3);
  point.model = row.text(4);
  point.seq = row.text(5);
  point.shape = row.text(6);
  point.sets = Json::parse(row.text(7)).get<std::vector<std::string>>();
  point.causal = row.integer(8) != 0;
  point.parameters = row.text(9);
  return point;
}

Record read_record(const Statement& row) {
  Record record;
  record.key = row.text(10);
  record.status = status_of(row.text(11)).value_or(Status::internal);
  record.error = row.text(12);
  record.arch = row.text(13);
  record.mapping = row.text(14);
  record.cascade = row.text(15);
  record.model = row.text(16);
  record.shapes = Json::parse(row.text(17)).get<std::map<std::string, std::int64_t>>();
  record.algorithm = {row.integer(18), row.text(19)};
  record.buffer_bytes = row.integer(20);
  const auto details = row.text(21);
  if (!details.empty()) record.result = result_of(Json::parse(details));
  return record;
}

void read_parameters(Connection& file, std::int64_t sweep, std::vector<SweepRow>& rows) {
  Statement read(file,
                 "SELECT position, name, text FROM parameter WHERE sweep = ? ORDER BY position");
  read.bind_all(sweep);
  auto row = rows.begin();
  while (read.step()) {
    const auto position = read.integer(0);
    while (row != rows.end() && row->position < position) ++row;
    if (row != rows.end() && row->position == position) {
      row->parameters[read.text(1)] = read.text(2);
    }
  }
}

std::vector<SweepRow> read_rows(Connection& file, std::int64_t sweep) {
  Statement read(file, select_rows);
  read.bind_all(sweep);
  std::vector<SweepRow> rows;
  try {
    while (read.step()) rows.push_back({read.integer(0), {}, read_point(read), read_record(read)});
  } catch (const Json::exception& error) {
    throw InputError(file.path(), "is damaged: the row of point " + read.text(10) +
                                      " cannot be read (" + error.what() + ")");
  }
  return rows;
}

}  // namespace

std::int64_t find_sweep(Connection& file, const std::string& name) {
  Statement read(file, "SELECT id, name FROM sweep ORDER BY id");
  std::vector<std::string> names;
  std::int64_t found = 0;
  while (read.step()) {
    names.push_back(read.text(1));
    if (name.empty() || names.back() == name) found = read.integer(0);
  }
  if (names.empty()) throw InputError(file.path(), "holds no sweep");
  if (name.empty() && names.size() > 1) {
    throw InputError(file.path(), "holds several sweeps: choose one of " + join(names));
  }
  if (found == 0) {
    throw InputError(file.path(), "holds no sweep '" + name + "'" + did_you_mean(name, names) +
                                      " (known: " + join(names) + ")");
  }
  return found;
}

SweepResults Database::read(const std::string& path, const std::string& sweep) {
  auto file = open_to_read(path);
  file.execute("BEGIN");  // one moment of it, also while a sweep goes on
  const auto id = find_sweep(file, sweep);
  SweepResults results;
  Statement read(
      file,
      "SELECT name, text, (SELECT count(*) FROM sweep_point WHERE sweep = id) FROM sweep "
      "WHERE id = ?");
  read.bind_all(id).step();
  results.name = read.text(0);
  results.text = read.text(1);
  results.points = read.integer(2);
  results.runs = read_runs(file, id);
  results.rows = read_rows(file, id);
  read_parameters(file, id, results.rows);
  return results;
}

}  // namespace attnsim::explore
