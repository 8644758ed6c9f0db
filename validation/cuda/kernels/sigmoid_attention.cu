#include <cmath>

#include "kernels/flash_attention_3_run.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"

namespace attnsim::gpu {
namespace {

using fa3::FlashRun;
using fa3::Mask;
using fa3::Weigh;

/// Weights sigmoid(score - ln M) instead of softmax: no row maximum, no sum, no rescaling.
template <int kE, int kConsumers, Mask kMask>
class SigmoidRun : public FlashRun<kE, kConsumers, 128, kMask, Weigh::kSigmoid> {
  using Base = FlashRun<kE, kConsumers, 128, kMask, Weigh::kSigmoid>;

 public:
  explicit SigmoidRun(const Shape& s) : Base(s) {
    Base::a_.bias_log2 = -std::log2(static_cast<float>(s.M));
  }

 protected:
  void weigh(std::vector<double>& scores, const Row&) const override {
    const double bias = -std::log(static_cast<double>(Base::shape_.M));
    for (double& score : scores) score = 1 / (1 + std::exp(-(score + bias)));
  }
};

std::unique_ptr<Run> make_sigmoid(const Shape& s) {
  if (s.E == 128 && s.causal) return std::make_unique<SigmoidRun<128, 2, Mask::kCausal>>(s);
  if (s.E == 128) return std::make_unique<SigmoidRun<128, 2, Mask::kFull>>(s);
  if (s.causal) return std::make_unique<SigmoidRun<64, 3, Mask::kCausal>>(s);
  return std::make_unique<SigmoidRun<64, 3, Mask::kFull>>(s);
}

}  // namespace

std::vector<Kernel> sigmoid_kernels() {
  Kernel kernel;
  kernel.name = "sigmoid_attention";
  kernel.about = "flash_attention_3 with sigmoid weights, bias -ln M";
  kernel.refuses = refuse_heads;
  kernel.make = make_sigmoid;
  kernel.checked = shapes::prefill_checks();
  for (const int width : {128, 64}) {
    for (const bool causal : {false, true}) {
      for (const int length : {1024, 4096, 16384, 65536}) {
        const int heads = 2048 / width;
        kernel.measured.push_back(shapes::prefill_shape(std::max(1, 16384 / length), heads, heads,
                                                        length, width, causal));
      }
    }
  }
  return {kernel};
}

}  // namespace attnsim::gpu
