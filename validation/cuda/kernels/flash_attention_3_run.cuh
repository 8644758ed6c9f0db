#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "base/tensor_map.cuh"
#include "kernels/flash_attention_3.cuh"

namespace attnsim::gpu::fa3 {

/// A Run of one instance of the kernel.
template <int kE, int kConsumers, int kN, Mask kMask, Weigh kWeigh = Weigh::kSoftmax>
class FlashRun : public AttentionRun {
 public:
  using T = Tiling<kE, kConsumers, kN>;

  explicit FlashRun(const Shape& s)
      : AttentionRun(s),
        q_map_(tensor_map(q_.get(), static_cast<std::int64_t>(s.B) * s.H, s.P, s.E, T::kRows)),
        k_map_(tensor_map(k_.get(), static_cast<std::int64_t>(s.B) * s.J, s.M, s.E, kN)),
        v_map_(tensor_map(v_.get(), static_cast<std::int64_t>(s.B) * s.J, s.M, s.F, kN)) {
    int device = 0;
    GPU_CHECK(cudaGetDevice(&device));
    GPU_CHECK(cudaDeviceGetAttribute(&multiprocessors_, cudaDevAttrMultiProcessorCount, device));
    a_.o = o_.get();
    a_.heads = s.B * s.H;
    a_.group = s.group();
    a_.P = s.P;
    a_.M = s.M;
    a_.window = s.window;
    a_.sinks = s.sinks;
    a_.query_tiles = (s.P + T::kRows - 1) / T::kRows;
    a_.section = heads_in_l2(s);
    a_.scale_log2 = scale() * 1.44269504f;
    a_.counters = counters_.get();
    counters_.zero();
    GPU_CHECK(cudaFuncSetAttribute(kFunction, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   T::kSharedBytes));
  }

  void launch(cudaStream_t stream) override {
    const int grid = std::min(multiprocessors_, a_.heads * a_.query_tiles);
    kFunction<<<grid, T::kThreads, T::kSharedBytes, stream>>>(a_, q_map_, k_map_, v_map_);
  }

 protected:
  static constexpr auto kFunction = attention<kE, kConsumers, kN, kMask, kWeigh>;

  // As many whole groups of heads as keep their keys and values in half of the L2.
  static int heads_in_l2(const Shape& s) {
    constexpr double kHalf = 24e6;
    const double kv_head = 2.0 * s.M * (s.E + s.F);
    const int kv_heads = std::clamp(static_cast<int>(kHalf / kv_head), 1, s.B * s.J);
    return kv_heads * s.group();
  }

  Arguments a_;

 private:
  CUtensorMap q_map_;
  CUtensorMap k_map_;
  CUtensorMap v_map_;
  DeviceBuffer<int> counters_{2};
  int multiprocessors_ = 0;
};

}  // namespace attnsim::gpu::fa3
