#include <algorithm>

#include "base/random_fill.cuh"
#include "micro/micro.cuh"

// How fast bytes move: device memory, L2 by the size of what is read, shared memory.
namespace attnsim::gpu {
namespace {

constexpr int kThreads = 512;
constexpr int kUnroll = 4;

__device__ inline uint4 load_past_l1(const uint4* from) {
  uint4 x;
  asm volatile("ld.global.cg.v4.u32 {%0,%1,%2,%3}, [%4];"
               : "=r"(x.x), "=r"(x.y), "=r"(x.z), "=r"(x.w)
               : "l"(from));
  return x;
}

__global__ void copy(const uint4* from, uint4* to, std::size_t count) {
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * kThreads * kUnroll;
  for (std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads * kUnroll) + threadIdx.x;
       i + (kUnroll - 1) * kThreads < count; i += step) {
    uint4 x[kUnroll];
#pragma unroll
    for (int u = 0; u < kUnroll; ++u) x[u] = load_past_l1(from + i + u * kThreads);
#pragma unroll
    for (int u = 0; u < kUnroll; ++u) to[i + u * kThreads] = x[u];
  }
}

__global__ void read(const uint4* from, std::size_t count, int rounds, unsigned* never) {
  unsigned sum = 0;
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * kThreads * kUnroll;
  for (int round = 0; round < rounds; ++round) {
    // another part of the grid each round, so that no SM meets the same lines again
    const std::size_t block = (blockIdx.x + 37 * round) % gridDim.x;
    for (std::size_t i = block * kThreads * kUnroll + threadIdx.x;
         i + (kUnroll - 1) * kThreads < count; i += step) {
#pragma unroll
      for (int u = 0; u < kUnroll; ++u) {
        const uint4 x = load_past_l1(from + i + u * kThreads);
        sum += x.x ^ x.y ^ x.z ^ x.w;
      }
    }
  }
  if (sum == 0x12345678) *never = sum;
}

__global__ void write(uint4* to, std::size_t count, unsigned value) {
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * kThreads;
  for (std::size_t i = blockIdx.x * static_cast<std::size_t>(kThreads) + threadIdx.x; i < count;
       i += step) {
    to[i] = {value, value, value, value};
  }
}

constexpr int kSharedRounds = 4096;

__global__ void read_shared(Cycles* cycles, unsigned* never) {
  extern __shared__ uint4 data[];
  for (int i = threadIdx.x; i < 2048; i += blockDim.x) data[i] = {1u * i, 2u * i, 3u, 4u};
  __syncthreads();
  const std::uint32_t base =
      static_cast<std::uint32_t>(__cvta_generic_to_shared(data)) + 16 * (threadIdx.x % 512);
  unsigned sum = 0;
  const long long first = clock64();
#pragma unroll 4
  for (int round = 0; round < kSharedRounds; ++round) {
    unsigned x, y, z, w;
    asm volatile("ld.volatile.shared.v4.u32 {%0,%1,%2,%3}, [%4];"
                 : "=r"(x), "=r"(y), "=r"(z), "=r"(w)
                 : "r"(base + 8192 * (round % 4)));
    sum += x ^ y ^ z ^ w;
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  if (sum == 0x12345678) *never = sum;
}

void hbm(const MicroContext& context) {
  const std::size_t bytes = std::size_t{4} << 30;
  const DeviceBuffer<std::uint8_t> from(bytes);
  const DeviceBuffer<std::uint8_t> to(bytes);
  const DeviceBuffer<unsigned> never(1);
  fill_random_bytes(from, 5);
  const auto* source = reinterpret_cast<const uint4*>(from.get());
  auto* target = reinterpret_cast<uint4*>(to.get());
  const std::size_t count = bytes / 16;
  const int grid = context.multiprocessors * 4;
  double us = context.median_us(
      [&](cudaStream_t s) { copy<<<grid, kThreads, 0, s>>>(source, target, count); });
  context.row("copy, bytes read and written", 2e-3 * bytes / us, "GB/s");
  us = context.median_us(
      [&](cudaStream_t s) { read<<<grid, kThreads, 0, s>>>(source, count, 1, never.get()); });
  context.row("read", 1e-3 * bytes / us, "GB/s");
  us =
      context.median_us([&](cudaStream_t s) { write<<<grid, kThreads, 0, s>>>(target, count, 7); });
  context.row("write", 1e-3 * bytes / us, "GB/s");
  us = context.median_us([&](cudaStream_t s) {
    GPU_CHECK(cudaMemcpyAsync(to.get(), from.get(), bytes, cudaMemcpyDeviceToDevice, s));
  });
  context.row("cudaMemcpy, bytes read and written", 2e-3 * bytes / us, "GB/s");
}

// Reads of a size that one launch of few bytes reaches: what short kernels see of the bandwidth.
void hbm_by_size(const MicroContext& context) {
  const DeviceBuffer<std::uint8_t> from(std::size_t{1} << 30);
  const DeviceBuffer<unsigned> never(1);
  fill_random_bytes(from, 6);
  for (std::size_t bytes = std::size_t{1} << 20; bytes <= from.bytes(); bytes *= 4) {
    const double us = context.median_us(
        [&](cudaStream_t s) {
          read<<<context.multiprocessors * 4, kThreads, 0, s>>>(
              reinterpret_cast<const uint4*>(from.get()), bytes / 16, 1, never.get());
        },
        true);
    context.row("bytes=" + std::to_string(bytes), us, "us");
    context.row("bytes=" + std::to_string(bytes), 1e-3 * bytes / us, "GB/s");
  }
}

// What few SMs can draw: a block of 2048 outstanding 16-byte loads each.
void hbm_by_blocks(const MicroContext& context) {
  constexpr std::size_t kBytesABlock = std::size_t{8} << 20;
  const DeviceBuffer<std::uint8_t> from(kBytesABlock * context.multiprocessors);
  const DeviceBuffer<unsigned> never(1);
  fill_random_bytes(from, 8);
  for (const int blocks : {1, 2, 4, 8, 16, 33, 66, 99, 132}) {
    if (blocks > context.multiprocessors) continue;
    const double us = context.median_us(
        [&](cudaStream_t s) {
          read<<<blocks, kThreads, 0, s>>>(reinterpret_cast<const uint4*>(from.get()),
                                           kBytesABlock * blocks / 16, 1, never.get());
        },
        true);
    context.row("blocks=" + std::to_string(blocks), 1e-3 * kBytesABlock * blocks / us, "GB/s");
  }
}

void l2(const MicroContext& context) {
  const DeviceBuffer<std::uint8_t> from(std::size_t{256} << 20);
  const DeviceBuffer<unsigned> never(1);
  fill_random_bytes(from, 7);
  for (const int mebibytes : {2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 128, 256}) {
    const std::size_t bytes = static_cast<std::size_t>(mebibytes) << 20;
    const int rounds = std::max(2, 4096 / mebibytes);
    const int grid =
        std::min(context.multiprocessors * 4, static_cast<int>(bytes / 16 / (kThreads * kUnroll)));
    const double us = context.median_us([&](cudaStream_t s) {
      read<<<grid, kThreads, 0, s>>>(reinterpret_cast<const uint4*>(from.get()), bytes / 16, rounds,
                                     never.get());
    });
    context.row("footprint=" + std::to_string(mebibytes) + "MiB", 1e-3 * bytes * rounds / us,
                "GB/s");
  }
}

void shared_memory(const MicroContext& context) {
  const DeviceBuffer<Cycles> cycles(context.multiprocessors);
  const DeviceBuffer<unsigned> never(1);
  for (const int threads : {128, 256, 512, 1024}) {
    const double us = context.median_us([&](cudaStream_t s) {
      read_shared<<<context.multiprocessors, threads, 32768, s>>>(cycles.get(), never.get());
    });
    const double bytes = 16.0 * threads * kSharedRounds;
    const std::string parameters = "ld.shared.v4 threads=" + std::to_string(threads);
    context.row(parameters, bytes / longest(cycles), "B/cycle/SM");
    context.row(parameters, 1e-3 * bytes * context.multiprocessors / us, "GB/s");
  }
}

}  // namespace

std::vector<Micro> bandwidth_micros() {
  return {{"hbm_bandwidth", "4 GiB copied, read, written", hbm},
          {"hbm_read_by_size", "one read of 1 MiB to 1 GiB, L2 flushed", hbm_by_size},
          {"hbm_read_by_blocks", "one block an SM, on few SMs", hbm_by_blocks},
          {"l2_bandwidth", "repeated reads past L1, by footprint", l2},
          {"shared_bandwidth", "16-byte loads without bank conflicts", shared_memory}};
}

}  // namespace attnsim::gpu
