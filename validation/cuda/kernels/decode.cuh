#pragma once

#include <cstdint>
#include <math_constants.h>

#include "base/ptx.cuh"
#include "kernels/row_softmax.cuh"
#include "kernels/softmax_run.cuh"

// One query position against a long cache. A block serves the query heads of one key-value head
// (at most 16: the rows of one mma.sync) over a range of tokens. Its 4 warps take tiles in turn,
// each with a cp.async ring of its own, so that none waits for another; at the end they merge.
//
// A Cache says how keys and values are stored: how a tile is loaded, how it is multiplied, and
// which element of a head an output register is.
namespace attnsim::gpu::decode {

constexpr int kWarps = 4;
constexpr int kThreads = 32 * kWarps;
constexpr int kRows = 16;

struct Arguments {
  const bf16* q = nullptr;
  const void* k = nullptr;
  const void* v = nullptr;
  const float* k_scale = nullptr;  ///< quantized: one a token and head, [B*J][scale_stride]
  const float* v_scale = nullptr;
  int scale_stride = 0;
  const int* rows = nullptr;  ///< gathered: which rows of the cache, [B*J][tokens]
  bf16* o = nullptr;
  float* partial_o = nullptr;       ///< unnormalised, [slot][group][F]
  float2* partial_state = nullptr;  ///< maximum and sum, [slot][group]
  int* flags = nullptr;             ///< stream-K: the launch that filled a block's slot
  int epoch = 0;                    ///< this launch
  int group = 1;
  int kv_heads = 1;  ///< B * J
  int cache_rows = 0;
  int tokens = 0;  ///< to visit a head: cache_rows unless gathered
  int chunk = 0;   ///< tokens of a split
  float scale_log2 = 0;
};

/// A tile in shared memory of rows of kRowBytes, in units of 16 bytes, swizzled so that the same
/// unit of 8 rows meets all banks.
template <int kRowBytes>
__device__ inline std::uint32_t unit_at(std::uint32_t tile, int row, int unit) {
  constexpr int kUnits = kRowBytes / 16;
  constexpr int kRowsALine = kUnits >= 8 ? 1 : 8 / kUnits;
  constexpr int kMask = kUnits >= 8 ? 7 : kUnits - 1;
  return tile + row * kRowBytes + ((unit ^ (row / kRowsALine & kMask)) * 16);
}

/// Loads kTokens rows by one warp. Rows past the end become zeros.
template <int kRowBytes, int kTokens, class RowOf>
__device__ inline void load_rows(std::uint32_t tile, const char* from, int first, int last,
                                 RowOf row_of) {
  constexpr int kUnits = kRowBytes / 16;
  const int lane = threadIdx.x % 32;
  const int unit = lane % kUnits;
#pragma unroll
  for (int row = lane / kUnits; row < kTokens; row += 32 / kUnits) {
    const bool inside = first + row < last;
    const std::int64_t at = inside ? row_of(first + row) : 0;
    ptx::copy16(unit_at<kRowBytes>(tile, row, unit), from + at * kRowBytes + unit * 16, inside);
  }
}

/// Keys and values in bf16, rows in order or through a list.
template <int kE_, bool kGather>
struct Bf16Cache {
  static constexpr int kE = kE_;
  static constexpr int kTokens = 16;
  static constexpr int kStages = kE == 128 ? 3 : 4;
  static constexpr int kRowBytes = kE * 2;
  static constexpr int kTileBytes = kTokens * kRowBytes;
  static constexpr int kStageBytes = 2 * kTileBytes;
  static constexpr float kOutputFactor = 1;

  const char* k;
  const char* v;
  const int* rows;

