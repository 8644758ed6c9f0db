#pragma once

#include <cstdint>
#include <cuda.h>

#include "base/ptx.cuh"
#include "base/wgmma.cuh"
#include "kernels/row_softmax.cuh"
#include "kernels/softmax_run.cuh"

// Fused one-pass attention for Hopper, in the manner of FlashAttention-3. A block takes 64 queries
// a consumer warpgroup. One producer warp feeds a ring of key and value tiles by TMA; consumers
// keep scores, weights and output in registers. Two overlaps: within a warpgroup the product
// Q*K of the next tile runs beside the exponentials of this one; between warpgroups a ring of
// named barriers lets one use the tensor cores while another does its exponentials (ping-pong).
// Blocks stay and take query tiles from a counter, the long ones of causal attention first.
namespace attnsim::gpu::fa3 {

enum class Mask { kFull, kCausal, kWindow, kBlocks };
enum class Weigh { kSoftmax, kSigmoid };

struct Arguments {
  bf16* o = nullptr;
  int heads = 0;  ///< B * H
  int group = 1;  ///< query heads a key-value head
  int P = 0;
  int M = 0;
  int window = 0;
  int sinks = 0;
  int query_tiles = 0;   ///< of a head
  int section = 1;       ///< heads whose tiles are worked off together, so that L2 holds their keys
  float scale_log2 = 0;  ///< of the scores, times log2(e)
  float bias_log2 = 0;   ///< sigmoid only
  int* counters = nullptr;           ///< tiles given out, blocks done; 0 between launches
  const int* block_first = nullptr;  ///< block-sparse: where a query tile's list starts
  const int* blocks = nullptr;       ///< key tiles, list after list
};

template <int kE, int kConsumers, int kN>
struct Tiling {
  static constexpr int kRows = 64 * kConsumers;
  static constexpr int kThreads = 128 * (kConsumers + 1);
  static constexpr int kStages = 2;
  static constexpr int kChunks = kE / 64;  ///< TMA boxes are 64 elements wide
  static constexpr int kQBytes = kRows * kE * 2;
  static constexpr int kKvBytes = kN * kE * 2;
  static constexpr int kSharedBytes = kQBytes + 2 * kStages * kKvBytes + 1024 + 256;
  // A warpgroup can only take what another gave up: 168 (or 128 of four groups) a thread at first.
  static constexpr int kConsumerRegisters = kConsumers == 3 ? 160 : 240;
  static constexpr int kProducerRegisters = kConsumers == 3 ? 32 : 24;
  static constexpr int kFirstRegisters = kConsumers == 3 ? 128 : 168;
  static_assert(kConsumers * (kConsumerRegisters - kFirstRegisters) <=
                kFirstRegisters - kProducerRegisters);
};

/// The key tiles that a query tile visits, in order: the masked ones first.
template <Mask kMask, int kRows, int kN>
struct KeyTiles {
  int count;
  int high;   ///< causal, window: the last tile
  int local;  ///< window: tiles in the window; sinks follow
  int first_row;
  const int* list;

