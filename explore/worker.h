#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "explore/child_process.h"
#include "explore/frame.h"
#include "explore/worker_pool.h"

namespace attnsim::explore {

/// A process that does one task after the other, and is replaced when one was its last.
class Worker {
 public:
  using Clock = std::chrono::steady_clock;

  /// Keeps references to both.
  Worker(const Work& work, const PoolOptions& options);

  [[nodiscard]] bool idle() const { return task_ == nullptr; }
  [[nodiscard]] const Task& task() const { return *task_; }

  /// Starts a task, which must live until its record is collected.
  void give(const Task& task);

  /// Readable when there is something to collect.
  [[nodiscard]] int socket() const { return process_->socket(); }

  /// When its task takes too long; `Clock::time_point::max()`: never.
  [[nodiscard]] Clock::time_point deadline() const { return deadline_; }

  /// What came of the task, if that is known by now. The worker is idle then. Waits for nothing
  /// but the end of a process that is dying.
  [[nodiscard]] std::optional<Record> collect();

 private:
  void replace();
  [[nodiscard]] Record finish(Record record, bool usable);
  [[nodiscard]] Record failed(Status status, const std::string& error) const;
  [[nodiscard]] Record death();

  const Work& work_;
  const PoolOptions& options_;
  std::unique_ptr<ChildProcess> process_;
  FrameReader reader_;
  const Task* task_ = nullptr;
  Clock::time_point deadline_ = Clock::time_point::max();
  int done_ = 0;  ///< tasks since it was replaced
};

/// Waits until one of these has something to collect, or a tenth of a second.
void wait_for_any(const std::vector<const Worker*>& busy);

}  // namespace attnsim::explore
