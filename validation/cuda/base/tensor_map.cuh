#pragma once

#include <cstdint>
#include <cuda.h>

#include "base/cuda_check.cuh"

namespace attnsim::gpu {

/// How TMA reads a contiguous bf16 tensor [outer][rows][width] in boxes of `box_rows` x 64, in
/// 128-byte swizzle. Rows past the end read as zeros.
CUtensorMap tensor_map(const void* data, std::int64_t outer, std::int64_t rows, int width,
                       int box_rows);

}  // namespace attnsim::gpu