  __device__ KeyTiles(const Arguments& a, int query_tile) {
    const int all = (a.M + kN - 1) / kN;
    first_row = query_tile * kRows + a.M - a.P;
    high = all - 1;
    if constexpr (kMask == Mask::kCausal || kMask == Mask::kWindow) {
      high = min(high, (first_row + kRows - 1) / kN);
    }
    count = local = high + 1;
    if constexpr (kMask == Mask::kWindow) {
      const int low = max(0, first_row - a.window + 1) / kN;
      local = high - low + 1;
      count = local + min(low, (a.sinks + kN - 1) / kN);
    }
    if constexpr (kMask == Mask::kBlocks) {
      list = a.blocks + a.block_first[query_tile];
      count = a.block_first[query_tile + 1] - a.block_first[query_tile];
    }
  }
  __device__ int tile(int i) const {
    if constexpr (kMask == Mask::kBlocks) return list[i];
    if constexpr (kMask == Mask::kWindow) return i < local ? high - i : i - local;
    return high - i;
  }
  /// Whether some pair of the tile is unseen.
  __device__ bool ragged(const Arguments& a, int tile) const {
    const int first = tile * kN;
    if (first + kN > a.M) return true;
    if constexpr (kMask == Mask::kCausal) return first + kN - 1 > first_row;
    if constexpr (kMask == Mask::kWindow) {
      return first + kN - 1 > first_row || first <= first_row + kRows - 1 - a.window;
    }
    return false;
  }
};

struct Tile {
  int head;
  int query_tile;
};

// Tiles are counted section by section, long (late) query tiles first in each.
__device__ inline Tile locate(const Arguments& a, int index) {
  const int per_section = a.section * a.query_tiles;
  const int section = index / per_section;
  const int rest = index % per_section;
  const int heads = min(a.section, a.heads - section * a.section);
  return {section * a.section + rest % heads, a.query_tiles - 1 - rest / heads};
}

template <int kStages>
struct Barriers {
  std::uint64_t q_full;
  std::uint64_t q_empty;
  std::uint64_t k_full[kStages];
  std::uint64_t k_empty[kStages];
  std::uint64_t v_full[kStages];
  std::uint64_t v_empty[kStages];
  int tile;  ///< comes with q_full: which query tile, or -1 at the end
};

/// Where in the ring a role stands: one step a key tile.
template <int kStages>
struct Ring {
  int stage = 0;
  std::uint32_t phase = 0;
  __device__ void step() {
    if (++stage == kStages) {
      stage = 0;
      phase ^= 1;
    }
  }
};

template <class T>
__device__ inline void load_tile(char* to, const CUtensorMap* map, std::uint64_t* full, int rows,
                                 int row, int outer, int bytes) {
  ptx::mbarrier_expect(full, bytes);
#pragma unroll
  for (int chunk = 0; chunk < T::kChunks; ++chunk) {
    ptx::tma_load(to + chunk * rows * 128, map, full, chunk * 64, row, outer);
  }
}

template <class T, Mask kMask, int kN>
__device__ void produce(const Arguments& a, const CUtensorMap* q_map, const CUtensorMap* k_map,
                        const CUtensorMap* v_map, char* q, char* k, char* v,
                        Barriers<T::kStages>& barriers) {
  Ring<T::kStages> keys;
  Ring<T::kStages> values;
  std::uint32_t q_phase = 0;
  int index = blockIdx.x;
  for (;;) {
    ptx::mbarrier_wait(&barriers.q_empty, q_phase ^ 1);
    q_phase ^= 1;
    const bool more = index < a.heads * a.query_tiles;
    barriers.tile = more ? index : -1;
    if (!more) break;
    const Tile tile = locate(a, index);
    const int kv_head = tile.head / a.group;
    const KeyTiles<kMask, T::kRows, kN> tiles(a, tile.query_tile);
    index = gridDim.x + atomicAdd(a.counters, 1);  // the next one, while this one is loaded
    load_tile<T>(q, q_map, &barriers.q_full, T::kRows, tile.query_tile * T::kRows, tile.head,
                 T::kQBytes);
    for (int i = 0; i <= tiles.count; ++i) {  // keys run one tile ahead of values
      if (i < tiles.count) {
        ptx::mbarrier_wait(&barriers.k_empty[keys.stage], keys.phase ^ 1);
        load_tile<T>(k + keys.stage * T::kKvBytes, k_map, &barriers.k_full[keys.stage], kN,
                     tiles.tile(i) * kN, kv_head, T::kKvBytes);
        keys.step();
      }
      if (i > 0) {
        ptx::mbarrier_wait(&barriers.v_empty[values.stage], values.phase ^ 1);
        load_tile<T>(v + values.stage * T::kKvBytes, v_map, &barriers.v_full[values.stage], kN,
                     tiles.tile(i - 1) * kN, kv_head, T::kKvBytes);
        values.step();
      }
    }
  }
  ptx::mbarrier_arrive(&barriers.q_full);
  if (atomicAdd(a.counters + 1, 1) == gridDim.x - 1) a.counters[0] = a.counters[1] = 0;
}

// scores = Q * K^T: both operands from shared memory, 16 of E at a time.
template <class T, int kN>
__device__ inline void multiply_keys(float (&scores)[kN / 2], std::uint32_t q, std::uint32_t k) {
#pragma unroll
  for (int step = 0; step < T::kChunks * 4; ++step) {
    const std::uint32_t inside = (step % 4) * 32;
    ptx::wgmma_shared<kN, 0>(
        scores, ptx::wgmma_descriptor(q + (step / 4) * T::kRows * 128 + inside, 16, 1024),
        ptx::wgmma_descriptor(k + (step / 4) * kN * 128 + inside, 16, 1024), step > 0);
  }
}

// out += weights * V: weights from registers, V with F contiguous.
template <int kE, int kN>
__device__ inline void multiply_values(float (&out)[kE / 2], const std::uint32_t (&weights)[kN / 4],
                                       std::uint32_t v) {
#pragma unroll
  for (int step = 0; step < kN / 16; ++step) {
    const std::uint32_t a[4] = {weights[4 * step], weights[4 * step + 1], weights[4 * step + 2],
                                weights[4 * step + 3]};
    ptx::wgmma_registers<kE, 1>(out, a, ptx::wgmma_descriptor(v + step * 2048, kN * 128, 1024), 1);
  }
}

template <Mask kMask, int kN>
__device__ inline void hide_unseen(float (&scores)[kN / 2], const Arguments& a, int first_key,
                                   int row) {
  const int column = first_key + 2 * (threadIdx.x % 4);
#pragma unroll
  for (int i = 0; i < kN / 2; ++i) {
    const int key = column + 8 * (i / 4) + i % 2;
    const int last = row + 8 * (i / 2 % 2);
    bool seen = key < a.M;
    if constexpr (kMask == Mask::kCausal || kMask == Mask::kWindow) seen = seen && key <= last;
    if constexpr (kMask == Mask::kWindow) {
      seen = seen && (key > last - a.window || key < a.sinks);
    }
    if (!seen) scores[i] = -INFINITY;
  }
}

// 1 / (1 + e^-x). tanh.approx would take one special function, not two, but its absolute error
// of 5e-4 is larger than the weights themselves at long sequences.
template <int kCount>
__device__ inline void weigh_sigmoid(float (&scores)[kCount], float scale_log2, float bias_log2) {
#pragma unroll
  for (int i = 0; i < kCount; ++i) {
    scores[i] = __fdividef(1.0f, 1.0f + ptx::exp2(-fmaf(scores[i], scale_log2, bias_log2)));
  }
}

template <int kE>
__device__ inline void store_rows(const Arguments& a, const float (&out)[kE / 2], int head, int row,
                                  const float (&factor)[2]) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const int p = row + 8 * half;
    if (p >= a.P) continue;
    bf16* to = a.o + (static_cast<std::int64_t>(head) * a.P + p) * kE + 2 * (threadIdx.x % 4);
#pragma unroll
    for (int i = 0; i < kE / 8; ++i) {
      *reinterpret_cast<std::uint32_t*>(to + 8 * i) = ptx::pack_bf16(
          out[4 * i + 2 * half] * factor[half], out[4 * i + 2 * half + 1] * factor[half]);
    }
  }
}

