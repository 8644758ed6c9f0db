#pragma once

#include "kernels/decode.cuh"

// Decode in the manner of LeanAttention (stream-K): the tiles of all heads stand in one line, which
// is cut into equal pieces, one a block. A piece may end within a head; the block that holds a
// head's first tile waits for the others and merges. All blocks must be resident at once.
namespace attnsim::gpu::decode {

constexpr int kLeanTokens = 128;

__device__ inline void publish(int* flag, int epoch) {
  __syncthreads();
  if (threadIdx.x != 0) return;
  __threadfence();
  asm volatile("st.release.gpu.global.s32 [%0], %1;" ::"l"(flag), "r"(epoch) : "memory");
}

__device__ inline void await(const int* flag, int epoch) {
  if (threadIdx.x == 0) {
    int seen = 0;
    do {
      asm volatile("ld.acquire.gpu.global.s32 %0, [%1];" : "=r"(seen) : "l"(flag) : "memory");
    } while (seen != epoch);
  }
  __syncthreads();
}

/// Where the piece of a block starts: the first `high` blocks have one tile more.
__device__ inline int first_tile(int block, int tiles, int blocks) {
  return block * (tiles / blocks) + min(block, tiles % blocks);
}

/// Adds what later blocks found of the head, then writes it.
template <class Cache>
__device__ void finish_head(const Found<Cache>& found, const Arguments& a, char* shared,
                            int kv_head, int last_tile, int tiles) {
  constexpr int kE = Cache::kE;
  const int from = blockIdx.x + 1;
  int until = from;
  while (first_tile(until, tiles, gridDim.x) < last_tile) ++until;
  for (int block = from; block < until; ++block) await(a.flags + block, a.epoch);
  merge_warps(found, a, shared, [&](int row, int f, float value, float most, float sum) {
    for (int block = from; block < until; ++block) {
      const std::int64_t at = static_cast<std::int64_t>(block) * a.group + row;
      const float2 state = __ldcg(a.partial_state + at);
      const float other = __ldcg(a.partial_o + at * kE + f);
      const float both = fmaxf(most, state.x);
      const float mine = ptx::exp2((most - both) * a.scale_log2);
      const float theirs = ptx::exp2((state.x - both) * a.scale_log2);
      value = value * mine + other * theirs;
      sum = sum * mine + state.y * theirs;
      most = both;
    }
    store_output<Cache>(a, kv_head, row, f, value / sum);
  });
}

template <class Cache>
__global__ void __launch_bounds__(kThreads) stream_k_kernel(const Arguments a) {
  extern __shared__ __align__(1024) char shared[];
  const int tiles_a_head = (a.tokens + kLeanTokens - 1) / kLeanTokens;
  const int tiles = tiles_a_head * a.kv_heads;
  int tile = first_tile(blockIdx.x, tiles, gridDim.x);
  const int end = first_tile(blockIdx.x + 1, tiles, gridDim.x);
  const std::uint32_t ring = my_ring(shared, Cache::kStages * Cache::kStageBytes);
  while (tile < end) {
    const int kv_head = tile / tiles_a_head;
    const int head_end = (kv_head + 1) * tiles_a_head;
    const int until = min(end, head_end);
    const int first = tile - kv_head * tiles_a_head;
    const int last = until - kv_head * tiles_a_head;
    Found<Cache> found;
    attend<Cache>(found, a, kv_head, first * kLeanTokens, min(a.tokens, last * kLeanTokens), ring);
    if (first == 0) {
      finish_head(found, a, shared, kv_head, head_end, tiles);
    } else {  // not the head's first tile: only a block's first head can be such
      merge_warps(found, a, shared, [&](int row, int f, float value, float most, float sum) {
        store_partial<Cache>(a, blockIdx.x, row, f, value, most, sum);
      });
      publish(a.flags + blockIdx.x, a.epoch);
    }
    tile = until;
  }
}

}  // namespace attnsim::gpu::decode
