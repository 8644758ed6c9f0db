#pragma once

#include <vector>

#include "kernels/kernel.cuh"

namespace attnsim::gpu {

// Each family says what it has; `all_kernels` is the list that the runner works on.
std::vector<Kernel> unfused_kernels();
std::vector<Kernel> flash_attention_2_kernels();
std::vector<Kernel> flash_attention_3_kernels();
std::vector<Kernel> sparse_prefill_kernels();
std::vector<Kernel> sigmoid_kernels();
std::vector<Kernel> decode_kernels();
std::vector<Kernel> quantized_decode_kernels();
std::vector<Kernel> top_k_kernels();
std::vector<Kernel> linear_attention_kernels();

std::vector<Kernel> all_kernels();

}  // namespace attnsim::gpu
