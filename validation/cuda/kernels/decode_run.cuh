#pragma once

#include <algorithm>
#include <cmath>

#include "kernels/decode.cuh"
#include "kernels/stream_k.cuh"

namespace attnsim::gpu::decode {

enum class Schedule { kOneBlock, kSplit, kStreamK };

/// Splits of the tokens in the manner of FlashDecoding: the fewest that fill the GPU at least 0.85
/// times as evenly as the best number does. `slots`: blocks that the GPU holds at once.
inline int choose_splits(int heads, int slots, int tiles) {
  if (heads >= 0.8 * slots) return 1;
  const int most = std::min({128, slots, tiles});
  auto per_split = [&](int splits) { return (tiles + splits - 1) / splits; };
  auto evenness = [&](int splits) {
    const double waves = static_cast<double>(heads) * splits / slots;
    return waves / std::ceil(waves);
  };
  auto worth = [&](int splits) {
    return splits == 1 || per_split(splits) != per_split(splits - 1);
  };
  double best = 0;
  for (int splits = 1; splits <= most; ++splits) {
    if (worth(splits)) best = std::max(best, evenness(splits));
  }
  for (int splits = 1; splits <= most; ++splits) {
    if (worth(splits) && evenness(splits) >= 0.85 * best) return splits;
  }
  return 1;
}

/// The launches of a decode over one form of cache.
template <class Cache>
class Launcher {
 public:
  /// `tokens` and everything but the partial buffers must be set in `a`.
  Launcher(Arguments a, Schedule schedule, int wanted_splits) : a_(a), schedule_(schedule) {
    int device = 0;
    int multiprocessors = 0;
    int per_multiprocessor = 0;
    GPU_CHECK(cudaGetDevice(&device));
    GPU_CHECK(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device));
    const auto kernel =
        schedule == Schedule::kStreamK ? stream_k_kernel<Cache> : split_kernel<Cache>;
    GPU_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                   kSharedBytes<Cache>));
    GPU_CHECK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&per_multiprocessor, kernel, kThreads,
                                                            kSharedBytes<Cache>));
    const int slots = multiprocessors * per_multiprocessor;
    const int tiles = (a.tokens + kLeanTokens - 1) / kLeanTokens;
    if (schedule == Schedule::kSplit) {
      splits_ = wanted_splits > 0 ? wanted_splits : choose_splits(a.kv_heads, slots, tiles);
    }
    a_.chunk = (tiles + splits_ - 1) / splits_ * kLeanTokens;
    splits_ = (a.tokens + a_.chunk - 1) / a_.chunk;  // no empty ones
    // at least two tiles a block, as the merge costs too
    blocks_ = std::max(1, std::min(slots, (tiles * a.kv_heads + 1) / 2));
    allocate(schedule == Schedule::kStreamK ? blocks_ : a.kv_heads * splits_);
  }

  void launch(cudaStream_t stream) {
    if (schedule_ == Schedule::kStreamK) {
      ++a_.epoch;
      stream_k_kernel<Cache><<<blocks_, kThreads, kSharedBytes<Cache>, stream>>>(a_);
    } else {
      const dim3 grid(splits_, a_.kv_heads);
      split_kernel<Cache><<<grid, kThreads, kSharedBytes<Cache>, stream>>>(a_);
      if (splits_ > 1) {
        combine_kernel<Cache::kE>
            <<<dim3(a_.kv_heads, a_.group), Cache::kE, 0, stream>>>(a_, splits_);
      }
    }
    GPU_CHECK(cudaGetLastError());
  }

 private:
  void allocate(int slots) {
    if (schedule_ != Schedule::kStreamK && splits_ == 1) return;
    const std::size_t rows = static_cast<std::size_t>(slots) * a_.group;
    partial_o_ = DeviceBuffer<float>(rows * Cache::kE);
    partial_state_ = DeviceBuffer<float2>(rows);
    flags_ = DeviceBuffer<int>(slots);
    flags_.zero();
    a_.partial_o = partial_o_.get();
    a_.partial_state = partial_state_.get();
    a_.flags = flags_.get();
  }

  Arguments a_;
  Schedule schedule_;
  int splits_ = 1;
  int blocks_ = 1;
  DeviceBuffer<float> partial_o_;
  DeviceBuffer<float2> partial_state_;
  DeviceBuffer<int> flags_;
};

/// What every cache has in common.
inline Arguments arguments(const Shape& s, const DeviceBuffer<bf16>& q,
                           const DeviceBuffer<bf16>& o) {
  Arguments a;
  a.q = q.get();
  a.o = o.get();
  a.group = s.group();
  a.kv_heads = s.B * s.J;
  a.cache_rows = a.tokens = s.M;
  a.scale_log2 = 1.44269504f / std::sqrt(static_cast<float>(s.E));
  return a;
}

inline std::string refuse_decode(const Shape& s) {
  if (s.P != 1) return "more than one query";
  if (s.group() > kRows) return "more than 16 query heads a key-value head";
  return refuse_heads(s);
}

}  // namespace attnsim::gpu::decode
