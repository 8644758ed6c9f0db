#include <cstdint>
#include <math_constants.h>

#include "base/ptx.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"
#include "kernels/softmax_run.cuh"

// Attention in three passes over scores in memory: Q*K^T by cuBLAS, softmax of each row in place,
// and weights*V by cuBLAS. The softmax reads and writes each score once: a row is in registers.
// Rows of scores begin at lines of 128 bytes, and products are of a multiple of 8 keys: else cuBLAS
// takes kernels of a third of the speed.
namespace attnsim::gpu {
namespace {

constexpr int kLine = 64;                      ///< elements of a line of memory
constexpr int kUnit = 8;                       ///< elements of 16 bytes
constexpr std::uint32_t kHidden = 0xff80ff80;  ///< two scores of -inf
constexpr int kMostWarps = 16;
constexpr int kMostVectors = 8;

int up_to(int count, int multiple) { return (count + multiple - 1) / multiple * multiple; }

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
  return x;
}

__device__ inline float2 widen(std::uint32_t pair) {
  return {__uint_as_float(pair << 16), __uint_as_float(pair & 0xffff0000)};
}

/// Eight scores of a row from `first` on; those from `seen` on are -inf.
__device__ inline void load_scores(std::uint32_t (&pairs)[4], const bf16* row, int first,
                                   int seen) {
  uint4 unit = {kHidden, kHidden, kHidden, kHidden};
  if (first < seen) unit = *reinterpret_cast<const uint4*>(row + first);
  pairs[0] = unit.x;
  pairs[1] = unit.y;
  pairs[2] = unit.z;
  pairs[3] = unit.w;
  if (first + kUnit <= seen) return;
#pragma unroll
  for (int i = 0; i < 4; ++i) {
    if (first + 2 * i + 1 >= seen) pairs[i] = (pairs[i] & 0xffff) | (kHidden & 0xffff0000);
    if (first + 2 * i >= seen) pairs[i] = kHidden;
  }
}

/// One block a row of `width` scores; kVectors units a thread.
template <int kVectors>
__global__ void __launch_bounds__(32 * kMostWarps, kVectors > 4 ? 1 : 2)
    softmax(bf16* scores, int M, int width, int stride, int P, bool causal, float scale_log2) {
  __shared__ float shared[2][kMostWarps];
  bf16* row = scores + static_cast<std::int64_t>(blockIdx.x) * stride;
  const int seen = causal ? static_cast<int>(blockIdx.x % P) + M - P + 1 : M;
  std::uint32_t pairs[kVectors][4];
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    load_scores(pairs[i], row, (i * blockDim.x + threadIdx.x) * kUnit, seen);
  }
  __nv_bfloat162 most = *reinterpret_cast<const __nv_bfloat162*>(&pairs[0][0]);
#pragma unroll
  for (int i = 0; i < 4 * kVectors; ++i) {
    most = __hmax2(most, *reinterpret_cast<const __nv_bfloat162*>(&pairs[i / 4][i % 4]));
  }
  const float2 both = __bfloat1622float2(most);
  const float base = reduce(fmaxf(both.x, both.y), true, shared[0]) * scale_log2;
  float sum = 0;
#pragma unroll
  for (int i = 0; i < 4 * kVectors; ++i) {
    const float2 x = widen(pairs[i / 4][i % 4]);
    const float low = ptx::exp2(fmaf(x.x, scale_log2, -base));
    const float high = ptx::exp2(fmaf(x.y, scale_log2, -base));
    sum += low + high;
    pairs[i / 4][i % 4] = ptx::pack_bf16(low, high);
  }
  const float factor = 1 / reduce(sum, false, shared[1]);
#pragma unroll
  for (int i = 0; i < kVectors; ++i) {
    std::uint32_t out[4];
#pragma unroll
    for (int pair = 0; pair < 4; ++pair) {
      const float2 x = widen(pairs[i][pair]);
      out[pair] = ptx::pack_bf16(x.x * factor, x.y * factor);
    }
    const int first = (i * blockDim.x + threadIdx.x) * kUnit;
    if (first < width) {
      *reinterpret_cast<uint4*>(row + first) = {out[0], out[1], out[2], out[3]};
    }
  }
}

using Softmax = void (*)(bf16*, int, int, int, int, bool, float);

Softmax softmax_of(int vectors) {
  constexpr Softmax all[kMostVectors] = {softmax<1>, softmax<2>, softmax<3>, softmax<4>,
                                         softmax<5>, softmax<6>, softmax<7>, softmax<8>};
  return all[vectors - 1];
}

class UnfusedRun : public AttentionRun {
 public:
  explicit UnfusedRun(const Shape& s)
      : AttentionRun(s),
        width_(up_to(s.M, kUnit)),
        stride_(up_to(s.M, kLine)),
        scores_(s.query_rows() * stride_) {
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
        cublas_, CUBLAS_OP_T, CUBLAS_OP_N, width_, rows, s.E, &one, k_.get(), CUDA_R_16BF, s.E,
        static_cast<long long>(s.M) * s.E, q_.get(), CUDA_R_16BF, s.E,
        static_cast<long long>(rows) * s.E, &zero, scores_.get(), CUDA_R_16BF, stride_,
        static_cast<long long>(rows) * stride_, s.B * s.J, CUBLAS_COMPUTE_32F,
        CUBLAS_GEMM_DEFAULT));
    launch_softmax(stream);
    GPU_CHECK(cublasGemmStridedBatchedEx(
        cublas_, CUBLAS_OP_N, CUBLAS_OP_N, s.F, rows, width_, &one, v_.get(), CUDA_R_16BF, s.F,
        static_cast<long long>(s.M) * s.F, scores_.get(), CUDA_R_16BF, stride_,
        static_cast<long long>(rows) * stride_, &zero, o_.get(), CUDA_R_16BF, s.F,
        static_cast<long long>(rows) * s.F, s.B * s.J, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  }

 private:
  void launch_softmax(cudaStream_t stream) {
    constexpr int kFewest = 32;
    constexpr int kUsual = 128;
    int threads = kUsual;
    while (threads > kFewest && threads / 2 * kUnit >= width_) threads /= 2;
    while (threads * kUnit * kMostVectors < width_) threads *= 2;
    const auto kernel = softmax_of((width_ + threads * kUnit - 1) / (threads * kUnit));
    kernel<<<static_cast<unsigned>(shape_.query_rows()), threads, 0, stream>>>(
        scores_.get(), shape_.M, width_, stride_, shape_.P, shape_.causal, scale() * 1.44269504f);
    GPU_CHECK(cudaGetLastError());
  }

  int width_;   ///< keys of the products
  int stride_;  ///< of a row of scores
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
