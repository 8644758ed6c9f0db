#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <new>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/cuda_check.cuh"
#include "runner/isolated.cuh"

namespace attnsim::gpu {
namespace {

using Clock = std::chrono::steady_clock;

// The child: works until the end or until the GPU context is beyond use.
[[noreturn]] void work(std::atomic<int>& next, int count, const std::function<void(int)>& task,
                       const std::function<void(int, const std::string&)>& failed) {
  while (next < count) {
    const int now = next;
    try {
      task(now);
    } catch (const std::exception& error) {
      failed(now, error.what());
    }
    next = now + 1;
    if (cudaDeviceSynchronize() != cudaSuccess) break;
  }
  std::fflush(nullptr);
  _exit(0);
}

// Waits for the child's end; kills it when a task takes too long. Returns why it died, or "".
std::string watch(pid_t child, std::atomic<int>& next, double limit_seconds) {
  int last = next;
  auto since = Clock::now();
  for (;;) {
    int status = 0;
    if (waitpid(child, &status, WNOHANG) == child) {
      return WIFSIGNALED(status) ? std::string("crashed: ") + strsignal(WTERMSIG(status)) : "";
    }
    if (next != last) {
      last = next;
      since = Clock::now();
    }
    if (std::chrono::duration<double>(Clock::now() - since).count() > limit_seconds) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return "took longer than " + std::to_string(static_cast<int>(limit_seconds)) + " s";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

std::atomic<int>* shared_counter() {
  void* memory = mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw GpuError("mmap failed");
  return new (memory) std::atomic<int>(0);
}

void run_isolated(int count, double limit_seconds, const std::function<void(int)>& task,
                  const std::function<void(int, const std::string&)>& failed) {
  std::atomic<int>& next = *shared_counter();
  while (next < count) {
    std::fflush(nullptr);
    const pid_t child = fork();
    if (child < 0) throw GpuError("fork failed");
    if (child == 0) work(next, count, task, failed);
    const std::string death = watch(child, next, limit_seconds);
    if (!death.empty()) {
      failed(next, death);
      ++next;
    }
  }
}

}  // namespace attnsim::gpu
