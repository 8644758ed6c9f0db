#include <cstdint>
#include <math_constants.h>

#include "base/ptx.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"
#include "kernels/softmax_run.cuh"

// Attention in three passes over scores in memory: Q*K^T by cuBLAS, softmax of each row in place,
// and weights*V by cuBLAS. The softmax reads and writes each score once: a row is in registers.
namespace attnsim::gpu {
namespace {

__device__ inline float reduce(float x, bool maximum, float* shared) {
  for (int other = 16; other > 0; other /= 2) {
    const float y = __shfl_xor_sync(~0u, x, other);
    x = maximum ? fmaxf(x, y) : x + y;
  }
  if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = x;
  __syncthreads();
  x = shared[0];
  for (int warp = 1; warp < blockDim.x / 32; ++warp) {
    x = maximum ? fmaxf(x, shared[warp]) : x + shared[warp];
  }
  __syncthreads();
  return x;
}

/// One block a row; kVectors units of 8 scores a thread.
template <int kVectors>
__global__ void softmax(bf16* scores, int M, int stride, int P, bool causal, float scale_log2) {
  __shared__ float shared[8];
  uint4* row = reinterpret_cast<uint4*>(scores + static_cast<std::int64_t>(blockIdx.x) * stride);
  const int seen = causal ? static_cast<int>(blockIdx.x % P) + M - P + 1 : M;
  uint4 units[kVectors];
  float most = -CUDART_INF_F;
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    const int first = (i * blockDim.x + threadIdx.x) * 8;
    if (first < seen) units[i] = row[first / 8];
    const auto* pairs = reinterpret_cast<const __nv_bfloat162*>(&units[i]);
#pragma unroll
    for (int pair = 0; pair < 4; ++pair) {
      const float2 x = __bfloat1622float2(pairs[pair]);
      if (first + 2 * pair < seen) most = fmaxf(most, x.x);
      if (first + 2 * pair + 1 < seen) most = fmaxf(most, x.y);
    }
  }
  const float base = reduce(most, true, shared) * scale_log2;
  float sum = 0;
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    const int first = (i * blockDim.x + threadIdx.x) * 8;
    auto* pairs = reinterpret_cast<__nv_bfloat162*>(&units[i]);
#pragma unroll
    for (int pair = 0; pair < 4; ++pair) {
      float2 x = __bfloat1622float2(pairs[pair]);
      x.x = first + 2 * pair < seen ? ptx::exp2(fmaf(x.x, scale_log2, -base)) : 0;
      x.y = first + 2 * pair + 1 < seen ? ptx::exp2(fmaf(x.y, scale_log2, -base)) : 0;
      sum += x.x + x.y;
      pairs[pair] = __float22bfloat162_rn(x);
    }
  }
  const float factor = 1 / reduce(sum, false, shared);
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    const int first = (i * blockDim.x + threadIdx.x) * 8;
    auto* pairs = reinterpret_cast<__nv_bfloat162*>(&units[i]);
#pragma unroll
    for (int pair = 0; pair < 4; ++pair) {
      const float2 x = __bfloat1622float2(pairs[pair]);
      pairs[pair] = __float22bfloat162_rn({x.x * factor, x.y * factor});
    }
    if (first < stride) row[first / 8] = units[i];
  }
}

class UnfusedRun : public AttentionRun {
 public:
  explicit UnfusedRun(const Shape& s)
      : AttentionRun(s), stride_((s.M + 7) / 8 * 8), scores_(s.query_rows() * stride_) {
    GPU_CHECK(cublasCreate(&cublas_));
  }
  ~UnfusedRun() override { cublasDestroy(cublas_); }

  void launch(cudaStream_t stream) override {
    const Shape& s = shape_;
    const int rows = s.group() * s.P;  // the query heads of a group are rows of one product
    const float one = 1;
    const float zero = 0;
    GPU_CHECK(cublasSetStream(cublas_, stream));
    GPU_CHECK(cublasGemmStridedBatchedEx(
        cublas_, CUBLAS_OP_T, CUBLAS_OP_N, s.M, rows, s.E, &one, k_.get(), CUDA_R_16BF, s.E,
        static_cast<long long>(s.M) * s.E, q_.get(), CUDA_R_16BF, s.E,
        static_cast<long long>(rows) * s.E, &zero, scores_.get(), CUDA_R_16BF, stride_,
        static_cast<long long>(rows) * stride_, s.B * s.J, CUBLAS_COMPUTE_32F,
        CUBLAS_GEMM_DEFAULT));
    launch_softmax(stream);
    GPU_CHECK(cublasGemmStridedBatchedEx(
        cublas_, CUBLAS_OP_N, CUBLAS_OP_N, s.F, rows, s.M, &one, v_.get(), CUDA_R_16BF, s.F,
        static_cast<long long>(s.M) * s.F, scores_.get(), CUDA_R_16BF, stride_,
        static_cast<long long>(rows) * stride_, &zero, o_.get(), CUDA_R_16BF, s.F,
        static_cast<long long>(rows) * s.F, s.B * s.J, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  }

 private:
  void launch_softmax(cudaStream_t stream) {
    const int threads = shape_.M > 16384 ? 256 : 128;
    const int vectors = (stride_ + 8 * threads - 1) / (8 * threads);
    const auto kernel = vectors <= 1   ? softmax<1>
                        : vectors <= 2 ? softmax<2>
                        : vectors <= 4 ? softmax<4>
                        : vectors <= 8 ? softmax<8>
                                       : softmax<16>;
    kernel<<<static_cast<unsigned>(shape_.query_rows()), threads, 0, stream>>>(
        scores_.get(), shape_.M, stride_, shape_.P, shape_.causal, scale() * 1.44269504f);
    GPU_CHECK(cudaGetLastError());
  }

  int stride_;
  DeviceBuffer<bf16> scores_;
  cublasHandle_t cublas_ = nullptr;
};

std::string refuse_unfused(const Shape& s) {
  if (s.M > 32768) return "scores of more than 32K keys";
  return refuse_heads(s);
}

}  // namespace

std::vector<Kernel> unfused_kernels() {
  Kernel kernel;
  kernel.name = "unfused";
  kernel.about = "three passes: cuBLAS, softmax of whole rows, cuBLAS; scores in bf16";
  kernel.refuses = refuse_unfused;
  kernel.make = [](const Shape& s) { return std::make_unique<UnfusedRun>(s); };
  kernel.checked = shapes::prefill_checks();
  for (const Shape& s : shapes::prefill()) {
    const double score_bytes = 2.0 * static_cast<double>(s.query_rows()) * s.M;
    if (s.M <= 32768 && score_bytes < 40e9) kernel.measured.push_back(s);
  }
  return {kernel};
}

}  // namespace attnsim::gpu
