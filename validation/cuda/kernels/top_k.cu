#include "kernels/list.cuh"

namespace attnsim::gpu {

std::vector<Kernel> top_k_kernels() { return {}; }

}  // namespace attnsim::gpu
