#include "explore/database.h"

#include <charconv>
#include <set>

#include "base/error.h"
#include "base/quantity_text.h"
#include "explore/database_file.h"
#include "explore/record_json.h"
#include "explore/sweep_view.h"
#include "explore/writer_lock.h"
#include "workloads/model.h"

namespace attnsim::explore {
namespace {

constexpr const char* insert_point = R"sql(
INSERT OR REPLACE INTO point VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))sql";
constexpr const char* count_point = R"sql(
UPDATE run SET computed = computed + 1, failed = failed + ? WHERE id = ?)sql";

SqlValue length_of(const std::string& seq) {
  try {
    if (!seq.empty()) return workloads::parse_sequence_length(seq);
  } catch (const InputError&) {  // the point's row says what is wrong
  }
  return {};
}

template <class T>
std::optional<T> number_of(const std::string& text) {
  T number{};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

/// What compares well in SQL: a quantity is its number of base/quantity_text.h.
SqlValue value_of(const std::string& text) {
  if (const auto whole = number_of<std::int64_t>(text)) return *whole;
  if (const auto real = number_of<double>(text)) return *real;
  try {
    return number_of_text(text);
  } catch (const TextError&) {
    return text;
  }
}

/// The columns of `point` from `cycles` on, which are NULL without a result.
void bind_result(Statement& put, const Record& record) {
  const auto& result = *record.result;
  put.bind_from(9, result.cycles, result.seconds, result.energy_pj);
  if (result.area_um2) put.bind(12, *result.area_um2);
  put.bind_from(13, result.bound_cycles, result.bound_by);
  if (record.algorithm.cycles > 0) {
    put.bind_from(15, record.algorithm.cycles, record.algorithm.by);
  }
  put.bind_from(17, record.buffer_bytes, compact(to_json(result)));
}

}  // namespace

struct Database::Open {
  explicit Open(const std::string& path) : lock(path), file(open_to_write(path)) {}
  Open(const Open&) = delete;
  Open& operator=(const Open&) = delete;
  ~Open() { close_after_writing(file); }

  [[nodiscard]] std::int64_t id_of(const SweepInfo& sweep);
  [[nodiscard]] bool same_points(std::int64_t id, const std::vector<Task>& tasks);
  void replace_points(std::int64_t id, const std::vector<Task>& tasks);
  void insert_parameters(std::int64_t id, const Task& task, Statement& insert);
  void begin_run(std::int64_t id, const SweepInfo& sweep);

  WriterLock lock;
  Connection file;
  Statement find{file, "SELECT 1 FROM point WHERE key = ?"};
  Statement put{file, insert_point};
  Statement count{file, count_point};
  std::int64_t run = 0;
};

/// The row of the sweep, made if there is none; with the text and version that it has now.
std::int64_t Database::Open::id_of(const SweepInfo& sweep) {
  Statement write(file,
                  "INSERT INTO sweep (name, text, version) VALUES (?, ?, ?) ON CONFLICT (name) "
                  "DO UPDATE SET text = excluded.text, version = excluded.version");
  write.bind_all(sweep.name, sweep.text, sweep.version).run();
  return file.integer("SELECT id FROM sweep WHERE name = " + sql_text(sweep.name));
}

bool Database::Open::same_points(std::int64_t id, const std::vector<Task>& tasks) {
  Statement read(file, "SELECT position, key FROM sweep_point WHERE sweep = ? ORDER BY position");
  read.bind_all(id);
  for (const auto& task : tasks) {
    if (!read.step() || read.integer(0) != task.position || read.text(1) != task.key) return false;
  }
  return !read.step();
}

void Database::Open::insert_parameters(std::int64_t id, const Task& task, Statement& insert) {
  for (const auto& [name, text] : task.parameters) {
    insert.bind_all(id, task.position, name, value_of(text), text).run();
  }
}

void Database::Open::replace_points(std::int64_t id, const std::vector<Task>& tasks) {
  for (const char* table : {"sweep_point", "parameter"}) {
    Statement clear(file, std::string("DELETE FROM ") + table + " WHERE sweep = ?");
    clear.bind_all(id).run();
  }
  Statement insert(file, "INSERT INTO sweep_point VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  Statement insert_parameter(file, "INSERT INTO parameter VALUES (?, ?, ?, ?, ?)");
  for (const auto& task : tasks) {
    const auto& point = task.point;
    insert
        .bind_all(id, task.position, task.key, point.arch, point.mapping, point.cascade,
                  point.model, point.seq, length_of(point.seq), point.shape,
                  compact(Json(point.sets)), std::int64_t{point.causal}, point.parameters)
        .run();
    insert_parameters(id, task, insert_parameter);
  }
}

void Database::Open::begin_run(std::int64_t id, const SweepInfo& sweep) {
  Statement insert(file, "INSERT INTO run (sweep, command, version, started) VALUES (?, ?, ?, ?)");
  insert.bind_all(id, sweep.command, sweep.version, sweep.started).run();
  run = ::sqlite3_last_insert_rowid(file.handle());
}

Database::Database(const std::string& path) : open_(std::make_unique<Open>(path)) {}
Database::~Database() = default;

bool Database::has(const std::string& key) const {
  const bool found = open_->find.bind_all(key).step();
  open_->find.reset();
  return found;
}

std::string Database::text_of(const std::string& sweep) const {
  return open_->file.text("SELECT text FROM sweep WHERE name = " + sql_text(sweep));
}

std::string Database::version_of(const std::string& sweep) const {
  return open_->file.text("SELECT version FROM sweep WHERE name = " + sql_text(sweep));
}

void Database::forget_failures(const std::vector<Task>& tasks) {
  Transaction all(open_->file);
  Statement find(open_->file, "SELECT status FROM point WHERE key = ?");
  Statement remove(open_->file, "DELETE FROM point WHERE key = ?");
  for (const auto& task : tasks) {
    find.bind_all(task.key);
    const auto status = find.step() ? status_of(find.text(0)) : std::nullopt;
    find.reset();
    if (status && may_differ(*status)) remove.bind_all(task.key).run();
  }
  all.commit();
}

std::vector<Task> Database::begin(const SweepInfo& sweep, const std::vector<Task>& tasks) {
  Transaction all(open_->file);
  const bool changed = text_of(sweep.name) != sweep.text;
  const auto id = open_->id_of(sweep);
  if (changed || !open_->same_points(id, tasks)) {
    open_->replace_points(id, tasks);
    create_sweep_view(open_->file, id, sweep.name);
  }
  open_->begin_run(id, sweep);
  all.commit();
  std::vector<Task> remaining;
  std::set<std::string> seen;
  for (const auto& task : tasks) {
    if (!has(task.key) && seen.insert(task.key).second) remaining.push_back(task);
  }
  return remaining;
}

void Database::put(const Task& task, const Record& record) {
  Transaction all(open_->file);
  open_->put.bind_all(task.key, std::string(name_of(record.status)), record.error, record.arch,
                      record.mapping, record.cascade, record.model, compact(Json(record.shapes)));
  if (record.result) bind_result(open_->put, record);
  open_->put.run();
  open_->count.bind_all(std::int64_t{record.status != Status::ok}, open_->run).run();
  all.commit();
}

void Database::finish(const std::string& time) {
  Statement write(open_->file, "UPDATE run SET finished = ? WHERE id = ?");
  write.bind_all(time, open_->run).run();
}

}  // namespace attnsim::explore
