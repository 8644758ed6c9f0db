#include <algorithm>

#include "base/ptx.cuh"
#include "base/random_fill.cuh"
#include "base/wgmma.cuh"
#include "micro/micro.cuh"

// Power under long loads of one kind each, with how often the action was done: energies of actions.
namespace attnsim::gpu {
namespace {

constexpr double kSeconds = 0.7;
constexpr int kRounds = 4096;

enum class Op { kFma, kExp2, kMax, kMma, kShared, kWgmmaShared, kWgmmaRegisters };

template <Op kOp>
__device__ inline void register_steps(const uint4* inputs, float* out) {
  float x[16];
  for (int i = 0; i < 16; ++i)
    x[i] = __uint_as_float(0x3f000000u | (inputs[threadIdx.x + i].x & 0x7fffffu));
  const float c = x[3] * 0.5f;
#pragma unroll 1
  for (int round = 0; round < kRounds; ++round) {
#pragma unroll
    for (int i = 0; i < 16; ++i) {
      if constexpr (kOp == Op::kFma) x[i] = fmaf(x[i], -c, x[(i + 1) % 16]);
      if constexpr (kOp == Op::kMax)
        asm volatile("max.f32 %0, %0, %1;" : "+f"(x[i]) : "f"(x[(i + 1) % 16]));
      if constexpr (kOp == Op::kExp2) x[i] = ptx::exp2(-x[i]);
    }
  }
  float sum = 0;
  for (const float value : x) sum += value;
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

template <Op kOp>
__global__ void __launch_bounds__(512, 1) operate(const uint4* inputs, float* out) {
  register_steps<kOp>(inputs, out);
}

__global__ void __launch_bounds__(512, 1) multiply_sync(const uint4* inputs, float* out) {
  float d[8][4] = {};
  std::uint32_t a[4][4];
  std::uint32_t b[4][2];
  for (int i = 0; i < 4; ++i) {
    const uint4 x = inputs[threadIdx.x + 512 * i];
    const uint4 y = inputs[threadIdx.x + 512 * (i + 4)];
    a[i][0] = x.x, a[i][1] = x.y, a[i][2] = x.z, a[i][3] = x.w;
    b[i][0] = y.x, b[i][1] = y.y;
  }
#pragma unroll 1
  for (int round = 0; round < kRounds; ++round) {
#pragma unroll
    for (int i = 0; i < 8; ++i) ptx::mma_bf16(d[i], a[i % 4], b[(i + i / 4) % 4][0], b[i % 4][1]);
  }
  float sum = 0;
  for (auto& each : d) sum += each[0] + each[1] + each[2] + each[3];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/// m64n128k16 of two warpgroups, 8 k-steps over tiles of random numbers.
template <bool kFromRegisters>
__global__ void __launch_bounds__(256, 1) multiply_group(const uint4* inputs, float* out) {
  extern __shared__ __align__(1024) char shared[];
  auto* data = reinterpret_cast<uint4*>(shared);
  for (int i = threadIdx.x; i < 4096; i += blockDim.x) data[i] = inputs[i];
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  const std::uint32_t a_tile = ptx::shared_address(shared) + threadIdx.x / 128 * 64 * 128;
  const std::uint32_t b_tile = ptx::shared_address(shared) + 32768;
  std::uint32_t a[4][4];
  for (int i = 0; i < 4; ++i) {
    const uint4 x = inputs[threadIdx.x + 256 * i];
    a[i][0] = x.x, a[i][1] = x.y, a[i][2] = x.z, a[i][3] = x.w;
  }
  float d[64] = {};
#pragma unroll 1
  for (int round = 0; round < kRounds / 8; ++round) {
    ptx::wgmma_touch(d);
    ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < 8; ++step) {
      const std::uint32_t inside = step % 4 * 32;
      const auto b = ptx::wgmma_descriptor(b_tile + step / 4 * 16384 + inside, 16, 1024);
      if constexpr (kFromRegisters) {
        ptx::wgmma_registers<128, 0>(d, a[step % 4], b, 1);
      } else {
        ptx::wgmma_shared<128, 0>(
            d, ptx::wgmma_descriptor(a_tile + step / 4 * 16384 + inside, 16, 1024), b, 1);
      }
    }
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(d);
  }
  float sum = 0;
  for (const float value : d) sum += value;
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

__global__ void __launch_bounds__(512, 1) read_shared(const uint4* inputs, float* out) {
  extern __shared__ __align__(1024) char shared[];
  auto* data = reinterpret_cast<uint4*>(shared);
  for (int i = threadIdx.x; i < 4096; i += blockDim.x) data[i] = inputs[i];
  __syncthreads();
  const std::uint32_t base = ptx::shared_address(shared) + 16 * threadIdx.x;
  unsigned sum = 0;
#pragma unroll 8
  for (int round = 0; round < kRounds; ++round) {
    unsigned x, y, z, w;
    asm volatile("ld.volatile.shared.v4.u32 {%0,%1,%2,%3}, [%4];"
                 : "=r"(x), "=r"(y), "=r"(z), "=r"(w)
                 : "r"(base + 8192 * (round % 8))
                 : "memory");
    sum += x ^ y ^ z ^ w;
  }
  out[blockIdx.x * blockDim.x + threadIdx.x] = static_cast<float>(sum);
}

/// Reads `count` units of 16 bytes again and again, past L1.
__global__ void __launch_bounds__(512)
    read_global(const uint4* data, std::size_t count, int rounds, float* out) {
  unsigned sum = 0;
  const std::size_t step = static_cast<std::size_t>(gridDim.x) * 512;
  for (int round = 0; round < rounds; ++round) {
    const std::size_t first =
        (blockIdx.x + 37 * round) % gridDim.x * std::size_t{512} + threadIdx.x;
#pragma unroll 4
    for (std::size_t i = first; i < count; i += step) {
      const uint4 x = __ldcg(data + i);
      sum += x.x ^ x.y ^ x.z ^ x.w;
    }
  }
  if (sum == 0x12345678) out[0] = static_cast<float>(sum);
}

struct Bench {
  explicit Bench(const MicroContext& c)
      : context(c), inputs(std::size_t{1} << 30), out(c.multiprocessors * 1024) {
    fill_random(inputs, 11, 1.0f);
  }
  const uint4* words() const { return reinterpret_cast<const uint4*>(inputs.get()); }
  void load(const std::string& name, const Launch& launch, double actions, const char* unit) const {
    const Load load = context.timer.load(launch, context.median_us(launch), kSeconds);
    context.row(name, load.power_w, "W");
    context.row(name, load.sm_clock_mhz, "MHz");
    context.row(name, 1e-6 * actions / load.loop_us, unit);
  }
  const MicroContext& context;
  DeviceBuffer<__nv_bfloat16> inputs;
  DeviceBuffer<float> out;
};

void powers(const MicroContext& context) {
  const Bench bench(context);
  const int all = context.multiprocessors;
  const double lanes = 512.0 * all * kRounds;
  bench.load(
      "fma.f32",
      [&](cudaStream_t s) {
        operate<Op::kFma><<<all, 512, 0, s>>>(bench.words(), bench.out.get());
      },
      16 * lanes, "Top/s");
  bench.load(
      "max.f32",
      [&](cudaStream_t s) {
        operate<Op::kMax><<<all, 512, 0, s>>>(bench.words(), bench.out.get());
      },
      16 * lanes, "Top/s");
  bench.load(
      "ex2.approx.f32",
      [&](cudaStream_t s) {
        operate<Op::kExp2><<<all, 512, 0, s>>>(bench.words(), bench.out.get());
      },
      16 * lanes, "Top/s");
  bench.load(
      "mma.sync m16n8k16, random",
      [&](cudaStream_t s) { multiply_sync<<<all, 512, 0, s>>>(bench.words(), bench.out.get()); },
      lanes / 32 * 8 * 4096, "TFLOP/s");
  constexpr int kShared = 65536 + 1024;
  for (auto kernel : {multiply_group<false>, multiply_group<true>, read_shared}) {
    GPU_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, kShared));
  }
  const double group_flops = 2.0 * all * kRounds * 2 * 64 * 128 * 16;
  bench.load(
      "wgmma m64n128k16 A in shared, random",
      [&](cudaStream_t s) {
        multiply_group<false><<<all, 256, kShared, s>>>(bench.words(), bench.out.get());
      },
      group_flops, "TFLOP/s");
  bench.load(
      "wgmma m64n128k16 A in registers, random",
      [&](cudaStream_t s) {
        multiply_group<true><<<all, 256, kShared, s>>>(bench.words(), bench.out.get());
      },
      group_flops, "TFLOP/s");
  bench.load(
      "ld.shared.v4",
      [&](cudaStream_t s) {
        read_shared<<<all, 512, kShared, s>>>(bench.words(), bench.out.get());
      },
      16 * lanes, "TB/s");
  bench.load(
      "read from L2",
      [&](cudaStream_t s) {
        read_global<<<all * 4, 512, 0, s>>>(bench.words(), std::size_t{1} << 20, 64,
                                            bench.out.get());
      },
      64.0 * (1 << 24), "TB/s");
  bench.load(
      "read from HBM",
      [&](cudaStream_t s) {
        read_global<<<all * 4, 512, 0, s>>>(bench.words(), std::size_t{1} << 27, 1,
                                            bench.out.get());
      },
      2147483648.0, "TB/s");
}

}  // namespace

std::vector<Micro> power_micros() {
  return {{"power_under_load", "power of one kind of action", powers}};
}

}  // namespace attnsim::gpu
