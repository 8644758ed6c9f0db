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

/// Waits for the flags of blocks [from, until), each thread for some.
__device__ inline void await(const int* flags, int from, int until, int epoch) {
  for (int block = from + threadIdx.x; block < until; block += kThreads) {
    int seen = 0;
    do {
      asm volatile("ld.acquire.gpu.global.s32 %0, [%1];"
                   : "=r"(seen)
                   : "l"(flags + block)
                   : "memory");
    } while (seen != epoch);
  }
  __syncthreads();
}

/// Where the piece of a block starts: the first `high` blocks have one tile more.
__device__ inline int first_tile(int block, int tiles, int blocks) {
  return block * (tiles / blocks) + min(block, tiles % blocks);
}

/// Weights of what blocks [from, until) found of each row, a warp a row, lanes across blocks; and
/// their common maximum and sum.
__device__ inline void weigh_others(const Arguments& a, int from, int until, float2* others,
                                    float* weights) {
  const int lane = threadIdx.x % 32;
  for (int row = threadIdx.x / 32; row < a.group; row += kWarps) {
    const float2* states = a.partial_state + static_cast<std::int64_t>(from) * a.group + row;
    float most = -CUDART_INF_F;
    for (int i = lane; i < until - from; i += 32) {
      most = fmaxf(most, __ldcg(states + i * a.group).x);
    }
    for (int other = 16; other > 0; other /= 2) {
      most = fmaxf(most, __shfl_xor_sync(~0u, most, other));
    }
    float sum = 0;
    for (int i = lane; i < until - from; i += 32) {
      const float2 state = __ldcg(states + i * a.group);
      const float weight = ptx::exp2((state.x - most) * a.scale_log2);
      weights[i * a.group + row] = weight;
      sum += weight * state.y;
    }
    for (int other = 16; other > 0; other /= 2) sum += __shfl_xor_sync(~0u, sum, other);
    if (lane == 0) others[row] = {most, sum};
  }
}

/// Adds what later blocks found of the head, then writes it.
template <class Cache>
__device__ void finish_head(const Found<Cache>& found, const Arguments& a, char* shared,
                            int kv_head, int last_tile, int tiles) {
  constexpr int kE = Cache::kE;
  const int from = blockIdx.x + 1;
  int until = from;
  while (first_tile(until, tiles, gridDim.x) < last_tile) ++until;
  await(a.flags, from, until, a.epoch);
  // the rings are free; their first part is merge_warps'
  auto* others = reinterpret_cast<float2*>(shared + kWarps * kRows * kE * sizeof(float));
  auto* weights = reinterpret_cast<float*>(others + kRows);
  if (until > from) weigh_others(a, from, until, others, weights);
  merge_warps(found, a, shared, [&](int row, int f, float value, float most, float sum) {
    if (until > from) {
      const float* partial =
          a.partial_o + (static_cast<std::int64_t>(from) * a.group + row) * kE + f;
      float found_there = 0;
#pragma unroll 16
      for (int i = 0; i < until - from; ++i) {
        found_there += weights[i * a.group + row] * __ldcg(partial + i * a.group * kE);
      }
      const float2 other = others[row];
      const float all = fmaxf(most, other.x);
      const float mine = ptx::exp2((most - all) * a.scale_log2);
      const float theirs = ptx::exp2((other.x - all) * a.scale_log2);
      value = value * mine + found_there * theirs;
      sum = sum * mine + other.y * theirs;
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
