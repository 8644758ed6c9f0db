#pragma once

#include "kernels/decode.cuh"

// Keys and values of 8 or 4 bits with a scale a token and head, dequantised in registers: integers
// become halves by bit pattern (1024 + n), products are in half, and the scales multiply scores and
// weights, which is the same as scaling the rows. Elements of a row may be multiplied in any order,
// so each thread takes what lies together and queries are loaded to match.
namespace attnsim::gpu::decode {

/// Halves 1024 + n minus `zero` (the half 1024 + offset), two at once: n - offset exactly.
__device__ inline std::uint32_t minus(std::uint32_t halves, std::uint32_t zero) {
  std::uint32_t out;
  asm("sub.f16x2 %0, %1, %2;" : "=r"(out) : "r"(halves), "r"(zero));
  return out;
}

template <int kE_, int kBits_>
struct QuantizedCache {
  static constexpr int kE = kE_;
  static constexpr int kBits = kBits_;
  static constexpr int kTokens = 32;
  static constexpr int kStages = kBits == 8 ? 3 : 4;
  static constexpr int kRowBytes = kE * kBits / 8;
  static constexpr int kUnits = kRowBytes / 16;
  static constexpr int kTileBytes = kTokens * kRowBytes;
  static constexpr int kScaleBytes = kTokens * 4;
  static constexpr int kStageBytes = 2 * (kTileBytes + kScaleBytes);
  /// Weights are halves: times 64 the small ones keep their digits, whatever the scale of V.
  static constexpr float kWeightFactor = 64;
  static constexpr float kOutputFactor = 1 / kWeightFactor;

  const char* k;
  const char* v;
  const float* k_scale;
  const float* v_scale;

  __device__ QuantizedCache(const Arguments& a, int kv_head) {
    const std::int64_t first = static_cast<std::int64_t>(kv_head) * a.cache_rows * kRowBytes;
    k = static_cast<const char*>(a.k) + first;
    v = static_cast<const char*>(a.v) + first;
    k_scale = a.k_scale + static_cast<std::int64_t>(kv_head) * a.scale_stride;
    v_scale = a.v_scale + static_cast<std::int64_t>(kv_head) * a.scale_stride;
  }

  __device__ void load(std::uint32_t stage, int first, int last) const {
    auto row = [](int token) { return token; };
    load_rows<kRowBytes, kTokens>(stage, k, first, last, row);
    load_rows<kRowBytes, kTokens>(stage + kTileBytes, v, first, last, row);
    const int lane = threadIdx.x % 32;  // 8 units of keys' scales, 8 of values'
    if (lane >= 16) return;
    const float* scales = lane < 8 ? k_scale : v_scale;
    ptx::copy16(stage + 2 * kTileBytes + lane * 16, scales + first + lane % 8 * 4);
  }

  /// Which elements of a row fragment register i of product `step` holds.
  static __device__ int2 elements(int step, int i) {
    const int part = threadIdx.x % 4;
    if constexpr (kBits == 8) {
      const int first = 16 * step + 4 * part + i / 2 * 2;
      return {first, first + 1};
    } else {
      const int first = 32 * (step / 2) + 8 * part + step % 2 * 2 + i / 2;
      return {first, first + 4};
    }
  }

