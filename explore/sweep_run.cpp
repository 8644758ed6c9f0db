#include "explore/sweep_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <mutex>
#include <set>

#include "base/error.h"
#include "explore/database.h"
#include "explore/evaluate.h"
#include "explore/mpi_pool.h"
#include "explore/parallel.h"

namespace attnsim::explore {
namespace {

std::string utc_now() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

/// Keys, as there may be several points of one.
std::int64_t count_missing(const Database& database, const std::vector<Task>& tasks) {
  return std::count_if(tasks.begin(), tasks.end(),
                       [&](const Task& task) { return !database.has(task.key); });
}

/// How the sweep that is there differs from the one to be computed.
std::string state_of(const Database& database, const Sweep& sweep, const std::string& version) {
  if (database.text_of(sweep.name) != sweep.text) return "from another text";
  const auto before = database.version_of(sweep.name);
  return before == version ? "unfinished" : "computed by attnsim " + before;
}

/// Going on with what is there is to be asked for, unless nothing is lost or left to do.
void check_start(const Database& database, const Sweep& sweep, const SweepOptions& options,
                 const std::vector<Task>& tasks) {
  const auto text = database.text_of(sweep.name);
  if (options.resume || options.retry || text.empty()) return;
  const auto missing = count_missing(database, tasks);
  if (missing == 0 && text == sweep.text) return;
  const auto there = static_cast<std::int64_t>(tasks.size()) - missing;
  throw InputError(
      options.database,
      fmt::format("holds the sweep '{}' already, {}: {} of {} points are there. --resume computes "
                  "the others; -o with another file starts anew",
                  sweep.name, state_of(database, sweep, options.version), there, tasks.size()));
}

void check_workers(const Sweep& sweep, const SweepOptions& options) {
  if (options.workers == Workers::processes || under_mpi()) return;
  if (sweep.executor.executor == Executor::recurrence) return;
  throw InputError("sweep '" + sweep.name + "'",
                   "executor=\"systemc\" runs once in a process: threads need the recurrence");
}

void run_in_threads(const std::vector<Task>& tasks, const Work& work,
                    const std::function<void(const Task&, Record)>& done,
                    const std::function<bool()>& stop, unsigned threads) {
  std::mutex one_at_a_time;
  for_each_index(tasks.size(), threads, [&](std::size_t i) {
    {
      const std::lock_guard lock(one_at_a_time);
      if (stop()) return;
    }
    auto record = work(tasks[i]);
    const std::lock_guard lock(one_at_a_time);
    done(tasks[i], std::move(record));
  });
}

}  // namespace

void run_tasks(const std::vector<Task>& tasks, const Sweep& sweep, InputCache& cache,
               const SweepOptions& options, const std::function<void(const Task&, Record)>& done,
               const std::function<bool()>& stop) {
  check_workers(sweep, options);
  const auto work = [&](const Task& task) { return evaluate(task, sweep.executor, cache); };
  if (under_mpi()) return run_under_mpi(tasks, work, done, stop, options.pool);
  if (options.workers == Workers::processes) {
    return run_in_workers(tasks, work, done, stop, options.pool);
  }
  run_in_threads(tasks, work, done, stop, options.pool.workers);
}

SweepCounts run_sweep(const Sweep& sweep, const SweepOptions& options,
                      const std::function<void(const SweepCounts&)>& progress,
                      const std::function<bool()>& stop) {
  InputCache cache;
  SweepCounts counts;
  if (under_mpi() && mpi_rank() != 0) {
    run_tasks(
        {}, sweep, cache, options, [](const Task&, const Record&) {}, stop);
    return counts;
  }
  check_workers(sweep, options);  // before there is a file
  const auto points = points_of(sweep, options.version, cache);
  Database database(options.database);
  check_start(database, sweep, options, points.tasks);
  counts.points = static_cast<std::int64_t>(points.tasks.size());
  counts.left_out = points.left_out;
  if (options.retry) database.forget_failures(points.tasks);
  const auto remaining = database.begin(
      {sweep.name, sweep.text, options.version, options.command, utc_now()}, points.tasks);
  counts.there = counts.points - static_cast<std::int64_t>(remaining.size());
  progress(counts);
  const auto done = [&](const Task& task, const Record& record) {
    database.put(task, record);
    ++counts.computed;
    if (record.status != Status::ok) ++counts.failed;
    progress(counts);
  };
  run_tasks(remaining, sweep, cache, options, done, stop);
  database.finish(utc_now());
  return counts;
}

}  // namespace attnsim::explore
