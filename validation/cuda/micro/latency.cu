#include <algorithm>
#include <numeric>
#include <random>

#include "base/ptx.cuh"
#include "micro/micro.cuh"

// How long one step takes where nothing hides it: loads by footprint, barriers, launches.
namespace attnsim::gpu {
namespace {

constexpr int kSteps = 4096;

__global__ void chase(const int* next, Cycles* cycles, int* out) {
  int at = 0;
  const long long first = clock64();
#pragma unroll 8
  for (int i = 0; i < kSteps; ++i) at = __ldcg(next + at);
  out[0] = at;
  cycles[0] = {first, clock64()};
}

// Brings the footprint, as far as it fits, into the L2.
__global__ void touch(const int* data, std::size_t count, int* never) {
  int sum = 0;
  for (std::size_t i = blockIdx.x * std::size_t{512} + threadIdx.x; i < count;
       i += std::size_t{512} * gridDim.x) {
    sum += __ldcg(data + i);
  }
  if (sum == 0x12345678) *never = sum;
}

__global__ void chase_shared(Cycles* cycles, int* out) {
  __shared__ int next[1024];
  for (int i = threadIdx.x; i < 1024; i += blockDim.x) next[i] = (i + 33) % 1024;
  __syncthreads();
  int at = 0;
  const long long first = clock64();
#pragma unroll 8
  for (int i = 0; i < kSteps; ++i) at = next[at];
  out[0] = at;
  cycles[0] = {first, clock64()};
}

__global__ void synchronize(Cycles* cycles) {
  __syncthreads();
  const long long first = clock64();
  for (int i = 0; i < kSteps; ++i) __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
}

// Two warpgroups take turns, as in ping-pong scheduling: one step is a turn of each.
__global__ void take_turns(Cycles* cycles) {
  const int group = threadIdx.x / 128;
  if (group == 1) ptx::barrier_arrive(1, 256);
  const long long first = clock64();
  for (int i = 0; i < kSteps; ++i) {
    ptx::barrier_sync(1 + group, 256);
    ptx::barrier_arrive(2 - group, 256);
  }
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
}

__global__ void nothing() {}

__global__ void shared_nothing(int* out) {
  extern __shared__ int data[];
  if (out == nullptr) data[0] = 1;
}

// A random cycle through one element of each 128-byte line.
void write_cycle(const DeviceBuffer<int>& next, std::size_t lines) {
  constexpr int kLine = 32;
  std::vector<int> order(lines);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin() + 1, order.end(), std::mt19937(3));
  std::vector<int> values(lines * kLine);
  for (std::size_t i = 0; i < lines; ++i) {
    values[static_cast<std::size_t>(order[i]) * kLine] = order[(i + 1) % lines] * kLine;
  }
  next.write(values);
}

void memory_latency(const MicroContext& context) {
  const DeviceBuffer<int> next(std::size_t{512} << 18);
  const DeviceBuffer<Cycles> cycles(1);
  const DeviceBuffer<int> out(1);
  for (const int mebibytes : {1, 4, 16, 24, 32, 64, 512}) {
    write_cycle(next, static_cast<std::size_t>(mebibytes) << 13);
    context.median_us([&](cudaStream_t s) {
      touch<<<132, 512, 0, s>>>(next.get(), static_cast<std::size_t>(mebibytes) << 18, out.get());
      chase<<<1, 1, 0, s>>>(next.get(), cycles.get(), out.get());
    });
    context.row("global past L1, footprint=" + std::to_string(mebibytes) + "MiB",
                longest(cycles) / kSteps, "cycles");
  }
  context.median_us(
      [&](cudaStream_t s) { chase_shared<<<1, 32, 0, s>>>(cycles.get(), out.get()); });
  context.row("shared memory", longest(cycles) / kSteps, "cycles");
}

void barrier_cost(const MicroContext& context) {
  const DeviceBuffer<Cycles> cycles(1);
  for (const int threads : {32, 128, 256, 512, 1024}) {
    context.median_us([&](cudaStream_t s) { synchronize<<<1, threads, 0, s>>>(cycles.get()); });
    context.row("__syncthreads threads=" + std::to_string(threads), longest(cycles) / kSteps,
                "cycles");
  }
  context.median_us([&](cudaStream_t s) { take_turns<<<1, 256, 0, s>>>(cycles.get()); });
  context.row("named barriers, a turn of each of two warpgroups", longest(cycles) / kSteps,
              "cycles");
}

void launch_cost(const MicroContext& context) {
  constexpr int kLaunches = 200;
  // the flush keeps the GPU busy while the host queues what is timed
  const double none = context.median_us([](cudaStream_t) {}, true);
  context.row("event to event around nothing", none, "us");
  const double one = context.median_us([](cudaStream_t s) { nothing<<<1, 32, 0, s>>>(); }, true);
  context.row("event to event around an empty kernel", one, "us");
  const double two = context.median_us(
      [](cudaStream_t s) {
        nothing<<<1, 32, 0, s>>>();
        nothing<<<1, 32, 0, s>>>();
      },
      true);
  context.row("event to event around two empty kernels", two, "us");
  for (const int blocks : {1, context.multiprocessors, 8 * context.multiprocessors}) {
    const double many = context.median_us([&](cudaStream_t s) {
      for (int i = 0; i < kLaunches; ++i) nothing<<<blocks, 128, 0, s>>>();
    });
    const std::string name =
        "a kernel of " + std::to_string(blocks) + " empty blocks of 128 threads";
    context.row(name + ", launched one by one", many / kLaunches, "us");
    const auto load =
        context.timer.load([&](cudaStream_t s) { nothing<<<blocks, 128, 0, s>>>(); }, 2, 0.1);
    context.row(name + ", in a graph", load.loop_us, "us");
  }
  constexpr int kBlocksAnSm = 200;
  for (const int kilobytes : {0, 100, 200}) {
    GPU_CHECK(cudaFuncSetAttribute(shared_nothing, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   kilobytes * 1024));
    int something = 0;
    const double us = context.median_us([&](cudaStream_t s) {
      shared_nothing<<<kBlocksAnSm * context.multiprocessors, 384, kilobytes * 1024, s>>>(
          &something);
    });
    context.row("an empty block of 384 threads, shared memory " + std::to_string(kilobytes) +
                    " KiB, start to start on an SM",
                (us - one) / kBlocksAnSm, "us");
  }
}

}  // namespace

std::vector<Micro> latency_micros() {
  return {{"memory_latency", "a chain of dependent loads", memory_latency},
          {"barrier_cost", "block-wide and named barriers", barrier_cost},
          {"launch_cost", "empty kernels and blocks", launch_cost}};
}

}  // namespace attnsim::gpu
