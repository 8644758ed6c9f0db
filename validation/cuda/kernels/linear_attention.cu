#include <cmath>

#include "kernels/list.cuh"
#include "kernels/mma_tiles.cuh"
#include "kernels/shapes.cuh"
#include "kernels/softmax_run.cuh"

// Linear attention with a decay a head: o_p = sum over m <= p of decay^(p-m) (q_p . k_m) v_m, by
// chunks of 128 positions. Each chunk's sum of k v^T is computed at once (states), a scan over the
// chunks turns these into the state before each, and the output is the product within the chunk
// plus the queries times that state.
namespace attnsim::gpu {
namespace {

using namespace mma_tiles;

constexpr int kChunk = 128;

struct Arguments {
  const bf16* q = nullptr;
  const bf16* k = nullptr;
  const bf16* v = nullptr;
  bf16* o = nullptr;
  bf16* states = nullptr;             ///< [B*H][chunk][E][F]
  const float* decay_log2 = nullptr;  ///< [H], negative
  int H = 0;
  int M = 0;
  float scale = 0;
};

template <int kE>
__device__ inline const bf16* head_of(const bf16* data, const Arguments& a) {
  return data + static_cast<std::int64_t>(blockIdx.y) * a.M * kE;
}

template <int kE>
__device__ inline bf16* state_of(const Arguments& a, int chunk) {
  return a.states + (static_cast<std::int64_t>(blockIdx.y) * gridDim.x + chunk) * kE * kE;
}

/// Block (chunk, head): the chunk's keys times values, decayed to its end. A warp has kE / 4 rows.
template <int kE>
__global__ void __launch_bounds__(kThreads) chunk_states(const Arguments a) {
  extern __shared__ __align__(128) char shared[];
  constexpr int kTiles = kE / 64;
  const std::uint32_t k_tile = ptx::shared_address(shared);
  const std::uint32_t v_tile = k_tile + kChunk * kE * 2;
  load_tile<kE, kChunk>(k_tile, head_of<kE>(a.k, a), blockIdx.x * kChunk, a.M);
  load_tile<kE, kChunk>(v_tile, head_of<kE>(a.v, a), blockIdx.x * kChunk, a.M);
  ptx::copy_commit();
  ptx::copy_wait<0>();
  __syncthreads();
  const float decay = a.decay_log2[blockIdx.y % a.H];
  const int lane = threadIdx.x % 32;
  const int first_unit = threadIdx.x / 32 * (kE / 32);
  float out[kTiles][kE / 2] = {};
#pragma unroll
  for (int step = 0; step < kChunk / 16; ++step) {
    std::uint32_t keys[kTiles][4];
#pragma unroll
    for (int m = 0; m < kTiles; ++m) {
      ptx::load_matrix4_transposed(keys[m],
                                   unit_at<kE>(k_tile, 16 * step + lane / 16 * 8 + lane % 8,
                                               first_unit + 2 * m + lane / 8 % 2));
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int token = 16 * step + 2 * (lane % 4) + i / 2 * 8;
        const auto factor = __floats2bfloat162_rn(ptx::exp2((kChunk - 1 - token) * decay),
                                                  ptx::exp2((kChunk - 2 - token) * decay));
        auto& pair = reinterpret_cast<__nv_bfloat162&>(keys[m][i]);
        pair = __hmul2(pair, factor);
      }
    }
#pragma unroll
    for (int n = 0; n < kE / 16; ++n) {
      std::uint32_t b[4];
      ptx::load_matrix4_transposed(b,
                                   unit_at<kE>(v_tile, 16 * step + lane % 16, 2 * n + lane / 16));
#pragma unroll
      for (int m = 0; m < kTiles; ++m) {
        ptx::mma_bf16(out[m] + 8 * n, keys[m], b[0], b[1]);
        ptx::mma_bf16(out[m] + 8 * n + 4, keys[m], b[2], b[3]);
      }
    }
  }
  bf16* state = state_of<kE>(a, blockIdx.x);
#pragma unroll
  for (int i = 0; i < kTiles * kE / 2; i += 2) {
    const int m = i / (kE / 2);
    const int at = i % (kE / 2);
    const int row = 8 * first_unit + 16 * m + lane / 4 + at / 2 % 2 * 8;
    const int column = 8 * (at / 4) + 2 * (lane % 4);
    *reinterpret_cast<std::uint32_t*>(state + row * kE + column) =
        ptx::pack_bf16(out[m][at], out[m][at + 1]);
  }
}

/// Two elements of a head's state a thread: replaces each chunk's own sum by the state before it.
template <int kE>
__global__ void scan_states(const Arguments a, int chunks) {
  constexpr int kAhead = 8;
  auto* states = reinterpret_cast<__nv_bfloat162*>(
      a.states + static_cast<std::int64_t>(blockIdx.y) * chunks * kE * kE);
  const int element = blockIdx.x * blockDim.x + threadIdx.x;
  constexpr int kStride = kE * kE / 2;
  const float decay = ptx::exp2(kChunk * a.decay_log2[blockIdx.y % a.H]);
  float2 state = {0, 0};
  for (int first = 0; first < chunks; first += kAhead) {
    __nv_bfloat162 own[kAhead];
#pragma unroll
    for (int i = 0; i < kAhead; ++i) {
      if (first + i < chunks)
        own[i] = states[static_cast<std::int64_t>(first + i) * kStride + element];
    }
#pragma unroll
    for (int i = 0; i < kAhead; ++i) {
      if (first + i >= chunks) break;
      states[static_cast<std::int64_t>(first + i) * kStride + element] =
          __float22bfloat162_rn(state);
      const float2 sum = __bfloat1622float2(own[i]);
      state = {fmaf(state.x, decay, sum.x), fmaf(state.y, decay, sum.y)};
    }
  }
}

// out[32 x kE] = Q[32 x kE] * state[kE x kE] of a warp
template <int kE>
__device__ inline void multiply_state(float (&out)[2][kE / 2], std::uint32_t q,
                                      std::uint32_t state) {
  const int lane = threadIdx.x % 32;
  const int warp_row = threadIdx.x / 32 * 32;
#pragma unroll
  for (int step = 0; step < kE / 16; ++step) {
    std::uint32_t a[2][4];
#pragma unroll
    for (int m = 0; m < 2; ++m) {
      ptx::load_matrix4(a[m], unit_at<kE>(q, warp_row + 16 * m + lane % 16, 2 * step + lane / 16));
    }
#pragma unroll
    for (int n = 0; n < kE / 16; ++n) {
      std::uint32_t b[4];
      ptx::load_matrix4_transposed(b, unit_at<kE>(state, 16 * step + lane % 16, 2 * n + lane / 16));
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        ptx::mma_bf16(out[m] + 8 * n, a[m], b[0], b[1]);
        ptx::mma_bf16(out[m] + 8 * n + 4, a[m], b[2], b[3]);
      }
    }
  }
}

