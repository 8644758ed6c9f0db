#pragma once

#include <cstdint>
#include <math_constants.h>

#include "base/ptx.cuh"

// The online softmax on fragments of scores: of each 8 columns, a thread holds two of one row
// (elements 4i, 4i + 1) and two of the row 8 below (4i + 2, 4i + 3); four threads share a row.
namespace attnsim::gpu {

__device__ inline float quad_max(float x) {
  x = fmaxf(x, __shfl_xor_sync(~0u, x, 1));
  return fmaxf(x, __shfl_xor_sync(~0u, x, 2));
}
__device__ inline float quad_sum(float x) {
  x += __shfl_xor_sync(~0u, x, 1);
  return x + __shfl_xor_sync(~0u, x, 2);
}

/// Running maximum and sum of the two rows that a thread works on.
struct RowState {
  float most[2] = {-INFINITY, -INFINITY};
  float sum[2] = {0, 0};
  float correction[2] = {1, 1};
};

template <int kCount>
__device__ inline void weigh_softmax(float (&scores)[kCount], RowState& state, float scale_log2) {
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    float most = state.most[half];
#pragma unroll
    for (int i = 2 * half; i < kCount; i += 4) most = fmaxf(most, fmaxf(scores[i], scores[i + 1]));
    most = quad_max(most);
    const float base = most == -INFINITY ? 0 : most * scale_log2;
    state.correction[half] = ptx::exp2(state.most[half] * scale_log2 - base);
    state.most[half] = most;
    float sum = 0;
#pragma unroll
    for (int i = 2 * half; i < kCount; i += 4) {
      scores[i] = ptx::exp2(fmaf(scores[i], scale_log2, -base));
      scores[i + 1] = ptx::exp2(fmaf(scores[i + 1], scale_log2, -base));
      sum += scores[i] + scores[i + 1];
    }
    state.sum[half] = fmaf(state.sum[half], state.correction[half], sum);
  }
}

template <int kN>
__device__ inline void round_weights(std::uint32_t (&weights)[kN / 4],
                                     const float (&scores)[kN / 2]) {
#pragma unroll
  for (int i = 0; i < kN / 4; ++i) weights[i] = ptx::pack_bf16(scores[2 * i], scores[2 * i + 1]);
}

/// 1 / sum of the row's weights, 0 where it saw nothing.
__device__ inline float row_factor(float partial_sum) {
  const float sum = quad_sum(partial_sum);
  return sum > 0 ? 1 / sum : 0;
}

}  // namespace attnsim::gpu
