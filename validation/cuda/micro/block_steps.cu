#include <algorithm>
#include <numeric>
#include <random>

#include "base/ptx.cuh"
#include "base/random_fill.cuh"
#include "kernels/flash_attention_3.cuh"
#include "kernels/quantized_cache.cuh"
#include "kernels/stream_k.cuh"
#include "micro/micro.cuh"

// Steps that a block does a few times, not in a long loop: a store that nothing follows, the first
// load after the L2 was filled with other data, a tile in a decode's loop over a cache in L2,
// a product of matrices that writes more than it reads.
namespace attnsim::gpu {
namespace {

/// One tile of 64 x kE a warpgroup, stored once after a pause; until the last is under way, and
/// until all have arrived.
template <int kE>
__global__ void __launch_bounds__(384, 1)
    store_once(__nv_bfloat16* to, Cycles* sent, Cycles* there) {
  fa3::Arguments a;
  a.o = to;
  a.P = 1 << 30;
  float out[kE / 2];
  for (int i = 0; i < kE / 2; ++i) out[i] = threadIdx.x + i;
  const float factor[2] = {1, 2};
  const int tile = blockIdx.x * (blockDim.x / 128) + threadIdx.x / 128;
  const int row = tile * 64 + threadIdx.x % 128 / 32 * 16 + threadIdx.x % 32 / 4;
  __syncthreads();
  const long long first = clock64();
  ptx::wgmma_touch(out);
  fa3::store_rows<kE>(a, out, 0, row, factor);
  __syncthreads();
  if (threadIdx.x == 0) sent[blockIdx.x] = {first, clock64()};
  __threadfence();
  __syncthreads();
  if (threadIdx.x == 0) there[blockIdx.x] = {first, clock64()};
}

/// From the first instruction to the first data.
__global__ void first_load(const uint4* data, Cycles* cycles, unsigned* never) {
  const long long first = clock64();
  const uint4 x = __ldcg(data + (blockIdx.x * blockDim.x + threadIdx.x) * std::size_t{64});
  if (x.x + x.y == 0x12345678) *never = x.x;
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
}

/// A decode's loop over a cache that L2 holds.
template <class Cache>
__global__ void __launch_bounds__(decode::kThreads)
    cache_steps(const decode::Arguments a, Cycles* cycles, float* result) {
  extern __shared__ __align__(1024) char shared[];
  decode::Found<Cache> found;
  const long long first = clock64();
  decode::attend<Cache>(found, a, blockIdx.x % a.kv_heads, 0, a.tokens,
                        decode::my_ring(shared, Cache::kStages * Cache::kStageBytes));
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  float sum = found.state.sum[0];
  for (int i = 0; i < Cache::kE / 2; ++i) sum += found.out[i];
  result[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/// All multiprocessors write the chain, or one does.
__global__ void write_chain(const int* from, int* to, int count) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < count; i += gridDim.x * blockDim.x) {
    to[i] = from[i];
  }
}

/// Each line once: none is met again.
__global__ void follow_chain(const int* next, int steps, Cycles* cycles, int* out) {
  int at = 0;
  const long long first = clock64();
#pragma unroll 4
  for (int i = 0; i < steps; ++i) at = __ldcg(next + at);
  out[0] = at;
  cycles[0] = {first, clock64()};
}

constexpr int kHandOvers = 256;

/// Two blocks in turn: what one has found goes to memory, its flag is set, the other has seen it.
__global__ void __launch_bounds__(decode::kThreads)
    hand_overs(float* found, int* flags, int words, Cycles* cycles) {
  const int me = blockIdx.x;
  const long long first = clock64();
  for (int turn = 1; turn <= kHandOvers; ++turn) {
    if (me == 1) decode::await(flags, 0, 1, turn);
    for (int i = threadIdx.x; i < words; i += blockDim.x) found[me * words + i] = turn;
    decode::publish(flags + me, turn);
    if (me == 0) decode::await(flags, 1, 2, turn);
  }
  if (threadIdx.x == 0) cycles[me] = {first, clock64()};
}

void hand_over(const MicroContext& context) {
  for (const int words : {128, 512, 2048}) {
    const DeviceBuffer<float> found(2 * static_cast<std::size_t>(words));
    const DeviceBuffer<int> flags(2);
    const DeviceBuffer<Cycles> cycles(2);
    context.median_us([&](cudaStream_t s) {
      GPU_CHECK(cudaMemsetAsync(flags.get(), 0, flags.bytes(), s));
      hand_overs<<<2, decode::kThreads, 0, s>>>(found.get(), flags.get(), words, cycles.get());
    });
    context.row("a block of 128 threads to another, bytes=" + std::to_string(4 * words),
                longest(cycles) / (2 * kHandOvers), "cycles");
  }
}

template <int kE>
void store_rows_of(const MicroContext& context, const DeviceBuffer<__nv_bfloat16>& to) {
  const DeviceBuffer<Cycles> sent(context.multiprocessors);
  const DeviceBuffer<Cycles> there(context.multiprocessors);
  for (const int blocks : {1, 33, context.multiprocessors}) {
    for (const int groups : {1, 2, 3}) {
      sent.zero();
      there.zero();
      context.median_us([&](cudaStream_t s) {
        store_once<kE><<<blocks, 128 * groups, 0, s>>>(to.get(), sent.get(), there.get());
      });
      const std::string name = "once, 64 rows E=" + std::to_string(kE) +
                               " warpgroups=" + std::to_string(groups) +
                               " blocks=" + std::to_string(blocks);
      context.row(name + ": under way", longest(sent), "cycles");
      context.row(name + ": arrived", longest(there), "cycles");
    }
  }
}

void stores_once(const MicroContext& context) {
  const DeviceBuffer<__nv_bfloat16> to(std::size_t{1} << 27);
  store_rows_of<128>(context, to);
  store_rows_of<64>(context, to);
}

void exchange_latency(const MicroContext& context) {
  constexpr int kLines = 8192;
  constexpr int kLine = 32;
  std::vector<int> order(kLines);
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin() + 1, order.end(), std::mt19937(3));
  std::vector<int> values(kLines * kLine);
  for (int i = 0; i < kLines; ++i) values[order[i] * kLine] = order[(i + 1) % kLines] * kLine;
  const DeviceBuffer<int> from(values.size());
  const DeviceBuffer<int> to(values.size());
  const DeviceBuffer<Cycles> cycles(1);
  const DeviceBuffer<int> out(1);
  from.write(values);
  const int count = static_cast<int>(values.size());
  for (const bool written : {true, false}) {
    context.median_us([&](cudaStream_t s) {
      if (written) {
        write_chain<<<context.multiprocessors, 256, 0, s>>>(from.get(), to.get(), count);
      }
      follow_chain<<<1, 1, 0, s>>>(to.get(), kLines - 1, cycles.get(), out.get());
    });
    context.row(written ? "L2, lines just written by all multiprocessors" : "L2, the same again",
                longest(cycles) / (kLines - 1), "cycles");
  }
}

void first_loads(const MicroContext& context) {
  const DeviceBuffer<__nv_bfloat16> from(std::size_t{1} << 30);
  const DeviceBuffer<Cycles> cycles(context.multiprocessors);
  const DeviceBuffer<unsigned> never(1);
  for (const bool flush : {false, true}) {
    for (const int blocks : {1, context.multiprocessors}) {
      for (const int threads : {32, 512}) {
        cycles.zero();
        const double us = context.median_us(
            [&](cudaStream_t s) {
              first_load<<<blocks, threads, 0, s>>>(reinterpret_cast<const uint4*>(from.get()),
                                                    cycles.get(), never.get());
            },
            flush);
        const std::string name = std::string(flush ? "after a flush" : "again") +
                                 ", blocks=" + std::to_string(blocks) +
                                 " threads=" + std::to_string(threads);
        context.row(name, longest(cycles), "cycles");
        context.row(name + ", event to event", us, "us");
      }
    }
  }
}

/// What a longer loop takes more, a step: as many blocks as the multiprocessors hold, and fewer.
template <class Cache>
void cache_rows(const MicroContext& context, decode::Arguments a, const char* name) {
  constexpr int kShort = 1024;
  constexpr int kLong = 4096;
  constexpr double kMoreSteps = (kLong - kShort) / (decode::kWarps * Cache::kTokens);
  const auto kernel = cache_steps<Cache>;
  constexpr int kShared = decode::kSharedBytes<Cache>;
  GPU_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, kShared));
  int most = 1;
  GPU_CHECK(
      cudaOccupancyMaxActiveBlocksPerMultiprocessor(&most, kernel, decode::kThreads, kShared));
  const DeviceBuffer<Cycles> cycles(static_cast<std::size_t>(most) * context.multiprocessors);
  const DeviceBuffer<float> out(cycles.size() * decode::kThreads);
  for (int blocks = 1; blocks <= most; ++blocks) {
    double took[2] = {0, 0};
    for (const bool longer : {false, true}) {
      a.tokens = a.cache_rows = a.scale_stride = longer ? kLong : kShort;
      cycles.zero();
      context.median_us([&](cudaStream_t s) {
        kernel<<<blocks * context.multiprocessors, decode::kThreads, kShared, s>>>(a, cycles.get(),
                                                                                   out.get());
      });
      took[longer ? 1 : 0] = longest(cycles);
    }
    context.row(std::string(name) + " E=" + std::to_string(Cache::kE) + ", a tile of " +
                    std::to_string(Cache::kTokens) +
                    " tokens a warp, blocks an SM=" + std::to_string(blocks),
                (took[1] - took[0]) / kMoreSteps, "cycles");
  }
}

