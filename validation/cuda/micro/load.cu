#include <chrono>
#include <thread>

#include "base/random_fill.cuh"
#include "micro/micro.cuh"

// Clock and power under long loads: what the power limit leaves of the clock.
namespace attnsim::gpu {
namespace {

constexpr double kSeconds = 1.5;

void idle(const MicroContext& context) {
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const auto before = context.nvml.energy_mj();
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::milliseconds(1000));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  context.row("idle", 1e-3 * static_cast<double>(context.nvml.energy_mj() - before) / seconds, "W");
}

void report(const MicroContext& context, const std::string& name, const Load& load, double per_run,
            const char* unit, double scale) {
  context.row(name, load.power_w, "W");
  context.row(name, load.sm_clock_mhz, "MHz");
  context.row(name, per_run / load.loop_us * scale, unit);
}

// A large bf16 product by cuBLAS: the tensor cores, random numbers and zeros.
void matrix_product(const MicroContext& context) {
  constexpr int kN = 8192;
  const std::size_t count = static_cast<std::size_t>(kN) * kN;
  const DeviceBuffer<__nv_bfloat16> a(count);
  const DeviceBuffer<__nv_bfloat16> b(count);
  const DeviceBuffer<__nv_bfloat16> c(count);
  cublasHandle_t cublas = nullptr;
  GPU_CHECK(cublasCreate(&cublas));
  const Launch launch = [&](cudaStream_t stream) {
    const float one = 1;
    const float zero = 0;
    GPU_CHECK(cublasSetStream(cublas, stream));
    GPU_CHECK(cublasGemmEx(cublas, CUBLAS_OP_T, CUBLAS_OP_N, kN, kN, kN, &one, a.get(), CUDA_R_16BF,
                           kN, b.get(), CUDA_R_16BF, kN, &zero, c.get(), CUDA_R_16BF, kN,
                           CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
  };
  fill_random(a, 1);
  fill_random(b, 2);
  const double flops = 2.0 * kN * kN * kN;
  auto load = context.timer.load(launch, context.median_us(launch), kSeconds);
  report(context, "cuBLAS 8192^3 bf16, random", load, flops, "TFLOP/s", 1e-6);
  a.zero();
  b.zero();
  load = context.timer.load(launch, context.median_us(launch), kSeconds);
  report(context, "cuBLAS 8192^3 bf16, zeros", load, flops, "TFLOP/s", 1e-6);
  GPU_CHECK(cublasDestroy(cublas));
}

void memory_copy(const MicroContext& context) {
  const std::size_t bytes = std::size_t{2} << 30;
  const DeviceBuffer<std::uint8_t> from(bytes);
  const DeviceBuffer<std::uint8_t> to(bytes);
  fill_random_bytes(from, 3);
  const Launch launch = [&](cudaStream_t stream) {
    GPU_CHECK(cudaMemcpyAsync(to.get(), from.get(), bytes, cudaMemcpyDeviceToDevice, stream));
  };
  const auto load = context.timer.load(launch, context.median_us(launch), kSeconds);
  report(context, "cudaMemcpy, bytes read and written", load, 2.0 * bytes, "GB/s", 1e-3);
}

void clocks(const MicroContext& context) {
  idle(context);
  matrix_product(context);
  memory_copy(context);
}

}  // namespace

std::vector<Micro> load_micros() {
  return {{"clock_under_load", "power, SM clock and rate of long loads", clocks}};
}

}  // namespace attnsim::gpu