template <int kE, int kConsumers, int kN, Mask kMask, Weigh kWeigh>
__device__ void consume(const Arguments& a, char* q, char* k, char* v,
                        Barriers<Tiling<kE, kConsumers, kN>::kStages>& barriers) {
  using T = Tiling<kE, kConsumers, kN>;
  const int group = threadIdx.x / 128 - 1;
  const int next_group = (group + 1) % kConsumers;
  const bool leader = threadIdx.x % 32 == 0;
  const int my_row = group * 64 + threadIdx.x % 128 / 32 * 16 + threadIdx.x % 32 / 4;
  const std::uint32_t my_q = ptx::shared_address(q) + group * 64 * 128;
  const std::uint32_t k_base = ptx::shared_address(k);
  const std::uint32_t v_base = ptx::shared_address(v);
  Ring<T::kStages> keys;
  Ring<T::kStages> values;
  std::uint32_t q_phase = 0;
  if (group == kConsumers - 1) ptx::barrier_arrive(1, 256);  // the first warpgroup may start

  for (;;) {
    ptx::mbarrier_wait(&barriers.q_full, q_phase);
    q_phase ^= 1;
    const int index = barriers.tile;
    if (index < 0) break;
    const Tile tile = locate(a, index);
    const KeyTiles<kMask, T::kRows, kN> tiles(a, tile.query_tile);
    const int row = tile.query_tile * T::kRows + my_row;
    float out[kE / 2];
    float scores[kN / 2];
    std::uint32_t weights[kN / 4];
    RowState state;
#pragma unroll
    for (int i = 0; i < kE / 2; ++i) out[i] = 0;

    auto weigh = [&](int i) {
      const int key_tile = tiles.tile(i);
      if (tiles.ragged(a, key_tile)) {
        hide_unseen<kMask, kN>(scores, a, key_tile * kN, row + a.M - a.P);
      }
      if constexpr (kWeigh == Weigh::kSoftmax) weigh_softmax(scores, state, a.scale_log2);
      if constexpr (kWeigh == Weigh::kSigmoid) weigh_sigmoid(scores, a.scale_log2, a.bias_log2);
    };

    ptx::mbarrier_wait(&barriers.k_full[keys.stage], keys.phase);
    ptx::wgmma_fence();
    multiply_keys<T, kN>(scores, my_q, k_base + keys.stage * T::kKvBytes);
    ptx::wgmma_commit();
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(scores);
    if (leader) ptx::mbarrier_arrive(&barriers.k_empty[keys.stage]);
    keys.step();
    weigh(0);
    round_weights<kN>(weights, scores);

    for (int i = 1; i < tiles.count; ++i) {
      ptx::mbarrier_wait(&barriers.k_full[keys.stage], keys.phase);
      ptx::barrier_sync(1 + group, 256);
      ptx::wgmma_touch(scores);
      ptx::wgmma_touch(out);
      ptx::wgmma_fence();
      multiply_keys<T, kN>(scores, my_q, k_base + keys.stage * T::kKvBytes);
      ptx::wgmma_commit();
      ptx::mbarrier_wait(&barriers.v_full[values.stage], values.phase);
      multiply_values<kE, kN>(out, weights, v_base + values.stage * T::kKvBytes);
      ptx::wgmma_commit();
      ptx::barrier_arrive(1 + next_group, 256);
      ptx::wgmma_wait<1>();
      ptx::wgmma_touch(scores);
      if (leader) ptx::mbarrier_arrive(&barriers.k_empty[keys.stage]);
      keys.step();
      weigh(i);
      ptx::wgmma_wait<0>();
      ptx::wgmma_touch(out);
      if (leader) ptx::mbarrier_arrive(&barriers.v_empty[values.stage]);
      values.step();
      round_weights<kN>(weights, scores);
      if constexpr (kWeigh == Weigh::kSoftmax) {
#pragma unroll
        for (int n = 0; n < kE / 2; ++n) out[n] *= state.correction[n / 2 % 2];
      }
    }

    if (leader) ptx::mbarrier_arrive(&barriers.q_empty);
    ptx::mbarrier_wait(&barriers.v_full[values.stage], values.phase);
    ptx::wgmma_touch(out);
    ptx::wgmma_fence();
    multiply_values<kE, kN>(out, weights, v_base + values.stage * T::kKvBytes);
    ptx::wgmma_commit();
    float factor[2] = {1, 1};
    if constexpr (kWeigh == Weigh::kSoftmax) {
      factor[0] = row_factor(state.sum[0]);
      factor[1] = row_factor(state.sum[1]);
    }
    ptx::wgmma_wait<0>();
    ptx::wgmma_touch(out);
    if (leader) ptx::mbarrier_arrive(&barriers.v_empty[values.stage]);
    values.step();
    store_rows<kE>(a, out, tile.head, row, factor);
  }
}

