#include "kernels/flash_attention_3_run.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"

namespace attnsim::gpu {
namespace {

using fa3::FlashRun;
using fa3::Mask;

std::unique_ptr<Run> make_flash_attention_3(const Shape& s) {
  if (s.E == 128 && s.causal) return std::make_unique<FlashRun<128, 2, 128, Mask::kCausal>>(s);
  if (s.E == 128) return std::make_unique<FlashRun<128, 2, 128, Mask::kFull>>(s);
  if (s.causal) return std::make_unique<FlashRun<64, 3, 128, Mask::kCausal>>(s);
  return std::make_unique<FlashRun<64, 3, 128, Mask::kFull>>(s);
}

}  // namespace

std::vector<Kernel> flash_attention_3_kernels() {
  Kernel kernel;
  kernel.name = "flash_attention_3";
  kernel.about = "one pass, wgmma and TMA, warp-specialised, ping-pong";
  kernel.refuses = refuse_heads;
  kernel.make = make_flash_attention_3;
  kernel.checked = shapes::prefill_checks();
  kernel.measured = shapes::prefill();
  return {kernel};
}

}  // namespace attnsim::gpu
