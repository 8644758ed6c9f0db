#pragma once

#include "kernels/decode.cuh"

// Choosing the keys that a decode step attends to: a score a key (its largest product with the
// queries of the group), then the k highest of each key-value head.
namespace attnsim::gpu::decode {

constexpr int kSelectThreads = 1024;
constexpr int kDigitBits = 11;
constexpr int kDigits = 1 << kDigitBits;

/// Block (part, head): scores of a chunk of the keys. Warps stream tiles of 16 keys as decode does.
template <int kE>
__global__ void __launch_bounds__(kThreads) score_kernel(const Arguments a, float* scores) {
  using Cache = Bf16Cache<kE, false>;
  constexpr int kStages = 6;
  constexpr int kTile = Cache::kTileBytes;
  extern __shared__ __align__(1024) char shared[];
  const std::uint32_t ring = my_ring(shared, kStages * kTile);
  const int kv_head = blockIdx.y;
  const Cache cache(a, kv_head);
  std::uint32_t q[kE / 16][4];
  Cache::queries(q, a.q + static_cast<std::int64_t>(kv_head) * a.group * kE, a.group);
  const int last = min(a.tokens, static_cast<int>(blockIdx.x + 1) * a.chunk);
  const int lane = threadIdx.x % 32;
  constexpr int kStep = kWarps * Cache::kTokens;
  const int mine = blockIdx.x * a.chunk + threadIdx.x / 32 * Cache::kTokens;
  const int tiles = mine < last ? (last - mine + kStep - 1) / kStep : 0;
  auto load = [&](int tile) {
    if (tile < tiles) {
      load_rows<Cache::kRowBytes, Cache::kTokens>(ring + tile % kStages * kTile, cache.k,
                                                  mine + tile * kStep, last,
                                                  [](int token) { return token; });
    }
    ptx::copy_commit();
  };
  for (int tile = 0; tile < kStages - 1; ++tile) load(tile);
  for (int tile = 0; tile < tiles; ++tile) {
    ptx::copy_wait<kStages - 2>();
    __syncwarp();
    load(tile + kStages - 1);
    float products[8] = {};
    Cache::multiply_keys(products, q, ring + tile % kStages * kTile);
    // the largest over the rows (queries) that hold a query; 8 lanes share a column
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const int at = i / 2 * 4 + i % 2;
      float most = lane / 4 < a.group ? products[at] : -CUDART_INF_F;
      if (lane / 4 + 8 < a.group) most = fmaxf(most, products[at + 2]);
      for (int other = 4; other < 32; other *= 2) {
        most = fmaxf(most, __shfl_xor_sync(~0u, most, other));
      }
      const int token = mine + tile * kStep + 8 * (i / 2) + 2 * (lane % 4) + i % 2;
      if (lane < 4 && token < last)
        scores[static_cast<std::int64_t>(kv_head) * a.tokens + token] = most;
    }
    __syncwarp();
  }
  ptx::copy_wait<0>();
}

/// A float's bits such that unsigned order is the order of the floats.
__device__ inline unsigned ordered(float x) {
  const unsigned bits = __float_as_uint(x);
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/// The digit in which the k-th highest lies, counted from the top; `k` becomes its rank in there.
__device__ inline unsigned find_digit(const int* histogram, int& k, int* shared_out) {
  // thread t owns two digits; an inclusive sum from the top over all threads
  __shared__ int warp_sums[kSelectThreads / 32];
  const int lane = threadIdx.x % 32;
  const int high = kDigits - 1 - 2 * static_cast<int>(threadIdx.x);
  const int count = histogram[high] + histogram[high - 1];
  int sum = count;
  for (int step = 1; step < 32; step *= 2) {
    const int other = __shfl_up_sync(~0u, sum, step);
    if (lane >= step) sum += other;
  }
  if (lane == 31) warp_sums[threadIdx.x / 32] = sum;
  __syncthreads();
  for (int warp = 0; warp < static_cast<int>(threadIdx.x / 32); ++warp) sum += warp_sums[warp];
  const int before = sum - count;
  if (before < k && k <= sum) {
    const bool first = k <= before + histogram[high];
    shared_out[0] = first ? high : high - 1;
    shared_out[1] = k - before - (first ? 0 : histogram[high]);
  }
  __syncthreads();
  k = shared_out[1];
  return shared_out[0];
}

/// Block a key-value head: radix select over its scores, then their indices, in no order.
__global__ void __launch_bounds__(kSelectThreads)
    select_kernel(const float* all_scores, int tokens, int k, int* all_chosen) {
  __shared__ int histogram[kDigits];
  __shared__ int found[2];
  __shared__ int counts[2];
  const float* scores = all_scores + static_cast<std::int64_t>(blockIdx.x) * tokens;
  int* chosen = all_chosen + static_cast<std::int64_t>(blockIdx.x) * k;
  unsigned prefix = 0;
  int rank = k;
  for (int shift : {21, 10, 0}) {
    const int bits = shift == 0 ? 10 : kDigitBits;
    for (int i = threadIdx.x; i < kDigits; i += kSelectThreads) histogram[i] = 0;
    __syncthreads();
    const int above = shift + bits;
#pragma unroll 4
    for (int i = threadIdx.x; i < tokens; i += kSelectThreads) {
      const unsigned key = ordered(scores[i]);
      if (above < 32 && key >> above != prefix >> above) continue;
      atomicAdd(&histogram[(key >> shift) & ((1 << bits) - 1)], 1);
    }
    __syncthreads();
    prefix |= find_digit(histogram, rank, found) << shift;
    __syncthreads();
  }
  // all above the k-th, and the first `rank` equal to it
  if (threadIdx.x < 2) counts[threadIdx.x] = 0;
  __syncthreads();
  for (int i = threadIdx.x; i < tokens; i += kSelectThreads) {
    const unsigned key = ordered(scores[i]);
    if (key > prefix) chosen[atomicAdd(&counts[0], 1)] = i;
    if (key == prefix) {
      const int tie = atomicAdd(&counts[1], 1);
      if (tie < rank) chosen[k - rank + tie] = i;
    }
  }
}

}  // namespace attnsim::gpu::decode
