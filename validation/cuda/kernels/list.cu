#include "kernels/list.cuh"

namespace attnsim::gpu {

std::vector<Kernel> all_kernels() {
  std::vector<Kernel> all;
  for (auto family : {unfused_kernels, flash_attention_2_kernels, flash_attention_3_kernels,
                      sparse_prefill_kernels, sigmoid_kernels, decode_kernels,
                      quantized_decode_kernels, top_k_kernels, linear_attention_kernels}) {
    for (Kernel& kernel : family()) all.push_back(std::move(kernel));
  }
  return all;
}

}  // namespace attnsim::gpu
