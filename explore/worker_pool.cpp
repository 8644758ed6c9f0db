#include "explore/worker_pool.h"

#include <algorithm>
#include <memory>
#include <thread>

#include "explore/worker.h"

namespace attnsim::explore {
namespace {

using Workers = std::vector<std::unique_ptr<Worker>>;

Workers start_workers(std::size_t tasks, const Work& work, const PoolOptions& options) {
  const auto wanted = options.workers > 0 ? options.workers : std::thread::hardware_concurrency();
  Workers workers;
  for (std::size_t i = 0; i < std::min<std::size_t>(std::max(1U, wanted), tasks); ++i) {
    workers.push_back(std::make_unique<Worker>(work, options));
  }
  return workers;
}

/// Gives the idle workers what is next. @return those that have something to do
std::vector<const Worker*> give_out(const Workers& workers, std::vector<Task>::const_iterator& next,
                                    std::vector<Task>::const_iterator end) {
  std::vector<const Worker*> busy;
  for (const auto& worker : workers) {
    if (worker->idle() && next != end) worker->give(*next++);
    if (!worker->idle()) busy.push_back(worker.get());
  }
  return busy;
}

}  // namespace

void run_in_workers(const std::vector<Task>& tasks, const Work& work,
                    const std::function<void(const Task&, Record)>& done,
                    const std::function<bool()>& stop, const PoolOptions& options) {
  auto workers = start_workers(tasks.size(), work, options);
  auto next = tasks.begin();
  while (true) {
    if (next != tasks.end() && stop()) next = tasks.end();
    const auto busy = give_out(workers, next, tasks.end());
    if (busy.empty()) return;
    wait_for_any(busy);
    for (const auto& worker : workers) {
      if (worker->idle()) continue;
      const auto& task = worker->task();
      if (auto record = worker->collect()) done(task, std::move(*record));
    }
  }
}

}  // namespace attnsim::explore
