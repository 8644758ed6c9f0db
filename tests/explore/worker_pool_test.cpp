#include "explore/worker_pool.h"

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <map>
#include <new>
#include <set>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/sanitizers.h"
#include "explore/example_sweep.h"

namespace attnsim::explore {
namespace {

using testing::HasSubstr;
using Fault = std::function<void()>;
constexpr auto never = [] { return false; };

/// Runs `count` points, of which each that stands in `faults` does what stands there.
std::map<std::int64_t, Record> run_all(std::int64_t count,
                                       const std::map<std::int64_t, Fault>& faults,
                                       const PoolOptions& options) {
  std::map<std::int64_t, Record> records;
  run_in_workers(
      example_tasks(count),
      [&](const Task& task) {
        const auto fault = faults.find(task.position);
        if (fault != faults.end()) fault->second();
        return example_record(task);
      },
      [&](const Task& task, Record record) {
        EXPECT_TRUE(records.emplace(task.position, std::move(record)).second) << "done twice";
      },
      never, options);
  return records;
}

/// The record of point 3 of 8, which does `fault`, in a pool where all others are as they should.
Record record_of_fault(const Fault& fault, PoolOptions options = {}) {
  options.workers = 2;
  auto records = run_all(8, {{3, fault}}, options);
  EXPECT_EQ(records.size(), 8U);
  for (const auto& [position, record] : records) {
    if (position == 3) continue;
    EXPECT_EQ(record.status, example_record(example_task(position)).status);
  }
  EXPECT_EQ(records[3].key, example_task(3).key);
  EXPECT_EQ(records[3].arch, "toy");
  return records[3];
}

TEST(WorkerPool, RunsEveryTaskOnceAndGivesItsRecord) {
  for (const unsigned workers : {1U, 2U, 5U}) {
    PoolOptions options;
    options.workers = workers;
    const auto records = run_all(100, {}, options);
    ASSERT_EQ(records.size(), 100U);
    EXPECT_EQ(records.at(42).result->energy_pj, example_record(example_task(42)).result->energy_pj);
    EXPECT_EQ(records.at(6).error, "mapping.xml:6:1: no buffer holds it");
  }
}

TEST(WorkerPool, HasNothingToDoWithoutTasks) { EXPECT_TRUE(run_all(0, {}, {}).empty()); }

TEST(WorkerPool, ACrashIsOneRowAndSaysTheSignalAndTheLastWords) {
  const auto record = record_of_fault([] {
    static_cast<void>(::write(STDERR_FILENO, "array.cpp:7: full\n", 18));
    std::abort();
  });
  EXPECT_EQ(record.status, Status::crashed);
  EXPECT_EQ(record.error, "crashed by signal 6 (Aborted): array.cpp:7: full");
}

TEST(WorkerPool, WhatIsThrownIsOneRow) {
  auto record = record_of_fault([] { throw std::runtime_error("a broken invariant"); });
  EXPECT_EQ(record.status, Status::internal);
  EXPECT_EQ(record.error, "internal error: a broken invariant");

  record = record_of_fault([] { throw 1; });
  EXPECT_EQ(record.status, Status::internal);
}

TEST(WorkerPool, WhatLoopsForEverIsKilledAtTheTimeLimit) {
  PoolOptions options;
  options.time_limit = std::chrono::milliseconds(300);
  const auto record = record_of_fault(
      [] {
        while (true) std::this_thread::sleep_for(std::chrono::seconds(1));
      },
      options);
  EXPECT_EQ(record.status, Status::timed_out);
  EXPECT_EQ(record.error, "takes longer than the limit of 0.3 s");
}

TEST(WorkerPool, ATerabyteIsOneRow) {
#ifdef ATTNSIM_ADDRESS_SANITIZER
  GTEST_SKIP() << "under the address sanitizer memory cannot be limited";
#endif
  PoolOptions options;
  options.memory_limit = std::int64_t{1} << 30U;
  const auto record = record_of_fault(
      [] {
        std::vector<char> large(std::size_t{1} << 40U, 'x');
        EXPECT_EQ(large.back(), 'x');
      },
      options);
  EXPECT_EQ(record.status, Status::out_of_memory);
  EXPECT_EQ(record.error, "out of memory");
}

TEST(WorkerPool, ManySmallAllocationsMeetTheLimitToo) {
#ifdef ATTNSIM_ADDRESS_SANITIZER
  GTEST_SKIP() << "under the address sanitizer memory cannot be limited";
#endif
  PoolOptions options;
  options.memory_limit = std::int64_t{256} << 20U;
  const auto record = record_of_fault(
      [] {
        std::vector<std::unique_ptr<std::vector<char>>> pieces;
        while (true) pieces.push_back(std::make_unique<std::vector<char>>(100000, 'x'));
      },
      options);
  EXPECT_EQ(record.status, Status::out_of_memory);
}

TEST(WorkerPool, AnExitIsOneRow) {
  const auto record = record_of_fault([] { std::_Exit(3); });
  EXPECT_EQ(record.status, Status::crashed);
  EXPECT_EQ(record.error, "exited with status 3 instead of a result");
}

TEST(WorkerPool, AKillFromOutsideIsOneRow) {
  const auto record = record_of_fault([] { ::kill(::getpid(), SIGKILL); });
  EXPECT_EQ(record.status, Status::crashed);
  EXPECT_THAT(record.error, HasSubstr("signal 9 (Killed)"));
}

TEST(WorkerPool, AWorkerThatClosesItsSocketIsOneRow) {
  const auto record = record_of_fault([] { ::close_range(3, ~0U, 0); });
  EXPECT_EQ(record.status, Status::crashed);
  EXPECT_THAT(record.error, HasSubstr("instead of a result"));
}

TEST(WorkerPool, GarbageOnTheSocketIsOneRow) {
  const auto record = record_of_fault([] {
    for (int file = 3; file < 20; ++file) static_cast<void>(::write(file, "garbage!garbage!", 16));
    while (true) std::this_thread::sleep_for(std::chrono::seconds(1));
  });
  EXPECT_EQ(record.status, Status::crashed);
}

TEST(WorkerPool, EveryFaultAtOnceLeavesTheOthersAlone) {
  PoolOptions options;
  options.workers = 3;
  options.time_limit = std::chrono::milliseconds(500);
  const Fault hang = [] {
    while (true) std::this_thread::sleep_for(std::chrono::seconds(1));
  };
  const auto records = run_all(60,
                               {{0, [] { std::abort(); }},
                                {1, [] { std::abort(); }},
                                {2, [] { std::_Exit(0); }},
                                {20, hang},
                                {21, hang},
                                {40, [] { throw std::bad_alloc(); }},
                                {59, [] { ::raise(SIGSEGV); }}},
                               options);
  ASSERT_EQ(records.size(), 60U);
  EXPECT_EQ(records.at(0).status, Status::crashed);
  EXPECT_EQ(records.at(2).status, Status::crashed);
  EXPECT_EQ(records.at(20).status, Status::timed_out);
  EXPECT_EQ(records.at(40).status, Status::out_of_memory);
  EXPECT_EQ(records.at(58).status, Status::ok);
}

TEST(WorkerPool, AWorkerIsReplacedWhenItHasDoneItsShare) {
  PoolOptions options;
  options.workers = 1;
  options.recycle = 4;
  std::set<std::string> processes;
  run_in_workers(
      example_tasks(12),
      [](const Task& task) {
        auto record = example_record(task);
        record.arch = std::to_string(::getpid());
        return record;
      },
      [&](const Task&, const Record& record) { processes.insert(record.arch); }, never, options);
  EXPECT_EQ(processes.size(), 3U);
}

TEST(WorkerPool, StopsWithWhatIsInFlightCollected) {
  PoolOptions options;
  options.workers = 2;
  int done = 0;
  run_in_workers(
      example_tasks(100), example_record, [&](const Task&, const Record&) { ++done; },
      [&] { return done >= 10; }, options);
  EXPECT_GE(done, 10);
  EXPECT_LE(done, 12);  // two more were in flight
}

TEST(WorkerPool, LeavesNoProcessAndNoDescriptorBehind) {
  const auto open_files = [] {
    const std::filesystem::directory_iterator files("/proc/self/fd");
    return std::distance(begin(files), end(files));
  };
  const auto before = open_files();
  PoolOptions options;
  options.recycle = 2;
  run_all(20, {{5, [] { std::abort(); }}}, options);
  EXPECT_EQ(open_files(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

TEST(WorkerPool, WhatTheReceiverThrowsComesOutAndEndsTheWorkers) {
  const auto full = [](const Task&, const Record&) { throw std::runtime_error("disk full"); };
  EXPECT_THROW(run_in_workers(example_tasks(10), example_record, full, never, {}),
               std::runtime_error);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

/// A zombie that nobody reaps yet is dead too: it runs no program.
bool is_alive(pid_t process) {
  std::error_code error;
  return !std::filesystem::read_symlink("/proc/" + std::to_string(process) + "/exe", error).empty();
}

TEST(WorkerPool, WorkersDieWithTheirParent) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto parent = ::fork();
  if (parent == 0) {
    PoolOptions options;
    options.workers = 1;
    run_in_workers(
        example_tasks(2),
        [](const Task& task) {
          if (task.position == 1) ::sleep(100);
          auto record = example_record(task);
          record.arch = std::to_string(::getpid());
          return record;
        },
        [&](const Task&, const Record& record) {
          const pid_t worker = std::stoi(record.arch);
          static_cast<void>(::write(ends[1], &worker, sizeof worker));
        },
        never, options);
    ::_exit(0);
  }
  pid_t worker = 0;
  ASSERT_EQ(::read(ends[0], &worker, sizeof worker), static_cast<ssize_t>(sizeof worker));
  ::kill(parent, SIGKILL);
  ::waitpid(parent, nullptr, 0);
  for (int wait = 0; wait < 5000 && is_alive(worker); ++wait) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_FALSE(is_alive(worker));
}

TEST(MemoryShare, IsTheSameForEachAndLeavesSomeOver) {
  EXPECT_GT(memory_share(2), std::int64_t{1} << 24U);
  EXPECT_NEAR(static_cast<double>(memory_share(1)) / static_cast<double>(memory_share(4)), 4, 0.01);
}

}  // namespace
}  // namespace attnsim::explore
