#include "kernels/list.cuh"

namespace attnsim::gpu {

std::vector<Kernel> linear_attention_kernels() { return {}; }

}  // namespace attnsim::gpu
