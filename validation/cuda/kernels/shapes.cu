#include <algorithm>

#include "kernels/shapes.cuh"

namespace attnsim::gpu::shapes {

Shape prefill_shape(int B, int H, int J, int length, int width, bool causal) {
  Shape s;
  s.B = B;
  s.H = H;
  s.J = J;
  s.P = s.M = length;
  s.E = s.F = width;
  s.causal = causal;
  return s;
}

Shape decode_shape(int B, int H, int J, int length, int width) {
  Shape s = prefill_shape(B, H, J, length, width, false);
  s.P = 1;
  return s;
}

std::vector<Shape> prefill_checks() {
  std::vector<Shape> all;
  for (const int width : {64, 128}) {
    for (const bool causal : {false, true}) {
      all.push_back(prefill_shape(1, 2, 2, 256, width, causal));
      all.push_back(prefill_shape(2, 4, 2, 333, width, causal));  // ragged tiles, groups of 2
      Shape longer_keys = prefill_shape(1, 4, 1, 200, width, causal);
      longer_keys.M = 777;  // queries are the last of the sequence
      all.push_back(longer_keys);
    }
  }
  return all;
}

// 16K tokens of hidden size 2048 where a sequence is shorter (what papers measure), one sequence
// beyond; grouped heads as in models of 32 query and 8 key-value heads.
std::vector<Shape> prefill() {
  std::vector<Shape> all;
  for (const int width : {128, 64}) {
    for (const bool causal : {false, true}) {
      for (int length = 512; length <= 128 * 1024; length *= 2) {
        const int heads = 2048 / width;
        all.push_back(
            prefill_shape(std::max(1, 16384 / length), heads, heads, length, width, causal));
      }
    }
  }
  for (const bool causal : {false, true}) {
    for (int length = 512; length <= 64 * 1024; length *= 2) {
      all.push_back(prefill_shape(1, 32, 8, length, 128, causal));
    }
  }
  return all;
}

std::vector<Shape> decode_checks() {
  std::vector<Shape> all;
  for (const int width : {64, 128}) {
    all.push_back(decode_shape(1, 2, 2, 256, width));
    all.push_back(decode_shape(2, 4, 2, 1000, width));
    all.push_back(decode_shape(3, 8, 1, 333, width));
    all.push_back(decode_shape(2, 16, 1, 4099, width));
    all.push_back(decode_shape(1, 32, 8, 17, width));
  }
  return all;
}

std::vector<Shape> decode() {
  std::vector<Shape> all;
  constexpr double kMostBytes = 18e9;
  for (const int kv_heads : {8, 32}) {
    for (const int batch : {1, 4, 16, 64}) {
      for (int length = 1024; length <= 128 * 1024; length *= kv_heads == 8 ? 2 : 4) {
        if (512.0 * batch * kv_heads * length > kMostBytes) continue;
        all.push_back(decode_shape(batch, 32, kv_heads, length, 128));
      }
    }
  }
  for (const int batch : {1, 16}) {
    for (int length = 1024; length <= 64 * 1024; length *= 4) {
      all.push_back(decode_shape(batch, 64, 8, length, 64));
    }
  }
  return all;
}

}  // namespace attnsim::gpu::shapes
