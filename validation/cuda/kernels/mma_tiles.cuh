#pragma once

#include <cstdint>

#include "base/ptx.cuh"

// Tiles in shared memory and their products by mma.sync, for blocks of 4 warps with 32 rows each.
namespace attnsim::gpu::mma_tiles {

using ptx::bf16;

constexpr int kThreads = 128;

/// A tile in shared memory: rows of kE elements in units of 16 bytes, the unit's number XORed with
/// the row's, so that ldmatrix meets no bank conflict.
template <int kE>
__device__ inline std::uint32_t unit_at(std::uint32_t tile, int row, int unit) {
  return tile + row * (kE * 2) + ((unit ^ (row % 8)) * 16);
}

template <int kE, int kTileRows>
__device__ inline void load_tile(std::uint32_t tile, const bf16* from, int first_row, int rows) {
  constexpr int kUnits = kE / 8;
  const int unit = threadIdx.x % kUnits;
#pragma unroll
  for (int row = threadIdx.x / kUnits; row < kTileRows; row += kThreads / kUnits) {
    const bool inside = first_row + row < rows;
    const std::int64_t at = inside ? static_cast<std::int64_t>(first_row + row) * kE + unit * 8 : 0;
    ptx::copy16(unit_at<kE>(tile, row, unit), from + at, inside);
  }
}

// scores[32 x kN] = Q[32 x kE] * K[kN x kE]^T of a warp
template <int kE, int kN>
__device__ inline void multiply_keys(float (&scores)[2][kN / 2], std::uint32_t q, std::uint32_t k) {
  const int lane = threadIdx.x % 32;
  const int warp_row = threadIdx.x / 32 * 32;
#pragma unroll
  for (int i = 0; i < kN / 2; ++i) scores[0][i] = scores[1][i] = 0;
#pragma unroll
  for (int step = 0; step < kE / 16; ++step) {
    std::uint32_t a[2][4];
#pragma unroll
    for (int m = 0; m < 2; ++m) {
      ptx::load_matrix4(a[m], unit_at<kE>(q, warp_row + 16 * m + lane % 16, 2 * step + lane / 16));
    }
#pragma unroll
    for (int n = 0; n < kN / 16; ++n) {
      std::uint32_t b[4];
      ptx::load_matrix4(b,
                        unit_at<kE>(k, 16 * n + lane / 16 * 8 + lane % 8, 2 * step + lane / 8 % 2));
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        ptx::mma_bf16(scores[m] + 8 * n, a[m], b[0], b[1]);
        ptx::mma_bf16(scores[m] + 8 * n + 4, a[m], b[2], b[3]);
      }
    }
  }
}

// out[32 x kE] += weights[32 x kN] * V[kN x kE] of a warp
template <int kE, int kN>
__device__ inline void multiply_values(float (&out)[2][kE / 2], const float (&scores)[2][kN / 2],
                                       std::uint32_t v) {
  const int lane = threadIdx.x % 32;
#pragma unroll
  for (int step = 0; step < kN / 16; ++step) {
    std::uint32_t a[2][4];
#pragma unroll
    for (int m = 0; m < 2; ++m) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        a[m][i] = ptx::pack_bf16(scores[m][8 * step + 2 * i], scores[m][8 * step + 2 * i + 1]);
      }
    }
#pragma unroll
    for (int n = 0; n < kE / 16; ++n) {
      std::uint32_t b[4];
      ptx::load_matrix4_transposed(b, unit_at<kE>(v, 16 * step + lane % 16, 2 * n + lane / 16));
#pragma unroll
      for (int m = 0; m < 2; ++m) {
        ptx::mma_bf16(out[m] + 8 * n, a[m], b[0], b[1]);
        ptx::mma_bf16(out[m] + 8 * n + 4, a[m], b[2], b[3]);
      }
    }
  }
}

}  // namespace attnsim::gpu::mma_tiles
