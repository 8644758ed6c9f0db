#include <algorithm>
#include <numeric>
#include <random>

#include "base/ptx.cuh"
#include "base/random_fill.cuh"
#include "kernels/flash_attention_3.cuh"
#include "kernels/quantized_cache.cuh"
#include "micro/micro.cuh"

// Steps that a block does a few times, not in a long loop: a store that nothing follows, the first
// load after the L2 was filled with other data, a tile of a decode's cache that is there already,
// a product of matrices that writes more than it reads.
namespace attnsim::gpu {
namespace {

constexpr int kSteps = 256;

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

/// A tile step of a decode without its load: what is in shared memory is weighed again and again.
template <class Cache>
__global__ void __launch_bounds__(decode::kThreads)
    cache_steps(const __nv_bfloat16* inputs, Cycles* cycles, float* result) {
  extern __shared__ __align__(1024) char shared[];
  auto* data = reinterpret_cast<uint4*>(shared);
  const auto* words = reinterpret_cast<const uint4*>(inputs);
  for (int i = threadIdx.x; i < decode::kSharedBytes<Cache> / 16; i += blockDim.x)
    data[i] = words[i];
  std::uint32_t q[Cache::kE / 16][4];
  Cache::queries(q, inputs, 4);
  decode::Found<Cache> found;
  for (int i = 0; i < Cache::kE / 2; ++i) found.out[i] = 0;
  __syncthreads();
  const std::uint32_t ring = decode::my_ring(shared, Cache::kStages * Cache::kStageBytes);
  const long long first = clock64();
#pragma unroll 1
  for (int step = 0; step < kSteps; ++step) {
    const std::uint32_t stage = ring + step % Cache::kStages * Cache::kStageBytes;
    float scores[Cache::kTokens / 2];
#pragma unroll
    for (int i = 0; i < Cache::kTokens / 2; ++i) scores[i] = 0;
    __syncwarp();
    Cache::multiply_keys(scores, q, stage);
    decode::hide_past<Cache>(scores, step * Cache::kTokens, 1 << 20);
    weigh_softmax(scores, found.state, 0.1f);
#pragma unroll
    for (int i = 0; i < Cache::kE / 2; ++i) found.out[i] *= found.state.correction[i / 2 % 2];
    Cache::multiply_values(found.out, scores, stage);
    __syncwarp();
  }
  __syncthreads();
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

template <class Cache>
void cache_rows(const MicroContext& context, const DeviceBuffer<__nv_bfloat16>& inputs,
                const char* name) {
  const auto kernel = cache_steps<Cache>;
  GPU_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                 decode::kSharedBytes<Cache>));
  int most = 1;
  GPU_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&most, kernel, decode::kThreads,
                                                          decode::kSharedBytes<Cache>));
  const DeviceBuffer<Cycles> cycles(static_cast<std::size_t>(most) * context.multiprocessors);
  const DeviceBuffer<float> out(cycles.size() * decode::kThreads);
  for (int blocks = 1; blocks <= most; ++blocks) {
    cycles.zero();
    context.median_us([&](cudaStream_t s) {
      kernel<<<blocks * context.multiprocessors, decode::kThreads, decode::kSharedBytes<Cache>,
               s>>>(inputs.get(), cycles.get(), out.get());
    });
    context.row(std::string(name) + " E=" + std::to_string(Cache::kE) + ", a tile of " +
                    std::to_string(Cache::kTokens) +
                    " tokens a warp, blocks an SM=" + std::to_string(blocks),
                longest(cycles) / kSteps, "cycles");
  }
}

void cache_tile_steps(const MicroContext& context) {
  const DeviceBuffer<__nv_bfloat16> inputs(std::size_t{1} << 20);
  fill_random(inputs, 7, 0.1f);
  cache_rows<decode::Bf16Cache<128, false>>(context, inputs, "bf16");
  cache_rows<decode::Bf16Cache<64, false>>(context, inputs, "bf16");
  cache_rows<decode::QuantizedCache<128, 8>>(context, inputs, "int8");
  cache_rows<decode::QuantizedCache<64, 8>>(context, inputs, "int8");
  cache_rows<decode::QuantizedCache<128, 4>>(context, inputs, "int4");
  cache_rows<decode::QuantizedCache<64, 4>>(context, inputs, "int4");
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
          {"cache_step", "a tile of a decode's cache, without its load", cache_tile_steps},
          {"matrix_shape", "cuBLAS products that are wide or deep", matrix_shapes}};
}

}  // namespace attnsim::gpu
