#pragma once

#include "explore/worker_pool.h"

namespace attnsim::explore {

/// Whether `mpirun` or its like started this process, as one of however many.
[[nodiscard]] bool under_mpi();

/// The rank that the launcher gave this process; 0 if there is none. Known before MPI is started.
[[nodiscard]] int mpi_rank();

/// `run_in_workers` over the ranks of an MPI job, one worker process for each rank, whatever
/// `options.workers` says. Rank 0 gives out the tasks, has `done` and `stop` called, and works too.
/// Every other rank ignores all but `work` and `options`, works for rank 0, and returns when that
/// is done. To be called once in a process.
/// @throws InputError if the program was built without MPI; std::system_error if no worker can be
///         started
void run_under_mpi(const std::vector<Task>& tasks, const Work& work,
                   const std::function<void(const Task&, Record)>& done,
                   const std::function<bool()>& stop, const PoolOptions& options);

}  // namespace attnsim::explore
