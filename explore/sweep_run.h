#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "explore/sweep.h"
#include "explore/sweep_points.h"
#include "explore/worker_pool.h"

namespace attnsim::explore {

/// What computes the points.
enum class Workers {
  processes,  ///< forked: a crash, a hang or a lack of memory is one point's failure
  threads,    ///< of this process: only where nothing of that kind happens, without limits
};

struct SweepOptions {
  std::string database;  ///< path
  std::string version;   ///< of the program
  std::string command;   ///< as typed: provenance
  bool resume = false;   ///< an unfinished sweep, or one whose file has changed, may be there
  bool retry = false;    ///< points whose failures may come out otherwise are computed again
  Workers workers = Workers::processes;
  PoolOptions pool;
};

/// How far a sweep is.
struct SweepCounts {
  std::int64_t points = 0;    ///< in all
  std::int64_t left_out = 0;  ///< by limits, beside those
  std::int64_t there = 0;     ///< in the database before
  std::int64_t computed = 0;  ///< by this run
  std::int64_t failed = 0;    ///< of these, rows with an error
  [[nodiscard]] std::int64_t missing() const { return points - there - computed; }
};

/// Computes the points of a sweep that its database does not have, and puts each there when it is
/// done. Under mpirun the ranks share the points, and rank 0 alone has the database; the others
/// return nothing but zeros.
/// @param progress  called before the first point and after each
/// @param stop      asked between points: true ends the run when what is in flight is done
/// @throws InputError if the database cannot take the sweep, or holds it unfinished or with other
///         points and `resume` is not set
SweepCounts run_sweep(const Sweep& sweep, const SweepOptions& options,
                      const std::function<void(const SweepCounts&)>& progress,
                      const std::function<bool()>& stop);

/// Computes each task by `options`, in this process or in others; see `run_in_workers`.
void run_tasks(const std::vector<Task>& tasks, const Sweep& sweep, InputCache& cache,
               const SweepOptions& options, const std::function<void(const Task&, Record)>& done,
               const std::function<bool()>& stop);

}  // namespace attnsim::explore
