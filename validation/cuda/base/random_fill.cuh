#pragma once

#include <cstdint>
#include <cuda_bf16.h>

#include "base/device_buffer.cuh"

namespace attnsim::gpu {

/// Values near a normal distribution of the given deviation, the same for the same seed on any GPU.
void fill_random(const DeviceBuffer<__nv_bfloat16>& buffer, std::uint64_t seed,
                 float deviation = 1);
/// Random bytes: quantized elements.
void fill_random_bytes(const DeviceBuffer<std::uint8_t>& buffer, std::uint64_t seed);
/// Uniform in [low, high).
void fill_uniform(const DeviceBuffer<float>& buffer, std::uint64_t seed, float low, float high);

/// How many elements are infinite or NaN.
std::int64_t count_not_finite(const DeviceBuffer<__nv_bfloat16>& buffer);

}  // namespace attnsim::gpu
