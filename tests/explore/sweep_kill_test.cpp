#include <csignal>
#include <gtest/gtest.h>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "explore/database_fixture.h"
#include "explore/worker_pool.h"

namespace attnsim::explore {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::int64_t points = 300;

class KilledSweep : public DatabaseTest {};

/// What `attnsim sweep` does, with points that take a millisecond.
void sweep(const std::string& path) {
  Database database(path);
  const auto tasks = database.begin(example_info(), example_tasks(points));
  PoolOptions options;
  options.workers = 2;
  options.recycle = 50;
  run_in_workers(
      tasks,
      [](const Task& task) {
        std::this_thread::sleep_for(1ms);
        return example_record(task);
      },
      [&](const Task& task, const Record& record) { database.put(task, record); },
      [] { return false; }, options);
  database.finish("2026-01-02T03:04:06Z");
}

/// Sweeps in a process that is killed after `time`. @return whether it was still at work then
bool killed_after(Clock::duration time, const std::string& path) {
  const auto child = ::fork();
  if (child == 0) {
    sweep(path);
    ::_exit(0);
  }
  std::this_thread::sleep_for(time);
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

TEST_F(KilledSweep, IsResumedToTheRowsOfOneThatWasNot) {
  const auto whole = folder_ / "whole.sqlite";
  const auto start = Clock::now();
  sweep(whole);
  const auto length = Clock::now() - start;

  std::mt19937 random(6);
  std::uniform_real_distribution<> share(0, 0.4);
  for (int kills = 0; kills < 20;) {
    const auto time = std::chrono::duration_cast<Clock::duration>(share(random) * length);
    if (killed_after(time, path_)) {
      ++kills;
      continue;
    }
    expect_equal_rows(path_, whole);  // it was through: once more from the beginning
    std::filesystem::remove(path_);
  }
  sweep(path_);

  expect_equal_rows(path_, whole);
  std::int64_t computed = 0;
  for (const auto& run : Database::read(path_).runs) computed += run.computed;
  EXPECT_EQ(computed, points);  // none twice
}

}  // namespace
}  // namespace attnsim::explore
