#pragma once

#include <atomic>
#include <functional>
#include <string>

namespace attnsim::gpu {

/// Does tasks 0 .. count-1 in a child process. A task that throws, kills the child, breaks the GPU
/// context or takes longer than `limit_seconds` is reported to `failed`, and a fresh child goes on
/// with the next one. The calling process must not have used CUDA.
void run_isolated(int count, double limit_seconds, const std::function<void(int)>& task,
                  const std::function<void(int, const std::string&)>& failed);

/// A counter that children count up too. It lives as long as the process.
std::atomic<int>* shared_counter();

}  // namespace attnsim::gpu