template <int kE, int kConsumers, int kN, Mask kMask, Weigh kWeigh>
__global__ void __launch_bounds__(128 * (kConsumers + 1), 1)
    attention(const Arguments a, const __grid_constant__ CUtensorMap q_map,
              const __grid_constant__ CUtensorMap k_map,
              const __grid_constant__ CUtensorMap v_map) {
  using T = Tiling<kE, kConsumers, kN>;
  extern __shared__ char shared[];
  // The swizzle pattern repeats every 1024 bytes of shared memory.
  char* q = shared + (1024 - ptx::shared_address(shared) % 1024) % 1024;
  char* k = q + T::kQBytes;
  char* v = k + T::kStages * T::kKvBytes;
  auto& barriers = *reinterpret_cast<Barriers<T::kStages>*>(v + T::kStages * T::kKvBytes);
  if (threadIdx.x == 0) {
    ptx::mbarrier_init(&barriers.q_full, 1);
    ptx::mbarrier_init(&barriers.q_empty, 4 * kConsumers);
    for (int stage = 0; stage < T::kStages; ++stage) {
      ptx::mbarrier_init(&barriers.k_full[stage], 1);
      ptx::mbarrier_init(&barriers.v_full[stage], 1);
      ptx::mbarrier_init(&barriers.k_empty[stage], 4 * kConsumers);
      ptx::mbarrier_init(&barriers.v_empty[stage], 4 * kConsumers);
    }
    ptx::mbarrier_init_fence();
  }
  __syncthreads();
  if (threadIdx.x < 128) {
    ptx::registers_give<T::kProducerRegisters>();
    if (threadIdx.x == 0) {
      produce<T, kMask, kN>(a, &q_map, &k_map, &v_map, q, k, v, barriers);
    }
  } else {
    ptx::registers_take<T::kConsumerRegisters>();
    consume<kE, kConsumers, kN, kMask, kWeigh>(a, q, k, v, barriers);
  }
}

}  // namespace attnsim::gpu::fa3
