#pragma once

#include <cstdlib>
#include <stdexcept>

#include "explore/database.h"
#include "explore/example_sweep.h"
#include "explore/worker_pool.h"

namespace attnsim::explore {

/// A sweep in which some points do what no point should.
inline constexpr std::int64_t faulty_points = 60;

inline Record faulty_record(const Task& task) {
  if (task.position == 3 || task.position == 40) std::abort();
  if (task.position == 5) throw std::runtime_error("a broken invariant");
  if (task.position == 8) std::_Exit(3);
  return example_record(task);
}

using Pool = void(const std::vector<Task>&, const Work&,
                  const std::function<void(const Task&, Record)>&, const std::function<bool()>&,
                  const PoolOptions&);

/// Sweeps it into a database by `pool`.
inline void sweep_faulty(const std::string& path, Pool pool, unsigned workers) {
  Database database(path);
  PoolOptions options;
  options.workers = workers;
  pool(
      database.begin(example_info(), example_tasks(faulty_points)), faulty_record,
      [&](const Task& task, const Record& record) { database.put(task, record); },
      [] { return false; }, options);
  database.finish("2026-01-02T03:04:06Z");
}

}  // namespace attnsim::explore