  __device__ Bf16Cache(const Arguments& a, int kv_head) {
    const std::int64_t first = static_cast<std::int64_t>(kv_head) * a.cache_rows * kRowBytes;
    k = static_cast<const char*>(a.k) + first;
    v = static_cast<const char*>(a.v) + first;
    rows = kGather ? a.rows + static_cast<std::int64_t>(kv_head) * a.tokens : nullptr;
  }
  __device__ int row_of(int token) const {
    if constexpr (kGather) return __ldg(rows + token);
    return token;
  }
  __device__ void load(std::uint32_t stage, int first, int last) const {
    auto row = [this](int token) { return row_of(token); };
    load_rows<kRowBytes, kTokens>(stage, k, first, last, row);
    load_rows<kRowBytes, kTokens>(stage + kTileBytes, v, first, last, row);
  }
  static __device__ void queries(std::uint32_t (&fragments)[kE / 16][4], const bf16* q, int group) {
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int step = 0; step < kE / 16; ++step) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int row = lane / 4 + i % 2 * 8;
        const int e = 16 * step + 2 * (lane % 4) + i / 2 * 8;
        fragments[step][i] =
            row < group ? *reinterpret_cast<const std::uint32_t*>(q + row * kE + e) : 0;
      }
    }
  }
  __device__ static void multiply_keys(float (&scores)[kTokens / 2],
                                       const std::uint32_t (&q)[kE / 16][4], std::uint32_t stage) {
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int step = 0; step < kE / 16; ++step) {
      std::uint32_t b[4];
      ptx::load_matrix4(
          b, unit_at<kRowBytes>(stage, lane / 16 * 8 + lane % 8, 2 * step + lane / 8 % 2));
      ptx::mma_bf16(scores, q[step], b[0], b[1]);
      ptx::mma_bf16(scores + 4, q[step], b[2], b[3]);
    }
  }
  __device__ static void multiply_values(float (&out)[kE / 2], const float (&scores)[kTokens / 2],
                                         std::uint32_t stage) {
    const int lane = threadIdx.x % 32;
    std::uint32_t a[4];
#pragma unroll
    for (int i = 0; i < 4; ++i) a[i] = ptx::pack_bf16(scores[2 * i], scores[2 * i + 1]);
#pragma unroll
    for (int n = 0; n < kE / 16; ++n) {
      std::uint32_t b[4];
      ptx::load_matrix4_transposed(
          b, unit_at<kRowBytes>(stage + kTileBytes, lane % 16, 2 * n + lane / 16));
      ptx::mma_bf16(out + 8 * n, a, b[0], b[1]);
      ptx::mma_bf16(out + 8 * n + 4, a, b[2], b[3]);
    }
  }
  /// The element of the head that output register i belongs to.
  static __device__ int column(int i) { return 8 * (i / 4) + 2 * (threadIdx.x % 4) + i % 2; }
};

template <class Cache>
constexpr int kSharedBytes = kWarps* Cache::kStages* Cache::kStageBytes + kWarps* kRows * 8;

/// What a warp has found of its tokens.
template <class Cache>
struct Found {
  float out[Cache::kE / 2];
  RowState state;
};

template <class Cache>
__device__ inline void hide_past(float (&scores)[Cache::kTokens / 2], int first, int last) {
  if (first + Cache::kTokens <= last) return;
#pragma unroll
  for (int i = 0; i < Cache::kTokens / 2; ++i) {
    if (first + 8 * (i / 4) + 2 * static_cast<int>(threadIdx.x % 4) + i % 2 >= last) {
      scores[i] = -CUDART_INF_F;
    }
  }
}

/// Tokens [first, last) of one head by this warp's share of the tiles.
template <class Cache>
__device__ void attend(Found<Cache>& found, const Arguments& a, int kv_head, int first, int last,
                       std::uint32_t ring) {
  const Cache cache(a, kv_head);
  std::uint32_t q[Cache::kE / 16][4];
  Cache::queries(q, a.q + static_cast<std::int64_t>(kv_head) * a.group * Cache::kE, a.group);
#pragma unroll
  for (int i = 0; i < Cache::kE / 2; ++i) found.out[i] = 0;
  found.state = RowState();
  constexpr int kStep = kWarps * Cache::kTokens;
  const int mine = first + static_cast<int>(threadIdx.x / 32) * Cache::kTokens;
  const int tiles = mine < last ? (last - mine + kStep - 1) / kStep : 0;

#pragma unroll
  for (int stage = 0; stage < Cache::kStages - 1; ++stage) {
    if (stage < tiles) cache.load(ring + stage * Cache::kStageBytes, mine + stage * kStep, last);
    ptx::copy_commit();
  }
  for (int tile = 0; tile < tiles; ++tile) {
    ptx::copy_wait<Cache::kStages - 2>();
    __syncwarp();
    const int ahead = tile + Cache::kStages - 1;
    if (ahead < tiles) {
      cache.load(ring + ahead % Cache::kStages * Cache::kStageBytes, mine + ahead * kStep, last);
    }
    ptx::copy_commit();
    const std::uint32_t stage = ring + tile % Cache::kStages * Cache::kStageBytes;
    float scores[Cache::kTokens / 2];
#pragma unroll
    for (int i = 0; i < Cache::kTokens / 2; ++i) scores[i] = 0;
    cache.multiply_keys(scores, q, stage);
    hide_past<Cache>(scores, mine + tile * kStep, last);
    weigh_softmax(scores, found.state, a.scale_log2);
#pragma unroll
    for (int i = 0; i < Cache::kE / 2; ++i) found.out[i] *= found.state.correction[i / 2 % 2];
    cache.multiply_values(found.out, scores, stage);
    __syncwarp();
  }
  ptx::copy_wait<0>();
}

