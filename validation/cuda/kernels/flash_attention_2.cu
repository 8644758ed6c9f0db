#include <algorithm>

#include "kernels/list.cuh"
#include "kernels/mma_tiles.cuh"
#include "kernels/row_softmax.cuh"
#include "kernels/shapes.cuh"
#include "kernels/softmax_run.cuh"

// Fused one-pass attention in the manner of FlashAttention-2: 4 warps of 32 queries each share
// tiles of keys and values, double-buffered by cp.async; products by mma.sync.
namespace attnsim::gpu {
namespace {

using namespace mma_tiles;

constexpr int kRows = 128;

struct Arguments {
  const bf16* q = nullptr;
  const bf16* k = nullptr;
  const bf16* v = nullptr;
  bf16* o = nullptr;
  int group = 1;
  int P = 0;
  int M = 0;
  float scale_log2 = 0;
};

template <int kN, bool kCausal>
__device__ inline void hide_unseen(float (&scores)[kN / 2], int M, int first_key, int last) {
  const int column = first_key + 2 * (threadIdx.x % 4);
#pragma unroll
  for (int i = 0; i < kN / 2; ++i) {
    const int key = column + 8 * (i / 4) + i % 2;
    if (key >= M || (kCausal && key > last + 8 * (i / 2 % 2))) scores[i] = -CUDART_INF_F;
  }
}

template <int kE>
__device__ inline void store_rows(bf16* o, int P, int row, const float (&out)[kE / 2],
                                  const RowState& state) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float factor = row_factor(state.sum[half]);
    const int p = row + 8 * half;
    if (p >= P) continue;
    bf16* to = o + static_cast<std::int64_t>(p) * kE + 2 * (threadIdx.x % 4);
#pragma unroll
    for (int i = 0; i < kE / 8; ++i) {
      *reinterpret_cast<std::uint32_t*>(to + 8 * i) =
          ptx::pack_bf16(out[4 * i + 2 * half] * factor, out[4 * i + 2 * half + 1] * factor);
    }
  }
}

template <int kE, int kN>
constexpr int kSharedBytes = (kRows + 4 * kN) * kE * 2;

template <int kE, int kN, bool kCausal>
__global__ void __launch_bounds__(kThreads, 2) attention(const Arguments a) {
  extern __shared__ __align__(128) char shared[];
  constexpr std::uint32_t kTileBytes = kN * kE * 2;
  const std::uint32_t q_tile = ptx::shared_address(shared);
  const std::uint32_t k_tiles = q_tile + kRows * kE * 2;
  const std::uint32_t v_tiles = k_tiles + 2 * kTileBytes;
  const int query_tile = kCausal ? gridDim.x - 1 - blockIdx.x : blockIdx.x;  // long ones first
  const int head = blockIdx.y;
  const int kv_head = head / a.group;
  const bf16* k = a.k + static_cast<std::int64_t>(kv_head) * a.M * kE;
  const bf16* v = a.v + static_cast<std::int64_t>(kv_head) * a.M * kE;
  const int first_row = query_tile * kRows;
  const int offset = a.M - a.P;
  int tiles = (a.M + kN - 1) / kN;
  if (kCausal) tiles = min(tiles, (first_row + kRows - 1 + offset) / kN + 1);

  float out[2][kE / 2];
  float scores[2][kN / 2];
  RowState state[2];
#pragma unroll
  for (int i = 0; i < kE / 2; ++i) out[0][i] = out[1][i] = 0;

  load_tile<kE, kRows>(q_tile, a.q + static_cast<std::int64_t>(head) * a.P * kE, first_row, a.P);
  load_tile<kE, kN>(k_tiles, k, (tiles - 1) * kN, a.M);
  ptx::copy_commit();
  load_tile<kE, kN>(v_tiles, v, (tiles - 1) * kN, a.M);
  ptx::copy_commit();
  const int row = first_row + threadIdx.x / 32 * 32 + threadIdx.x % 32 / 4;

  for (int i = 0; i < tiles; ++i) {
    const int tile = tiles - 1 - i;
    const std::uint32_t here = i % 2 * kTileBytes;
    const std::uint32_t next = kTileBytes - here;
    ptx::copy_wait<1>();
    __syncthreads();
    if (tile > 0) load_tile<kE, kN>(k_tiles + next, k, (tile - 1) * kN, a.M);
    ptx::copy_commit();
    multiply_keys<kE, kN>(scores, q_tile, k_tiles + here);
    const int first_key = tile * kN;
    const bool ragged =
        first_key + kN > a.M || (kCausal && first_key + kN - 1 > first_row + offset);
#pragma unroll
    for (int m = 0; m < 2; ++m) {
      if (ragged) hide_unseen<kN, kCausal>(scores[m], a.M, first_key, row + 16 * m + offset);
      weigh_softmax(scores[m], state[m], a.scale_log2);
#pragma unroll
      for (int n = 0; n < kE / 2; ++n) out[m][n] *= state[m].correction[n / 2 % 2];
    }
    ptx::copy_wait<1>();
    __syncthreads();
    if (tile > 0) load_tile<kE, kN>(v_tiles + next, v, (tile - 1) * kN, a.M);
    ptx::copy_commit();
    multiply_values<kE, kN>(out, scores, v_tiles + here);
  }
  ptx::copy_wait<0>();
  bf16* o = a.o + static_cast<std::int64_t>(head) * a.P * kE;
#pragma unroll
  for (int m = 0; m < 2; ++m) store_rows<kE>(o, a.P, row + 16 * m, out[m], state[m]);
}

template <int kE, int kN, bool kCausal>
class FlashAttention2Run : public AttentionRun {
 public:
  explicit FlashAttention2Run(const Shape& s) : AttentionRun(s) {
    a_.q = q_.get();
    a_.k = k_.get();
    a_.v = v_.get();
    a_.o = o_.get();
    a_.group = s.group();
    a_.P = s.P;
    a_.M = s.M;
    a_.scale_log2 = scale() * 1.44269504f;
    GPU_CHECK(cudaFuncSetAttribute(attention<kE, kN, kCausal>,
                                   cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   kSharedBytes<kE, kN>));
  }
  void launch(cudaStream_t stream) override {
    const dim3 grid((shape_.P + kRows - 1) / kRows, shape_.B * shape_.H);
    attention<kE, kN, kCausal><<<grid, kThreads, kSharedBytes<kE, kN>, stream>>>(a_);
  }

 private:
  Arguments a_;
};

std::unique_ptr<Run> make_flash_attention_2(const Shape& s) {
  if (s.E == 128 && s.causal) return std::make_unique<FlashAttention2Run<128, 64, true>>(s);
  if (s.E == 128) return std::make_unique<FlashAttention2Run<128, 64, false>>(s);
  if (s.causal) return std::make_unique<FlashAttention2Run<64, 128, true>>(s);
  return std::make_unique<FlashAttention2Run<64, 128, false>>(s);
}

}  // namespace

std::vector<Kernel> flash_attention_2_kernels() {
  Kernel kernel;
  kernel.name = "flash_attention_2";
  kernel.about = "one pass, mma.sync and cp.async, 128 queries a block";
  kernel.refuses = refuse_heads;
  kernel.make = make_flash_attention_2;
  kernel.checked = shapes::prefill_checks();
  kernel.measured = shapes::prefill();
  return {kernel};
}

}  // namespace attnsim::gpu