  static __device__ void queries(std::uint32_t (&fragments)[kE / 16][4], const bf16* q, int group) {
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int step = 0; step < kE / 16; ++step) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int row = lane / 4 + i % 2 * 8;
        const int2 e = elements(step, i);
        fragments[step][i] = row < group ? ptx::pack_half(__bfloat162float(q[row * kE + e.x]),
                                                          __bfloat162float(q[row * kE + e.y]))
                                         : 0;
      }
    }
  }

  // Bytes (or nibbles) of a word that go into fragment register `part`, as halves.
  static __device__ std::uint32_t key_halves(std::uint32_t word, int part) {
    if constexpr (kBits == 8) {
      return minus(__byte_perm(word, 0x64646464, part == 0 ? 0x4140 : 0x4342), 0x64806480);
    } else {
      return minus(((word >> (4 * part)) & 0x000f000f) | 0x64006400, 0x64086408);
    }
  }
  static __device__ std::uint32_t value_halves(std::uint32_t word, int part) {
    if constexpr (kBits == 8) {
      return minus(__byte_perm(word, 0x64646464, part == 0 ? 0x4240 : 0x4341), 0x64806480);
    } else {
      return key_halves(word, part);
    }
  }

  static __device__ float scale_at(std::uint32_t address) {
    float x;
    asm volatile("ld.shared.f32 %0, [%1];" : "=f"(x) : "r"(address) : "memory");
    return x;
  }

  static __device__ void multiply_keys(float (&scores)[kTokens / 2],
                                       const std::uint32_t (&q)[kE / 16][4], std::uint32_t stage) {
    constexpr int kStepsAUnit = 8 / kBits;
    const int lane = threadIdx.x % 32;
#pragma unroll
    for (int n = 0; n < kTokens / 8; ++n) {
#pragma unroll
      for (int unit = 0; unit < kUnits; ++unit) {
        std::uint32_t word;
        asm volatile("ld.shared.u32 %0, [%1];"
                     : "=r"(word)
                     : "r"(unit_at<kRowBytes>(stage, 8 * n + lane / 4, unit) + lane % 4 * 4)
                     : "memory");
#pragma unroll
        for (int step = 0; step < kStepsAUnit; ++step) {
          ptx::mma_half(scores + 4 * n, q[unit * kStepsAUnit + step], key_halves(word, 2 * step),
                        key_halves(word, 2 * step + 1));
        }
      }
    }
#pragma unroll
    for (int i = 0; i < kTokens / 2; ++i) {
      const int token = 8 * (i / 4) + 2 * (lane % 4) + i % 2;
      scores[i] *= scale_at(stage + 2 * kTileBytes + token * 4);
    }
  }

  static __device__ void multiply_values(float (&out)[kE / 2], const float (&scores)[kTokens / 2],
                                         std::uint32_t stage) {
    constexpr int kTilesAUnit = 16 / kBits;
    const int lane = threadIdx.x % 32;
    const std::uint32_t scales = stage + 2 * kTileBytes + kScaleBytes + 2 * (lane % 4) * 4;
#pragma unroll
    for (int step = 0; step < kTokens / 16; ++step) {
      std::uint32_t a[4];
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const std::uint32_t at = scales + (16 * step + i / 2 * 8) * 4;
        a[i] = ptx::pack_half(scores[8 * step + 2 * i] * (kWeightFactor * scale_at(at)),
                              scores[8 * step + 2 * i + 1] * (kWeightFactor * scale_at(at + 4)));
      }
#pragma unroll
      for (int pair = 0; pair < kUnits / 2; ++pair) {
        std::uint32_t words[4];  // tokens 0-7 and 8-15 of one unit, then of the next
        ptx::load_matrix4_transposed(
            words,
            unit_at<kRowBytes>(stage + kTileBytes, 16 * step + lane % 16, 2 * pair + lane / 16));
#pragma unroll
        for (int part = 0; part < 2 * kTilesAUnit; ++part) {
          const int unit = part / kTilesAUnit;
          ptx::mma_half(out + 4 * (2 * pair * kTilesAUnit + part), a,
                        value_halves(words[2 * unit], part % kTilesAUnit),
                        value_halves(words[2 * unit + 1], part % kTilesAUnit));
        }
      }
    }
  }

  static __device__ int column(int i) {
    constexpr int kTilesAUnit = 16 / kBits;  // a unit's products take every such element
    const int tile = i / 4;
    const int n = 2 * (threadIdx.x % 4) + i % 2;
    return 8 * kTilesAUnit * (tile / kTilesAUnit) + kTilesAUnit * n + tile % kTilesAUnit;
  }
};

}  // namespace attnsim::gpu::decode
