#include "kernels/list.cuh"

namespace attnsim::gpu {

std::vector<Kernel> quantized_decode_kernels() { return {}; }

}  // namespace attnsim::gpu
