#pragma once

#include <string>

#include "base/random_fill.cuh"
#include "micro/micro.cuh"

// What the microbenchmarks of steps have in common.
namespace attnsim::gpu::steps {

constexpr int kSteps = 256;

template <int kCount>
__device__ inline float sum_of(const float (&x)[kCount]) {
  float sum = 0;
#pragma unroll
  for (int i = 0; i < kCount; ++i) sum += x[i];
  return sum;
}

struct Bench {
  explicit Bench(const MicroContext& c)
      : context(c),
        inputs(std::size_t{1} << 30),
        cycles(c.multiprocessors * 2),
        weighing(c.multiprocessors * 2),
        out(c.multiprocessors * 1024) {
    fill_random(inputs, 11, 0.05f);
  }
  const uint4* words() const { return reinterpret_cast<const uint4*>(inputs.get()); }
  void clear() const {
    cycles.zero();
    weighing.zero();
  }
  double step() const { return longest(cycles) / kSteps; }

  const MicroContext& context;
  DeviceBuffer<__nv_bfloat16> inputs;
  DeviceBuffer<Cycles> cycles;
  DeviceBuffer<Cycles> weighing;
  DeviceBuffer<float> out;
};

template <class Kernel>
void allow_shared(Kernel kernel, int bytes) {
  GPU_CHECK(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, bytes));
}

inline std::string tile_name(const char* what, int n, int e) {
  return std::string(what) + " N=" + std::to_string(n) + " E=" + std::to_string(e);
}

}  // namespace attnsim::gpu::steps