/// Merges the warps and hands each (row, element, value, maximum, sum) to `store`. Values are not
/// yet divided by the sum.
template <class Cache, class Store>
__device__ void merge_warps(const Found<Cache>& found, const Arguments& a, char* shared,
                            Store store) {
  constexpr int kE = Cache::kE;
  float* outs = reinterpret_cast<float*>(shared);  // [warp][row][kE]
  auto* states = reinterpret_cast<float2*>(shared + kWarps * Cache::kStages * Cache::kStageBytes);
  const int warp = threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  const float sums[2] = {quad_sum(found.state.sum[0]), quad_sum(found.state.sum[1])};
  __syncthreads();  // the rings are free
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int row = lane / 4 + 8 * half;
    if (row >= a.group) continue;
    if (lane % 4 == 0) states[warp * kRows + row] = {found.state.most[half], sums[half]};
#pragma unroll
    for (int i = 2 * half; i < kE / 2; i += 4) {
      outs[(warp * kRows + row) * kE + Cache::column(i)] = found.out[i];
      outs[(warp * kRows + row) * kE + Cache::column(i + 1)] = found.out[i + 1];
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < a.group * kE; i += kThreads) {
    const int row = i / kE;
    float most = -CUDART_INF_F;
    for (int w = 0; w < kWarps; ++w) most = fmaxf(most, states[w * kRows + row].x);
    float sum = 0;
    float value = 0;
    for (int w = 0; w < kWarps; ++w) {
      const float2 state = states[w * kRows + row];
      const float weight =
          state.x == -CUDART_INF_F ? 0 : ptx::exp2((state.x - most) * a.scale_log2);
      sum += weight * state.y;
      value += weight * outs[(w * kRows + row) * kE + i % kE];
    }
    store(row, i % kE, value * Cache::kOutputFactor, most, sum);
  }
  __syncthreads();
}

template <class Cache>
__device__ inline void store_output(const Arguments& a, int kv_head, int row, int f, float value) {
  a.o[(static_cast<std::int64_t>(kv_head) * a.group + row) * Cache::kE + f] =
      __float2bfloat16(value);
}

template <class Cache>
__device__ inline void store_partial(const Arguments& a, int slot, int row, int f, float value,
                                     float most, float sum) {
  const std::int64_t at = static_cast<std::int64_t>(slot) * a.group + row;
  a.partial_o[at * Cache::kE + f] = value;
  if (f == 0) a.partial_state[at] = {most, sum};
}

__device__ inline std::uint32_t my_ring(char* shared, int ring_bytes) {
  return ptx::shared_address(shared) + threadIdx.x / 32 * ring_bytes;
}

/// Block (split, head): one chunk of the tokens of one head.
template <class Cache>
__global__ void __launch_bounds__(kThreads) split_kernel(const Arguments a) {
  extern __shared__ __align__(1024) char shared[];
  const int split = blockIdx.x;
  const int kv_head = blockIdx.y;
  Found<Cache> found;
  attend<Cache>(found, a, kv_head, split * a.chunk, min(a.tokens, (split + 1) * a.chunk),
                my_ring(shared, Cache::kStages * Cache::kStageBytes));
  const bool alone = gridDim.x == 1;
  const int slot = kv_head * gridDim.x + split;
  merge_warps(found, a, shared, [&](int row, int f, float value, float most, float sum) {
    if (alone) {
      store_output<Cache>(a, kv_head, row, f, value / sum);
    } else {
      store_partial<Cache>(a, slot, row, f, value, most, sum);
    }
  });
}

/// Block (head, row of the group), a thread an element: merges the splits of a head.
template <int kE>
__global__ void __launch_bounds__(kE) combine_kernel(const Arguments a, int splits) {
  const int kv_head = blockIdx.x;
  const int row = blockIdx.y;
  const auto at = [&](int split) {
    return (static_cast<std::int64_t>(kv_head) * splits + split) * a.group + row;
  };
  float most = -CUDART_INF_F;
  for (int split = 0; split < splits; ++split) most = fmaxf(most, a.partial_state[at(split)].x);
  float sum = 0;
  float value = 0;
#pragma unroll 4
  for (int split = 0; split < splits; ++split) {
    const float2 state = a.partial_state[at(split)];
    const float weight = ptx::exp2((state.x - most) * a.scale_log2);
    sum += weight * state.y;
    value += weight * a.partial_o[at(split) * kE + threadIdx.x];
  }
  a.o[(static_cast<std::int64_t>(kv_head) * a.group + row) * kE + threadIdx.x] =
      __float2bfloat16(value / sum);
}

}  // namespace attnsim::gpu::decode
