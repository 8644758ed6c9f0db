#include "base/random_fill.cuh"
#include "kernels/decode_run.cuh"
#include "kernels/list.cuh"
#include "kernels/quantized_cache.cuh"
#include "kernels/shapes.cuh"

namespace attnsim::gpu {
namespace {

using decode::Schedule;

/// K and V as unsigned integers of 8 or 4 bits, offset by half their range, with a float scale a
/// token and head. Of a word of 4-bit elements, the first is the lowest nibble.
template <int kE, int kBits>
class QuantizedRun : public AttentionRun {
 public:
  explicit QuantizedRun(const Shape& s)
      : AttentionRun(s, WithoutKv{}),
        stride_((s.M + 31) / 32 * 32),
        bytes_k_(static_cast<std::size_t>(s.key_rows()) * kRowBytes),
        bytes_v_(static_cast<std::size_t>(s.key_rows()) * kRowBytes),
        k_scale_(static_cast<std::size_t>(s.B) * s.J * stride_),
        v_scale_(static_cast<std::size_t>(s.B) * s.J * stride_),
        launcher_(cache(), Schedule::kSplit, s.splits) {
    fill_random_bytes(bytes_k_, 2);
    fill_random_bytes(bytes_v_, 3);
    // deviation of the integers times the scale is near 1
    const float unit = kBits == 8 ? 1.0f / 74 : 1.0f / 4.6f;
    fill_uniform(k_scale_, 4, 0.5f * unit, 1.5f * unit);
    fill_uniform(v_scale_, 5, 0.5f * unit, 1.5f * unit);
  }
  void launch(cudaStream_t stream) override { launcher_.launch(stream); }

 protected:
  std::vector<double> head_keys(int b, int j) const override {
    return dequantised(bytes_k_, k_scale_, b, j);
  }
  std::vector<double> head_values(int b, int j) const override {
    return dequantised(bytes_v_, v_scale_, b, j);
  }
  double kv_bytes() const override {
    return 2.0 * static_cast<double>(shape_.key_rows()) * (kRowBytes + sizeof(float));
  }

 private:
  static constexpr int kRowBytes = kE * kBits / 8;

  decode::Arguments cache() const {
    auto a = decode::arguments(shape_, q_, o_);
    a.k = bytes_k_.get();
    a.v = bytes_v_.get();
    a.k_scale = k_scale_.get();
    a.v_scale = v_scale_.get();
    a.scale_stride = stride_;
    return a;
  }
  std::vector<double> dequantised(const DeviceBuffer<std::uint8_t>& bytes,
                                  const DeviceBuffer<float>& scales, int b, int j) const {
    const std::size_t head = static_cast<std::size_t>(b) * shape_.J + j;
    const std::size_t count = static_cast<std::size_t>(shape_.M) * kRowBytes;
    const auto stored = bytes.read(head * count, count);
    const auto scale = scales.read(head * stride_, shape_.M);
    std::vector<double> values(static_cast<std::size_t>(shape_.M) * kE);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const int byte = stored[i * kBits / 8];
      const int integer = kBits == 8 ? byte - 128 : (byte >> (i % 2 * 4) & 15) - 8;
      values[i] = integer * static_cast<double>(scale[i / kE]);
    }
    return values;
  }

  int stride_;
  DeviceBuffer<std::uint8_t> bytes_k_;
  DeviceBuffer<std::uint8_t> bytes_v_;
  DeviceBuffer<float> k_scale_;
  DeviceBuffer<float> v_scale_;
  decode::Launcher<decode::QuantizedCache<kE, kBits>> launcher_;
};

std::vector<Shape> with_bits(std::vector<Shape> all, int bits) {
  for (Shape& s : all) s.bits = bits;
  return all;
}

template <int kBits>
Kernel quantized_kernel(const char* name, const char* dtype) {
  Kernel kernel;
  kernel.name = name;
  kernel.dtype = dtype;
  kernel.about = "flash_decoding over a quantized cache, a scale a token and head";
  kernel.refuses = [](const Shape& s) -> std::string {
    if (s.bits != kBits) return "bits= is not " + std::to_string(kBits);
    return decode::refuse_decode(s);
  };
  kernel.make = [](const Shape& s) -> std::unique_ptr<Run> {
    if (s.E == 64) return std::make_unique<QuantizedRun<64, kBits>>(s);
    return std::make_unique<QuantizedRun<128, kBits>>(s);
  };
  kernel.checked = with_bits(shapes::decode_checks(), kBits);
  for (const int batch : {1, 16, 64}) {
    for (const int length : {1024, 8192, 32768, 131072}) {
      if (batch == 64 && length > 32768) continue;
      kernel.measured.push_back(shapes::decode_shape(batch, 32, 8, length, 128));
    }
  }
  kernel.measured.push_back(shapes::decode_shape(4, 32, 32, 16384, 128));
  kernel.measured.push_back(shapes::decode_shape(16, 64, 8, 16384, 64));
  kernel.measured = with_bits(kernel.measured, kBits);
  return kernel;
}

}  // namespace

std::vector<Kernel> quantized_decode_kernels() {
  return {quantized_kernel<8>("decode_kv8", "bf16/int8"),
          quantized_kernel<4>("decode_kv4", "bf16/int4")};
}

}  // namespace attnsim::gpu