void cache_tile_steps(const MicroContext& context) {
  constexpr int kHeads = 8;
  const DeviceBuffer<__nv_bfloat16> words(std::size_t{1} << 24);
  const DeviceBuffer<float> scales(std::size_t{1} << 20);
  fill_random(words, 7, 0.1f);
  fill_uniform(scales, 8, 0.5f, 1.5f);
  decode::Arguments a;
  a.q = a.o = words.get();
  a.k = words.get();
  a.v = words.get() + words.size() / 2;
  a.k_scale = a.v_scale = scales.get();
  a.kv_heads = kHeads;
  a.group = 4;
  a.scale_log2 = 0.1f;
  cache_rows<decode::Bf16Cache<128, false>>(context, a, "bf16");
  cache_rows<decode::Bf16Cache<64, false>>(context, a, "bf16");
  cache_rows<decode::QuantizedCache<128, 8>>(context, a, "int8");
  cache_rows<decode::QuantizedCache<64, 8>>(context, a, "int8");
  cache_rows<decode::QuantizedCache<128, 4>>(context, a, "int4");
  cache_rows<decode::QuantizedCache<64, 4>>(context, a, "int4");
}

/// C[n x m] = A[n x k] B[k x m] by cuBLAS, batched: wide (few k) and deep (few columns).
void matrix_shapes(const MicroContext& context) {
  cublasHandle_t cublas = nullptr;
  GPU_CHECK(cublasCreate(&cublas));
  constexpr std::size_t kMost = std::size_t{1} << 30;
  const DeviceBuffer<__nv_bfloat16> a(kMost / 4);
  const DeviceBuffer<__nv_bfloat16> b(kMost / 4);
  const DeviceBuffer<__nv_bfloat16> c(kMost);
  fill_random(a, 1);
  fill_random(b, 2);
  const float one = 1;
  const float zero = 0;
  for (const int k : {64, 128}) {
    for (const int n : {512, 2048, 8192, 16384, 32768}) {
      const int batch = std::max(1, static_cast<int>(kMost / 2 / n / n));
      double us = context.median_us([&](cudaStream_t s) {
        GPU_CHECK(cublasSetStream(cublas, s));
        GPU_CHECK(cublasGemmStridedBatchedEx(
            cublas, CUBLAS_OP_T, CUBLAS_OP_N, n, n, k, &one, a.get(), CUDA_R_16BF, k,
            static_cast<long long>(n) * k, b.get(), CUDA_R_16BF, k, static_cast<long long>(n) * k,
            &zero, c.get(), CUDA_R_16BF, n, static_cast<long long>(n) * n, batch,
            CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
      });
      const std::string name =
          "k=" + std::to_string(k) + " n=" + std::to_string(n) + " batch=" + std::to_string(batch);
      context.row("wide " + name, us, "us");
      context.row("wide " + name + ", bytes written", 2e-3 * n * n * batch / us, "GB/s");
      us = context.median_us([&](cudaStream_t s) {
        GPU_CHECK(cublasSetStream(cublas, s));
        GPU_CHECK(cublasGemmStridedBatchedEx(
            cublas, CUBLAS_OP_N, CUBLAS_OP_N, k, n, n, &one, a.get(), CUDA_R_16BF, k,
            static_cast<long long>(n) * k, c.get(), CUDA_R_16BF, n, static_cast<long long>(n) * n,
            &zero, b.get(), CUDA_R_16BF, k, static_cast<long long>(n) * k, batch,
            CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
      });
      context.row("deep " + name, us, "us");
      context.row("deep " + name + ", bytes read", 2e-3 * n * n * batch / us, "GB/s");
    }
  }
  GPU_CHECK(cublasDestroy(cublas));
}

}  // namespace

std::vector<Micro> block_step_micros() {
  return {{"store_once", "a tile's store that nothing follows", stores_once},
          {"first_load", "from a kernel's first instruction to its first data", first_loads},
          {"exchange_latency", "loads of what others wrote", exchange_latency},
          {"hand_over", "from a block's first store to another's having seen its flag", hand_over},
          {"cache_step", "a tile in a decode's loop over a cache that L2 holds", cache_tile_steps},
          {"matrix_shape", "cuBLAS products that are wide or deep", matrix_shapes}};
}

}  // namespace attnsim::gpu