/// Weighs a half of the chunk's scores, keys from `first_key`: decay by distance, later keys 0.
template <int kN>
__device__ inline void decay_scores(float (&scores)[kN / 2], int first_row, int first_key,
                                    float decay, float scale) {
  const int column = first_key + 2 * (threadIdx.x % 4);
#pragma unroll
  for (int i = 0; i < kN / 2; ++i) {
    const int distance = first_row + 8 * (i / 2 % 2) - (column + 8 * (i / 4) + i % 2);
    scores[i] = distance < 0 ? 0 : scores[i] * (scale * ptx::exp2(distance * decay));
  }
}

/// Block (chunk, head): the output of the chunk. Keys come in two halves of 64.
template <int kE>
__global__ void __launch_bounds__(kThreads, 2) chunk_outputs(const Arguments a) {
  extern __shared__ __align__(128) char shared[];
  constexpr std::uint32_t kTileBytes = kChunk * kE * 2;
  constexpr int kHalf = kChunk / 2;
  const std::uint32_t q_tile = ptx::shared_address(shared);
  const std::uint32_t state_tile = q_tile + kTileBytes;  // and then V
  const std::uint32_t k_tile = q_tile + 2 * kTileBytes;
  const int first = blockIdx.x * kChunk;
  const int lane = threadIdx.x % 32;
  const int row = threadIdx.x / 32 * 32 + lane / 4;
  const float decay = a.decay_log2[blockIdx.y % a.H];
  load_tile<kE, kChunk>(q_tile, head_of<kE>(a.q, a), first, a.M);
  load_tile<kE, kE>(state_tile, state_of<kE>(a, blockIdx.x), 0, kE);
  ptx::copy_commit();
  load_tile<kE, kChunk>(k_tile, head_of<kE>(a.k, a), first, a.M);
  ptx::copy_commit();
  ptx::copy_wait<1>();
  __syncthreads();
  float out[2][kE / 2] = {};
  multiply_state<kE>(out, q_tile, state_tile);
#pragma unroll
  for (int m = 0; m < 2; ++m) {
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const float factor = a.scale * ptx::exp2((row + 16 * m + 8 * half + 1) * decay);
#pragma unroll
      for (int i = 2 * half; i < kE / 2; i += 4) {
        out[m][i] *= factor;
        out[m][i + 1] *= factor;
      }
    }
  }
  __syncthreads();
  load_tile<kE, kChunk>(state_tile, head_of<kE>(a.v, a), first, a.M);
  ptx::copy_commit();
  ptx::copy_wait<0>();
  __syncthreads();
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    if (half * kHalf > row - lane / 4 + 31) continue;  // keys after all of the warp's queries
    const std::uint32_t offset = half * kHalf * kE * 2;
    float scores[2][kHalf / 2];
    multiply_keys<kE, kHalf>(scores, q_tile, k_tile + offset);
