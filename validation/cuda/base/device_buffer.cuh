#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "base/cuda_check.cuh"

namespace attnsim::gpu {

/// An array on the GPU that frees itself.
template <class T>
class DeviceBuffer {
 public:
  DeviceBuffer() = default;
  explicit DeviceBuffer(std::size_t count) : count_(count) {
    if (count > 0) GPU_CHECK(cudaMalloc(&data_, count * sizeof(T)));
  }
  ~DeviceBuffer() { cudaFree(data_); }
  DeviceBuffer(DeviceBuffer&& other) noexcept { *this = std::move(other); }
  DeviceBuffer& operator=(DeviceBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(count_, other.count_);
    return *this;
  }

  T* get() const { return data_; }
  std::size_t size() const { return count_; }
  std::size_t bytes() const { return count_ * sizeof(T); }

  /// Every byte 0xff: a NaN in bf16 and in float, so that an element nobody wrote is found.
  void poison() const {
    if (count_ > 0) GPU_CHECK(cudaMemset(data_, 0xff, bytes()));
  }
  void zero() const {
    if (count_ > 0) GPU_CHECK(cudaMemset(data_, 0, bytes()));
  }
  std::vector<T> read(std::size_t first, std::size_t count) const {
    std::vector<T> values(count);
    GPU_CHECK(cudaMemcpy(values.data(), data_ + first, count * sizeof(T), cudaMemcpyDeviceToHost));
    return values;
  }
  void write(const std::vector<T>& values) const {
    GPU_CHECK(cudaMemcpy(data_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice));
  }

 private:
  T* data_ = nullptr;
  std::size_t count_ = 0;
};

}  // namespace attnsim::gpu
