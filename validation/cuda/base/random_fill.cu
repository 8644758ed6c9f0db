#include "base/random_fill.cuh"

namespace attnsim::gpu {
namespace {

constexpr int kThreads = 256;
constexpr int kBlocks = 2048;

// splitmix64: a counter in, 64 well-mixed bits out.
__device__ std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ull;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

// The sum of four uniforms, scaled to the deviation: close enough to normal, and cheap.
__device__ float normal(std::uint64_t bits) {
  float sum = 0;
  for (int part = 0; part < 4; ++part) sum += ((bits >> (16 * part)) & 0xffff) * (1.0f / 65536);
  return (sum - 2.0f) * 1.7320508f;
}

__global__ void fill_normal(__nv_bfloat16* out, std::size_t count, std::uint64_t seed,
                            float deviation) {
  for (std::size_t i = blockIdx.x * std::size_t{kThreads} + threadIdx.x; i < count;
       i += std::size_t{kThreads} * kBlocks) {
    out[i] = __float2bfloat16(deviation * normal(mix(seed * 0x100000001b3ull + i)));
  }
}

__global__ void fill_bytes(std::uint8_t* out, std::size_t count, std::uint64_t seed) {
  for (std::size_t i = blockIdx.x * std::size_t{kThreads} + threadIdx.x; i < count;
       i += std::size_t{kThreads} * kBlocks) {
    out[i] = static_cast<std::uint8_t>(mix(seed * 0x100000001b3ull + i));
  }
}

__global__ void fill_floats(float* out, std::size_t count, std::uint64_t seed, float low,
                            float high) {
  for (std::size_t i = blockIdx.x * std::size_t{kThreads} + threadIdx.x; i < count;
       i += std::size_t{kThreads} * kBlocks) {
    const float uniform = (mix(seed * 0x100000001b3ull + i) >> 40) * (1.0f / (1 << 24));
    out[i] = low + (high - low) * uniform;
  }
}

__global__ void find_not_finite(const __nv_bfloat16* values, std::size_t count,
                                unsigned long long* found) {
  unsigned long long mine = 0;
  for (std::size_t i = blockIdx.x * std::size_t{kThreads} + threadIdx.x; i < count;
       i += std::size_t{kThreads} * kBlocks) {
    if (!isfinite(__bfloat162float(values[i]))) ++mine;
  }
  if (mine > 0) atomicAdd(found, mine);
}

}  // namespace

void fill_random(const DeviceBuffer<__nv_bfloat16>& buffer, std::uint64_t seed, float deviation) {
  fill_normal<<<kBlocks, kThreads>>>(buffer.get(), buffer.size(), seed, deviation);
  GPU_CHECK(cudaGetLastError());
}

void fill_random_bytes(const DeviceBuffer<std::uint8_t>& buffer, std::uint64_t seed) {
  fill_bytes<<<kBlocks, kThreads>>>(buffer.get(), buffer.size(), seed);
  GPU_CHECK(cudaGetLastError());
}

void fill_uniform(const DeviceBuffer<float>& buffer, std::uint64_t seed, float low, float high) {
  fill_floats<<<kBlocks, kThreads>>>(buffer.get(), buffer.size(), seed, low, high);
  GPU_CHECK(cudaGetLastError());
}

std::int64_t count_not_finite(const DeviceBuffer<__nv_bfloat16>& buffer) {
  const DeviceBuffer<unsigned long long> found(1);
  found.zero();
  find_not_finite<<<kBlocks, kThreads>>>(buffer.get(), buffer.size(), found.get());
  GPU_CHECK(cudaGetLastError());
  return static_cast<std::int64_t>(found.read(0, 1)[0]);
}

}  // namespace attnsim::gpu