#pragma unroll
    for (int m = 0; m < 2; ++m) {
      decay_scores<kHalf>(scores[m], row + 16 * m, half * kHalf, decay, a.scale);
    }
    multiply_values<kE, kHalf>(out, scores, state_tile + offset);
  }
  bf16* o = a.o + static_cast<std::int64_t>(blockIdx.y) * a.M * kE;
#pragma unroll
  for (int i = 0; i < kE; i += 2) {
    const int m = i / (kE / 2);
    const int at = i % (kE / 2);
    const int p = first + row + 16 * m + at / 2 % 2 * 8;
    const int column = 8 * (at / 4) + 2 * (lane % 4);
    if (p < a.M) {
      *reinterpret_cast<std::uint32_t*>(o + static_cast<std::int64_t>(p) * kE + column) =
          ptx::pack_bf16(out[m][at], out[m][at + 1]);
    }
  }
}

template <int kE>
class LinearRun : public AttentionRun {
 public:
  explicit LinearRun(const Shape& s)
      : AttentionRun(s),
        chunks_((s.M + kChunk - 1) / kChunk),
        states_(static_cast<std::size_t>(s.B) * s.H * chunks_ * kE * kE),
        decays_(s.H) {
    std::vector<float> decays;
    for (int h = 0; h < s.H; ++h) decays.push_back(static_cast<float>(decay_log2(h)));
    decays_.write(decays);
    a_.q = q_.get();
    a_.k = k_.get();
    a_.v = v_.get();
    a_.o = o_.get();
    a_.states = states_.get();
    a_.decay_log2 = decays_.get();
    a_.H = s.H;
    a_.M = s.M;
    a_.scale = scale();
    GPU_CHECK(cudaFuncSetAttribute(chunk_states<kE>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   2 * kTileBytes));
    GPU_CHECK(cudaFuncSetAttribute(chunk_outputs<kE>, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   3 * kTileBytes));
  }

  void launch(cudaStream_t stream) override {
    const dim3 grid(chunks_, shape_.B * shape_.H);
    chunk_states<kE><<<grid, kThreads, 2 * kTileBytes, stream>>>(a_);
    scan_states<kE><<<dim3(kE * kE / 2 / 256, shape_.B * shape_.H), 256, 0, stream>>>(a_, chunks_);
    chunk_outputs<kE><<<grid, kThreads, 3 * kTileBytes, stream>>>(a_);
    GPU_CHECK(cudaGetLastError());
  }

  // Products within the chunk (causal), with the state, and into the state.
  Work work() const override {
    Work work = AttentionRun::work();
    const double rows = static_cast<double>(shape_.query_rows());
    work.flops = rows * (2.0 * kE * (kChunk + 1) + 4.0 * kE * kE);
    return work;
  }

 protected:
  void weigh(std::vector<double>& scores, const Row& row) const override {
    const double decay = decay_log2(row.h);
    for (int m = 0; m < shape_.M; ++m) {
      scores[m] = std::isinf(scores[m]) ? 0 : scores[m] * std::exp2(decay * (row.p - m));
    }
  }

 private:
  static constexpr int kTileBytes = kChunk * kE * 2;

  // From 1 - 1/32 for the first head to near 1 - 1/4096 for the last, as in retentive networks.
  double decay_log2(int h) const { return std::log2(1 - std::exp2(-5 - 7.0 * h / shape_.H)); }

  int chunks_;
  DeviceBuffer<bf16> states_;
  DeviceBuffer<float> decays_;
  Arguments a_;
};

std::string refuse_linear(const Shape& s) {
  if (!s.causal || s.P != s.M || s.J != s.H) return "not causal, P other than M, or grouped heads";
  return refuse_heads(s);
}

}  // namespace

std::vector<Kernel> linear_attention_kernels() {
  Kernel kernel;
  kernel.name = "linear_attention";
  kernel.about = "with decay, by chunks of 128: states, scan, outputs; mma.sync";
  kernel.refuses = refuse_linear;
  kernel.make = [](const Shape& s) -> std::unique_ptr<Run> {
    if (s.E == 64) return std::make_unique<LinearRun<64>>(s);
    return std::make_unique<LinearRun<128>>(s);
  };
  for (const int width : {64, 128}) {
    for (const int length : {128, 100, 1000, 3333}) {
      kernel.checked.push_back(shapes::prefill_shape(2, 3, 3, length, width, true));
    }
    const int heads = 2048 / width;
    for (const int length : {1024, 4096, 16384, 65536, 131072}) {
      kernel.measured.push_back(
          shapes::prefill_shape(std::max(1, 16384 / length), heads, heads, length, width, true));
    }
  }
  return {kernel};
}

}  // namespace attnsim::gpu
