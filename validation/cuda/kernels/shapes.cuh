#pragma once

#include <vector>

#include "kernels/shape.cuh"

// The shapes that are checked and measured, by kind of kernel.
namespace attnsim::gpu::shapes {

std::vector<Shape> prefill_checks();  ///< ragged edges, grouped heads, causal or not
std::vector<Shape> prefill();         ///< 512 to 128K
std::vector<Shape> decode_checks();
std::vector<Shape> decode();  ///< 1K to 128K at batch 1 to 64

Shape prefill_shape(int B, int H, int J, int length, int width, bool causal);
Shape decode_shape(int B, int H, int J, int length, int width);

}  // namespace attnsim::gpu::shapes
