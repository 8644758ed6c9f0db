#include "kernels/decode.cuh"
#include "kernels/decode_run.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"

namespace attnsim::gpu {
namespace {

using decode::Schedule;

template <int kE, Schedule kSchedule>
class DecodeRun : public AttentionRun {
 public:
  explicit DecodeRun(const Shape& s) : AttentionRun(s), launcher_(cache(), kSchedule, s.splits) {}
  void launch(cudaStream_t stream) override { launcher_.launch(stream); }

 private:
  decode::Arguments cache() const {
    auto a = decode::arguments(shape_, q_, o_);
    a.k = k_.get();
    a.v = v_.get();
    return a;
  }

  decode::Launcher<decode::Bf16Cache<kE, false>> launcher_;
};

template <Schedule kSchedule>
Kernel decode_kernel(const char* name, const char* about) {
  Kernel kernel;
  kernel.name = name;
  kernel.about = about;
  kernel.refuses = decode::refuse_decode;
  kernel.make = [](const Shape& s) -> std::unique_ptr<Run> {
    if (s.E == 64) return std::make_unique<DecodeRun<64, kSchedule>>(s);
    return std::make_unique<DecodeRun<128, kSchedule>>(s);
  };
  kernel.checked = shapes::decode_checks();
  kernel.measured = shapes::decode();
  return kernel;
}

}  // namespace

std::vector<Kernel> decode_kernels() {
  return {
      decode_kernel<Schedule::kOneBlock>("decode_one_block", "one block a key-value head"),
      decode_kernel<Schedule::kSplit>("flash_decoding", "keys split in equal parts, then combined"),
      decode_kernel<Schedule::kStreamK>("lean_attention",
                                        "stream-K: equal pieces of all heads' tiles"),
  };
}

}  // namespace attnsim::gpu
