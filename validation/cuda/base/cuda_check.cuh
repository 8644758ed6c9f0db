#pragma once

#include <cublas_v2.h>
#include <cuda.h>
#include <cuda_runtime.h>
#include <stdexcept>
#include <string>

namespace attnsim::gpu {

/// A CUDA, driver or cuBLAS call that failed. The runner turns it into the row's text.
class GpuError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

inline void check(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  cudaGetLastError();  // an out-of-memory error must not stick to the next row
  throw GpuError(std::string(call) + ": " + cudaGetErrorString(status));
}

inline void check(CUresult status, const char* call) {
  if (status != CUDA_SUCCESS) {
    throw GpuError(std::string(call) + ": driver error " + std::to_string(status));
  }
}

inline void check(cublasStatus_t status, const char* call) {
  if (status != CUBLAS_STATUS_SUCCESS) {
    throw GpuError(std::string(call) + ": " + cublasGetStatusString(status));
  }
}

}  // namespace attnsim::gpu

#define GPU_CHECK(call) ::attnsim::gpu::check((call), #call)
