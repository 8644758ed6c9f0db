#include <algorithm>

#include "base/ptx.cuh"
#include "base/random_fill.cuh"
#include "base/wgmma.cuh"
#include "micro/micro.cuh"

// How fast an SM computes: matrix products by mma.sync and wgmma, special functions, FP32.
namespace attnsim::gpu {
namespace {

constexpr int kRounds = 1024;
constexpr int kChains = 8;  ///< independent products or operations a thread

__global__ void mma_sync(const std::uint32_t* inputs, Cycles* cycles, float* out) {
  std::uint32_t a[4];
  std::uint32_t b[2];
  for (int i = 0; i < 4; ++i) a[i] = inputs[threadIdx.x * 4 + i];
  for (int i = 0; i < 2; ++i) b[i] = inputs[threadIdx.x * 2 + i + 4096];
  float d[kChains][4] = {};
  __syncthreads();
  const long long first = clock64();
#pragma unroll 4
  for (int round = 0; round < kRounds; ++round) {
#pragma unroll
    for (int chain = 0; chain < kChains; ++chain) ptx::mma_bf16(d[chain], a, b[0], b[1]);
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  float sum = 0;
  for (auto& chain : d) sum += chain[0] + chain[1] + chain[2] + chain[3];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/// Each warpgroup multiplies 64 x 64 by 64 x N tiles of random numbers in shared memory.
template <int kN, bool kFromRegisters>
__global__ void __launch_bounds__(kN == 256 ? 256 : 512, 1)
    wgmma_rate(const uint4* inputs, Cycles* cycles, float* out) {
  extern __shared__ __align__(1024) char shared[];
  auto* data = reinterpret_cast<uint4*>(shared);
  const int bytes = 4 * 64 * 128 + kN * 128;
  for (int i = threadIdx.x; i < bytes / 16; i += blockDim.x) data[i] = inputs[i];
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  const std::uint32_t a_tile = ptx::shared_address(shared) + threadIdx.x / 128 * 64 * 128;
  const std::uint32_t b_tile = ptx::shared_address(shared) + 4 * 64 * 128;
  const std::uint32_t a[4] = {inputs[threadIdx.x].x, inputs[threadIdx.x].y, inputs[threadIdx.x].z,
                              inputs[threadIdx.x].w};
  float d[kN / 2] = {};
  const long long first = clock64();
  for (int round = 0; round < kRounds / 4; ++round) {
    ptx::wgmma_touch(d);
    ptx::wgmma_fence();
#pragma unroll
    for (int step = 0; step < 4; ++step) {
      const auto b = ptx::wgmma_descriptor(b_tile + 32 * step, 16, 1024);
      if constexpr (kFromRegisters) {
        ptx::wgmma_registers<kN, 0>(d, a, b, 1);
      } else {
        ptx::wgmma_shared<kN, 0>(d, ptx::wgmma_descriptor(a_tile + 32 * step, 16, 1024), b, 1);
      }
    }
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(d);
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  float sum = 0;
#pragma unroll
  for (int i = 0; i < kN / 2; ++i) sum += d[i];
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

enum class Op { kFma, kAdd, kMax, kExp2, kTanh, kReciprocal, kPackBf16, kShuffle, kExp2AndFma };

template <Op kOp>
__device__ inline float apply(float x, float c) {
  if constexpr (kOp == Op::kFma) return fmaf(x, c, c);
  if constexpr (kOp == Op::kAdd) return x + c;
  if constexpr (kOp == Op::kMax) {
    asm volatile("max.f32 %0, %0, %1;" : "+f"(x) : "f"(c));
    return x;
  }
  if constexpr (kOp == Op::kExp2) return ptx::exp2(x);
  if constexpr (kOp == Op::kTanh) return ptx::tanh(x);
  if constexpr (kOp == Op::kReciprocal) {
    asm volatile("rcp.approx.ftz.f32 %0, %0;" : "+f"(x));
    return x + c;  // the compiler knows the reciprocal of a reciprocal
  }
  if constexpr (kOp == Op::kPackBf16) return __uint_as_float(ptx::pack_bf16(x, c));
  if constexpr (kOp == Op::kShuffle) return __shfl_xor_sync(~0u, x, 1);
  if constexpr (kOp == Op::kExp2AndFma) return ptx::exp2(fmaf(x, c, c));
  return x;
}

template <Op kOp>
__global__ void operations(Cycles* cycles, float* out, float c) {
  float x[kChains];
  for (int i = 0; i < kChains; ++i) x[i] = c + i + threadIdx.x;
  __syncthreads();
  const long long first = clock64();
#pragma unroll 4
  for (int round = 0; round < kRounds; ++round) {
#pragma unroll
    for (int chain = 0; chain < kChains; ++chain) x[chain] = apply<kOp>(x[chain], c);
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  float sum = 0;
  for (const float value : x) sum += value;
  out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

struct Bench {
  explicit Bench(const MicroContext& c)
      : context(c), inputs(1 << 18), cycles(c.multiprocessors), out(c.multiprocessors * 1024) {
    fill_random(inputs, 11, 0.05f);
  }
  const MicroContext& context;
  DeviceBuffer<__nv_bfloat16> inputs;
  DeviceBuffer<Cycles> cycles;
  DeviceBuffer<float> out;
};

void mma_sync_rates(const MicroContext& context) {
  const Bench bench(context);
  for (const int warps : {4, 8, 16, 32}) {
    const double us = context.median_us([&](cudaStream_t s) {
      mma_sync<<<context.multiprocessors, 32 * warps, 0, s>>>(
          reinterpret_cast<const std::uint32_t*>(bench.inputs.get()), bench.cycles.get(),
          bench.out.get());
    });
    const double flops = 2.0 * 16 * 8 * 16 * kChains * kRounds * warps;
    const std::string parameters = "m16n8k16 warps=" + std::to_string(warps);
    context.row(parameters, flops / longest(bench.cycles), "FLOP/cycle/SM");
    context.row(parameters, 1e-6 * flops * context.multiprocessors / us, "TFLOP/s");
  }
}

template <int kN, bool kFromRegisters>
void wgmma_rate_row(const Bench& bench, int warpgroups) {
  const auto kernel = wgmma_rate<kN, kFromRegisters>;
  const int shared_bytes = 4 * 64 * 128 + kN * 128;
  const auto& context = bench.context;
  GPU_CHECK(
      cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, shared_bytes));
  const double us = context.median_us([&](cudaStream_t s) {
    kernel<<<context.multiprocessors, 128 * warpgroups, shared_bytes, s>>>(
        reinterpret_cast<const uint4*>(bench.inputs.get()), bench.cycles.get(), bench.out.get());
  });
  const double flops = 2.0 * 64 * kN * 16 * kRounds * warpgroups;
  const std::string parameters = "m64n" + std::to_string(kN) + "k16 A in " +
                                 (kFromRegisters ? "registers" : "shared") +
                                 " warpgroups=" + std::to_string(warpgroups);
  context.row(parameters, flops / longest(bench.cycles), "FLOP/cycle/SM");
  context.row(parameters, 1e-6 * flops * context.multiprocessors / us, "TFLOP/s");
}

void wgmma_rates(const MicroContext& context) {
  const Bench bench(context);
  for (const int warpgroups : {1, 2, 3, 4}) {
    wgmma_rate_row<64, false>(bench, warpgroups);
    wgmma_rate_row<64, true>(bench, warpgroups);
    wgmma_rate_row<128, false>(bench, warpgroups);
    wgmma_rate_row<128, true>(bench, warpgroups);
    if (warpgroups > 2) continue;  // 128 accumulators a thread
    wgmma_rate_row<256, false>(bench, warpgroups);
    wgmma_rate_row<256, true>(bench, warpgroups);
  }
}

template <Op kOp>
void operation_row(const Bench& bench, const char* name) {
  const auto& context = bench.context;
  for (const int threads : {128, 256, 1024}) {
    context.median_us([&](cudaStream_t s) {
      operations<kOp>
          <<<context.multiprocessors, threads, 0, s>>>(bench.cycles.get(), bench.out.get(), 0.5f);
    });
    const double count = static_cast<double>(kChains) * kRounds * threads;
    context.row(std::string(name) + " threads=" + std::to_string(threads),
                count / longest(bench.cycles), "op/cycle/SM");
  }
}

void operation_rates(const MicroContext& context) {
  const Bench bench(context);
  operation_row<Op::kFma>(bench, "fma.f32");
  operation_row<Op::kAdd>(bench, "add.f32");
  operation_row<Op::kMax>(bench, "max.f32");
  operation_row<Op::kExp2>(bench, "ex2.approx.f32");
  operation_row<Op::kTanh>(bench, "tanh.approx.f32");
  operation_row<Op::kReciprocal>(bench, "rcp.approx.f32+add.f32");
  operation_row<Op::kPackBf16>(bench, "cvt.bf16x2.f32");
  operation_row<Op::kShuffle>(bench, "shfl.bfly");
  operation_row<Op::kExp2AndFma>(bench, "fma.f32+ex2.approx.f32");
}

}  // namespace

std::vector<Micro> arithmetic_micros() {
  return {{"mma_sync_rate", "bf16 into fp32, operands in registers", mma_sync_rates},
          {"wgmma_rate", "bf16 into fp32, by tile and warpgroups", wgmma_rates},
          {"operation_rate", "FP32, special functions, conversions, shuffles", operation_rates}};
}

}  // namespace attnsim::gpu
