#include "base/ptx.cuh"
#include "base/wgmma.cuh"
#include "kernels/mma_tiles.cuh"
#include "kernels/row_softmax.cuh"
#include "micro/step_bench.cuh"

// What a tile takes of an SM in kernels by mma.sync: products with operands by ldmatrix, softmax,
// its load by cp.async, alone, two blocks at once, and beside each other.
namespace attnsim::gpu {
namespace {

using namespace steps;

enum class Mma { kKeys, kValues, kSoftmax, kLoad };

/// Steps of flash_attention_2's tiling: 4 warps of 32 rows, operands by ldmatrix.
template <int kN, int kE, Mma kWhat>
__global__ void __launch_bounds__(128, 2)
    mma_steps(const __nv_bfloat16* inputs, Cycles* cycles, float* result) {
  extern __shared__ __align__(1024) char shared[];
  const std::uint32_t q = ptx::shared_address(shared);
  const std::uint32_t k = q + 128 * kE * 2;
  mma_tiles::load_tile<kE, 128>(q, inputs, 0, 128);
  mma_tiles::load_tile<kE, kN>(k, inputs, 128, 1 << 20);
  ptx::copy_commit();
  ptx::copy_wait<0>();
  __syncthreads();
  float scores[2][kN / 2] = {};
  float out[2][kE / 2] = {};
  RowState state[2];
  const long long first = clock64();
#pragma unroll 1
  for (int step = 0; step < kSteps; ++step) {
    if constexpr (kWhat == Mma::kKeys) mma_tiles::multiply_keys<kE, kN>(scores, q, k);
    if constexpr (kWhat == Mma::kValues) mma_tiles::multiply_values<kE, kN>(out, scores, k);
    if constexpr (kWhat == Mma::kLoad) {
      mma_tiles::load_tile<kE, kN>(k, inputs, (step % 4) * kN, 1 << 20);
      ptx::copy_commit();
      ptx::copy_wait<0>();
      __syncthreads();
    }
    if constexpr (kWhat == Mma::kSoftmax) {
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        weigh_softmax(scores[m], state[m], 0.3f);
#pragma unroll
        for (int i = 0; i < kE / 2; ++i) out[m][i] *= state[m].correction[i / 2 % 2];
      }
    }
#pragma unroll
    for (int m = 0; m < 2; ++m) {
      ptx::wgmma_touch(scores[m]);
      ptx::wgmma_touch(out[m]);
    }
  }
  __syncthreads();
  if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
  result[blockIdx.x * blockDim.x + threadIdx.x] = sum_of(scores[0]) + sum_of(scores[1]) +
                                                  sum_of(out[0]) + sum_of(out[1]) +
                                                  state[0].sum[0] + state[1].sum[1];
}

/// Warps 0 to 3 multiply for kSteps; warps 4 to 7 weigh (or multiply too) until those are done.
template <int kN, int kE, bool kValues, bool kBothMultiply>
__global__ void __launch_bounds__(256, 1)
    mma_beside(const __nv_bfloat16* inputs, Cycles* cycles, Cycles* others, float* result) {
  extern __shared__ __align__(1024) char shared[];
  __shared__ volatile int done;
  if (threadIdx.x == 0) done = 0;
  const std::uint32_t q = ptx::shared_address(shared);
  const std::uint32_t k = q + 256 * kE * 2;
  auto* data = reinterpret_cast<uint4*>(shared);
  for (int i = threadIdx.x; i < (256 + kN) * kE / 8; i += blockDim.x) {
    data[i] = reinterpret_cast<const uint4*>(inputs)[i];
  }
  float scores[2][kN / 2] = {};
  float out[2][kE / 2] = {};
  RowState state[2];
  const auto multiply = [&] {
    if constexpr (kValues) mma_tiles::multiply_values<kE, kN>(out, scores, k);
    if constexpr (!kValues) mma_tiles::multiply_keys<kE, kN>(scores, q, k);
  };
  const auto touch = [&] {
    for (int m = 0; m < 2; ++m) {
      ptx::wgmma_touch(scores[m]);
      ptx::wgmma_touch(out[m]);
    }
  };
  __syncthreads();
  const long long first = clock64();
  if (threadIdx.x < 128) {
#pragma unroll 1
    for (int step = 0; step < kSteps; ++step) {
      multiply();
      touch();
    }
    if (threadIdx.x == 0) cycles[blockIdx.x] = {first, clock64()};
    done = 1;
  } else {
    long long steps = 0;
#pragma unroll 1
    while (done == 0) {
      if constexpr (kBothMultiply) multiply();
      if constexpr (!kBothMultiply) {
#pragma unroll
        for (int m = 0; m < 2; ++m) {
          weigh_softmax(scores[m], state[m], 0.3f);
#pragma unroll
          for (int i = 0; i < kE / 2; ++i) out[m][i] *= state[m].correction[i / 2 % 2];
        }
      }
      touch();
      ++steps;
    }
    if (threadIdx.x == 128) others[blockIdx.x] = {0, (clock64() - first) / max(1ll, steps)};
  }
  result[blockIdx.x * blockDim.x + threadIdx.x] =
      sum_of(scores[0]) + sum_of(scores[1]) + sum_of(out[0]) + sum_of(out[1]) + state[0].sum[0];
}

template <int kN, int kE, Mma kWhat>
void mma_row(const Bench& bench, const char* name) {
  const auto kernel = mma_steps<kN, kE, kWhat>;
  const int shared_bytes = (128 + kN) * kE * 2;
  allow_shared(kernel, shared_bytes);
  for (const int blocks : {1, 2}) {
    bench.clear();
    bench.context.median_us([&](cudaStream_t s) {
      kernel<<<bench.context.multiprocessors * blocks, 128, shared_bytes, s>>>(
          bench.inputs.get(), bench.cycles.get(), bench.out.get());
    });
    bench.context.row(tile_name(name, kN, kE) + " blocks an SM=" + std::to_string(blocks),
                      bench.step(), "cycles");
  }
}

template <int kN, int kE, bool kValues, bool kBothMultiply>
void mma_beside_row(const Bench& bench, const char* name) {
  const auto kernel = mma_beside<kN, kE, kValues, kBothMultiply>;
  const int shared_bytes = (256 + kN) * kE * 2;
  allow_shared(kernel, shared_bytes);
  bench.clear();
  bench.context.median_us([&](cudaStream_t s) {
    kernel<<<bench.context.multiprocessors, 256, shared_bytes, s>>>(
        bench.inputs.get(), bench.cycles.get(), bench.weighing.get(), bench.out.get());
  });
  bench.context.row(tile_name(name, kN, kE), bench.step(), "cycles");
  bench.context.row(tile_name(name, kN, kE) + ": the others", longest(bench.weighing), "cycles");
}

void mma_tile_steps(const MicroContext& context) {
  const Bench bench(context);
  mma_beside_row<64, 128, false, false>(bench, "mma.sync keys beside softmax");
  mma_beside_row<64, 128, true, false>(bench, "mma.sync values beside softmax");
  mma_beside_row<64, 128, false, true>(bench, "mma.sync keys beside the same");
  mma_beside_row<128, 64, false, false>(bench, "mma.sync keys beside softmax");
  mma_beside_row<128, 64, true, false>(bench, "mma.sync values beside softmax");
  mma_row<64, 128, Mma::kKeys>(bench, "mma.sync keys of 128 rows");
  mma_row<64, 128, Mma::kValues>(bench, "mma.sync values of 128 rows");
  mma_row<64, 128, Mma::kSoftmax>(bench, "softmax of 128 rows, 4 warps");
  mma_row<64, 128, Mma::kLoad>(bench, "cp.async of a tile and wait");
  mma_row<128, 64, Mma::kKeys>(bench, "mma.sync keys of 128 rows");
  mma_row<128, 64, Mma::kValues>(bench, "mma.sync values of 128 rows");
  mma_row<128, 64, Mma::kSoftmax>(bench, "softmax of 128 rows, 4 warps");
  mma_row<128, 64, Mma::kLoad>(bench, "cp.async of a tile and wait");
}

}  // namespace

std::vector<Micro> mma_step_micros() {
  return {{"mma_step", "a tile's steps by mma.sync with ldmatrix", mma_tile_steps}};
}

}  // namespace attnsim::gpu
