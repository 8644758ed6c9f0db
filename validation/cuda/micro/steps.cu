#include <algorithm>

#include "base/ptx.cuh"
#include "base/tensor_map.cuh"
#include "base/wgmma.cuh"
#include "kernels/flash_attention_3.cuh"
#include "kernels/row_softmax.cuh"
#include "micro/step_bench.cuh"

// What one step of a tiled kernel takes of an SM when nothing else is in its way: a tile's
// softmax in registers, a tile's products and the wait for them, both beside each other, a tile's
// store, its load. Data are already where the step wants them; no attention is computed.
namespace attnsim::gpu {
namespace {

using namespace steps;

template <int kN, int kE>
__device__ inline void softmax_step(float (&scores)[kN / 2], float (&out)[kE / 2],
                                    std::uint32_t (&weights)[kN / 4], RowState& state) {
  ptx::wgmma_touch(scores);
  weigh_softmax(scores, state, 0.3f);
  round_weights<kN>(weights, scores);
#pragma unroll
  for (int i = 0; i < kE / 2; ++i) out[i] *= state.correction[i / 2 % 2];
  ptx::wgmma_touch(out);
#pragma unroll
  for (int i = 0; i < kN / 4; ++i) asm volatile("" ::"r"(weights[i]));
}

/// Each warpgroup weighs 64 x kN scores and rescales 64 x kE outputs.
template <int kN, int kE, bool kSigmoid>
__global__ void __launch_bounds__(384, 1) tile_softmax(Cycles* cycles, float* result) {
  float scores[kN / 2];
  float out[kE / 2];
  std::uint32_t weights[kN / 4];
  RowState state;
  for (int i = 0; i < kN / 2; ++i) scores[i] = 0.01f * i + threadIdx.x;
  for (int i = 0; i < kE / 2; ++i) out[i] = i;
  __syncthreads();
  const long long first = clock64();
#pragma unroll 1
  for (int step = 0; step < kSteps; ++step) {
    if constexpr (kSigmoid) {
      ptx::wgmma_touch(scores);
      fa3::weigh_sigmoid(scores, 0.3f, -5.0f);
      round_weights<kN>(weights, scores);
#pragma unroll
      for (int i = 0; i < kN / 4; ++i) asm volatile("" ::"r"(weights[i]));
    } else {
      softmax_step<kN, kE>(scores, out, weights, state);
    }
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  result[blockIdx.x * blockDim.x + threadIdx.x] = sum_of(scores) + sum_of(out) + state.sum[0];
}

/// Products of a warpgroup with tiles in shared memory: scores = Q K^T, out += weights V.
template <int kN, int kE>
struct Products {
  using T = fa3::Tiling<kE, 2, kN>;
  std::uint32_t q;
  std::uint32_t k;
  std::uint32_t v;
  float scores[kN / 2];
  float out[kE / 2] = {};
  std::uint32_t weights[kN / 4] = {};

  __device__ void keys() {
    ptx::wgmma_touch(scores);
    ptx::wgmma_fence();
    fa3::multiply_keys<T, kN>(scores, q, k);
    ptx::wgmma_commit();
  }
  __device__ void values() {
    ptx::wgmma_touch(out);
    ptx::wgmma_fence();
    fa3::multiply_values<kE, kN>(out, weights, v);
    ptx::wgmma_commit();
  }
  template <int kPending>
  __device__ void wait() {
    ptx::wgmma_wait<kPending>();
    ptx::wgmma_touch(scores);
    ptx::wgmma_touch(out);
  }
};

enum class What { kKeysWait, kValuesWait, kBothWait, kBoth };

template <int kN, int kE, What kWhat>
__device__ inline void product_step(Products<kN, kE>& p) {
  if constexpr (kWhat == What::kKeysWait) p.keys();
  if constexpr (kWhat == What::kValuesWait) p.values();
  if constexpr (kWhat == What::kBothWait || kWhat == What::kBoth) {
    p.keys();
    p.values();
  }
  p.template wait<0>();
}

template <int kN, int kE>
__device__ inline Products<kN, kE> prepare(char* shared, const uint4* inputs) {
  constexpr int kBytes = (128 + 2 * kN) * kE * 2;
  auto* data = reinterpret_cast<uint4*>(shared);
  for (int i = threadIdx.x; i < kBytes / 16; i += blockDim.x) data[i] = inputs[i];
  asm volatile("fence.proxy.async.shared::cta;" ::: "memory");
  __syncthreads();
  Products<kN, kE> p;
  p.q = ptx::shared_address(shared);
  p.k = p.q + 128 * kE * 2;
  p.v = p.k + kN * kE * 2;
  for (int i = 0; i < kN / 4; ++i) p.weights[i] = inputs[i + threadIdx.x].x;
  return p;
}

/// Warpgroups below `multiplying` multiply for kSteps; the others weigh until those are done, or
/// for kSteps where none multiplies. A cycle count each: of the products, of one softmax.
template <int kN, int kE, What kWhat>
__global__ void __launch_bounds__(kE == 128 ? 256 : 384, 1)
    beside(const uint4* inputs, int multiplying, Cycles* cycles, Cycles* weighing, float* result) {
  extern __shared__ __align__(1024) char shared[];
  __shared__ volatile int done;
  if (threadIdx.x == 0) done = 0;
  auto p = prepare<kN, kE>(shared, inputs);
  __syncthreads();
  const long long first = clock64();
  if (static_cast<int>(threadIdx.x / 128) < multiplying) {
#pragma unroll 1
    for (int step = 0; step < kSteps; ++step) product_step<kN, kE, kWhat>(p);
    if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
    done = 1;
  } else {
    RowState state;
    long long steps = 0;
    for (int i = 0; i < kN / 2; ++i) p.scores[i] = 0.01f * i + threadIdx.x;
#pragma unroll 1
    while (done == 0) {
      softmax_step<kN, kE>(p.scores, p.out, p.weights, state);
      ++steps;
    }
    if (threadIdx.x % 128 == 0) weighing[blockIdx.x] = {0, (clock64() - first) / max(1ll, steps)};
  }
  result[blockIdx.x * blockDim.x + threadIdx.x] = sum_of(p.scores) + sum_of(p.out);
}

/// Tiles of 64 x kE outputs a warpgroup, stored to rows as the fragments lie: 16 bytes of 8 rows an
/// instruction.
template <int kE>
__global__ void __launch_bounds__(384, 1) tile_store(__nv_bfloat16* to, Cycles* cycles) {
  fa3::Arguments a;
  a.o = to;
  a.P = 1 << 30;
  float out[kE / 2];
  for (int i = 0; i < kE / 2; ++i) out[i] = threadIdx.x + i;
  const float factor[2] = {1, 2};
  const int groups = blockDim.x / 128;
  __syncthreads();
  const long long first = clock64();
#pragma unroll 1
  for (int step = 0; step < kSteps; ++step) {
    const int tile = ((step % 8) * static_cast<int>(gridDim.x) + blockIdx.x) * groups +
                     static_cast<int>(threadIdx.x / 128);
    ptx::wgmma_touch(out);
    fa3::store_rows<kE>(a, out, 0, tile * 64 + threadIdx.x % 128 / 32 * 16 + threadIdx.x % 32 / 4,
                        factor);
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
}

/// One thread loads tiles of 128 x 128 by TMA, `ahead` in flight; blocks read apart or the same.
__global__ void __launch_bounds__(32, 1)
    tma_loads(const __grid_constant__ CUtensorMap map, int ahead, int tiles, int apart,
              Cycles* cycles) {
  extern __shared__ __align__(1024) char shared[];
  __shared__ std::uint64_t full[6];
  if (threadIdx.x != 0) return;
  char* const base = shared + (1024 - ptx::shared_address(shared) % 1024) % 1024;
  for (auto& barrier : full) ptx::mbarrier_init(&barrier, 1);
  ptx::mbarrier_init_fence();
  auto load = [&](int i) {
    ptx::mbarrier_expect(&full[i % ahead], 32768);
    const int row = ((apart * blockIdx.x + i) % tiles) * 128;
    for (int chunk = 0; chunk < 2; ++chunk) {
      ptx::tma_load(base + i % ahead * 32768 + chunk * 16384, &map, &full[i % ahead], chunk * 64,
                    row, 0);
    }
  };
  const long long first = clock64();
  for (int i = 0; i < kSteps + ahead; ++i) {
    if (i >= ahead) ptx::mbarrier_wait(&full[i % ahead], (i / ahead - 1) % 2);
    if (i < kSteps) load(i);
  }
  cycles[blockIdx.x] = {first, clock64()};
}

__global__ void counter_steps(int* counter, Cycles* cycles) {
  const long long first = clock64();
  int sum = 0;
#pragma unroll 1
  for (int step = 0; step < kSteps; ++step) sum += atomicAdd(counter + (sum & 0x40000000), 1);
  cycles[blockIdx.x] = {first, clock64()};
  if (sum == 0x12345678) *counter = 0;
}

__global__ void spin(long long cycles) {
  const long long first = clock64();
  while (clock64() - first < cycles) {
  }
}

template <int kN, int kE, bool kSigmoid>
void softmax_rows(const Bench& bench) {
  for (const int groups : {1, 2, 3}) {
    bench.clear();
    bench.context.median_us([&](cudaStream_t s) {
      tile_softmax<kN, kE, kSigmoid><<<bench.context.multiprocessors, 128 * groups, 0, s>>>(
          bench.cycles.get(), bench.out.get());
    });
    bench.context.row(tile_name(kSigmoid ? "sigmoid of 64 rows" : "softmax of 64 rows", kN, kE) +
                          " warpgroups=" + std::to_string(groups),
                      bench.step(), "cycles");
  }
}

template <int kN, int kE, What kWhat>
void product_rows(const Bench& bench, const char* name) {
  const auto kernel = beside<kN, kE, kWhat>;
  const int shared_bytes = (128 + 2 * kN) * kE * 2 + 1024;
  allow_shared(kernel, shared_bytes);
  constexpr int kMost = kE == 128 ? 2 : 3;  // as many as have the registers
  for (int multiplying = 1; multiplying <= kMost; ++multiplying) {
    for (int weighing = 0; multiplying + weighing <= kMost; ++weighing) {
      bench.clear();
      bench.context.median_us([&](cudaStream_t s) {
        kernel<<<bench.context.multiprocessors, 128 * (multiplying + weighing), shared_bytes, s>>>(
            bench.words(), multiplying, bench.cycles.get(), bench.weighing.get(), bench.out.get());
      });
      const std::string parameters = tile_name(name, kN, kE) +
                                     " warpgroups=" + std::to_string(multiplying) +
                                     " beside softmax of " + std::to_string(weighing);
      bench.context.row(parameters, bench.step(), "cycles");
      if (weighing > 0)
        bench.context.row(parameters + ": softmax", longest(bench.weighing), "cycles");
    }
  }
}

void softmax_steps(const MicroContext& context) {
  const Bench bench(context);
  softmax_rows<128, 128, false>(bench);
  softmax_rows<128, 64, false>(bench);
  softmax_rows<128, 128, true>(bench);
}

void product_steps(const MicroContext& context) {
  const Bench bench(context);
  product_rows<128, 128, What::kKeysWait>(bench, "keys");
  product_rows<128, 128, What::kValuesWait>(bench, "values");
  product_rows<128, 128, What::kBothWait>(bench, "keys and values");
  product_rows<128, 64, What::kKeysWait>(bench, "keys");
  product_rows<128, 64, What::kValuesWait>(bench, "values");
  product_rows<128, 64, What::kBothWait>(bench, "keys and values");
}

template <int kE>
void store_row(const Bench& bench) {
  for (const int groups : {1, 2, 3}) {
    bench.clear();
    bench.context.median_us([&](cudaStream_t s) {
      tile_store<kE><<<bench.context.multiprocessors, 128 * groups, 0, s>>>(bench.inputs.get(),
                                                                            bench.cycles.get());
    });
    bench.context.row(
        "store 64 rows E=" + std::to_string(kE) + " warpgroups=" + std::to_string(groups),
        bench.step(), "cycles");
  }
}

void store_steps(const MicroContext& context) {
  const Bench bench(context);
  store_row<128>(bench);
  store_row<64>(bench);
}

void load_steps(const MicroContext& context) {
  const Bench bench(context);
  const int rows = 1 << 23;
  const auto map = tensor_map(bench.inputs.get(), 1, rows, 128, 128);
  constexpr int kShared = 6 * 32768 + 1024;
  allow_shared(tma_loads, kShared);
  for (const bool hot : {true, false}) {
    for (const int blocks : {1, 8, 33, 66, context.multiprocessors}) {
      for (const int ahead : {1, 2, 4, 6}) {
        bench.clear();
        context.median_us(
            [&](cudaStream_t s) {
              tma_loads<<<blocks, 32, kShared, s>>>(map, ahead, hot ? 256 : rows / 128,
                                                    hot ? 2 : kSteps, bench.cycles.get());
            },
            !hot);
        context.row(std::string("TMA 32 KiB ") + (hot ? "from L2" : "from HBM") +
                        " blocks=" + std::to_string(blocks) + " in flight=" + std::to_string(ahead),
                    bench.step(), "cycles");
      }
    }
  }
}

void counter_costs(const MicroContext& context) {
  const Bench bench(context);
  const DeviceBuffer<int> counter(1 << 10);
  counter.zero();
  for (const int blocks : {1, context.multiprocessors}) {
    bench.clear();
    context.median_us([&](cudaStream_t s) {
      counter_steps<<<blocks, 1, 0, s>>>(counter.get(), bench.cycles.get());
    });
    context.row("atomicAdd, blocks=" + std::to_string(blocks), bench.step(), "cycles");
  }
}

void start_costs(const MicroContext& context) {
  constexpr int kShared = 200 * 1024;
  allow_shared(spin, kShared);
  for (const int threads : {128, 384, 512}) {
    for (const int shared : {0, kShared}) {
      const auto timed = [&](long long cycles, int blocks) {
        return context.median_us(
            [&](cudaStream_t s) { spin<<<blocks, threads, shared, s>>>(cycles); }, true);
      };
      const std::string name = "blocks of " + std::to_string(threads) + " threads, " +
                               std::to_string(shared / 1024) + " KiB: ";
      const int all = context.multiprocessors;
      context.row(name + "one an SM, spinning 1 cycle", timed(1, all), "us");
      context.row(name + "one an SM, spinning 10000 cycles", timed(10000, all), "us");
      context.row(name + "one an SM, spinning 20000 cycles", timed(20000, all), "us");
      context.row(name + "8 an SM, spinning 1 cycle", timed(1, 8 * all), "us");
    }
  }
}

}  // namespace

std::vector<Micro> step_micros() {
  return {{"softmax_step", "a tile's softmax in registers", softmax_steps},
          {"product_step", "a tile's products by wgmma, alone and beside softmax", product_steps},
          {"store_step", "a tile's store from fragments", store_steps},
          {"load_step", "tiles by TMA", load_steps},
          {"counter_cost", "an atomic counter", counter_costs},
          {"start_cost", "kernels that spin", start_costs}};
}

}  // namespace attnsim::gpu
