#include <algorithm>
#include <map>
#include <random>

#include "kernels/decode_run.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"
#include "kernels/top_k.cuh"

namespace attnsim::gpu {
namespace {

using decode::Schedule;

/// Attention over a chosen subset of the keys of each key-value head.
template <int kE>
class ChosenRun : public AttentionRun {
 public:
  explicit ChosenRun(const Shape& s)
      : AttentionRun(s),
        chosen_(static_cast<std::size_t>(s.B) * s.J * s.top_k),
        launcher_(gathered(), Schedule::kSplit, s.splits) {}

 protected:
  bool visible(const Row& row, int m) const override {
    auto& set = sets_[row.b * shape_.J + row.h / shape_.group()];
    if (set.empty()) {
      const auto list = read_chosen(row.b * shape_.J + row.h / shape_.group());
      set.assign(shape_.M, false);
      for (const int index : list) set[index] = true;
    }
    return set[m];
  }
  double pairs() const override { return static_cast<double>(shape_.B) * shape_.H * shape_.top_k; }
  double kv_bytes() const override {
    const double rows = static_cast<double>(shape_.B) * shape_.J * shape_.top_k;
    return rows * (4.0 * kE + sizeof(int));
  }
  std::vector<int> read_chosen(int kv_head) const {
    const std::size_t count = shape_.top_k;
    return chosen_.read(kv_head * count, count);
  }
  decode::Arguments gathered() const {
    auto a = decode::arguments(shape_, q_, o_);
    a.k = k_.get();
    a.v = v_.get();
    a.rows = chosen_.get();
    a.tokens = shape_.top_k;
    return a;
  }

  DeviceBuffer<int> chosen_;
  decode::Launcher<decode::Bf16Cache<kE, true>> launcher_;
  mutable std::map<int, std::vector<bool>> sets_;
};

/// Only the gathered attention; the keys are drawn at random.
template <int kE>
class GatheredRun : public ChosenRun<kE> {
 public:
  explicit GatheredRun(const Shape& s) : ChosenRun<kE>(s) {
    std::mt19937 random(41);
    std::vector<int> chosen;
    std::vector<int> all(s.M);
    for (int head = 0; head < s.B * s.J; ++head) {
      for (int m = 0; m < s.M; ++m) all[m] = m;
      for (int i = 0; i < s.top_k; ++i) {
        std::swap(all[i], all[i + random() % (s.M - i)]);
        chosen.push_back(all[i]);
      }
    }
    this->chosen_.write(chosen);
  }
  void launch(cudaStream_t stream) override { this->launcher_.launch(stream); }
};

/// Scores all keys, selects, and attends to what was selected.
template <int kE>
class TopKRun : public ChosenRun<kE> {
 public:
  explicit TopKRun(const Shape& s)
      : ChosenRun<kE>(s), scores_(static_cast<std::size_t>(s.B) * s.J * s.M) {
    scoring_ = this->gathered();
    scoring_.tokens = s.M;
    const int parts = std::clamp(528 / (s.B * s.J), 1, (s.M + 127) / 128);
    scoring_.chunk = ((s.M + parts - 1) / parts + 127) / 128 * 128;
    GPU_CHECK(cudaFuncSetAttribute(decode::score_kernel<kE>,
                                   cudaFuncAttributeMaxDynamicSharedMemorySize, kScoreBytes));
  }
  void launch(cudaStream_t stream) override {
    const Shape& s = this->shape_;
    const dim3 grid((s.M + scoring_.chunk - 1) / scoring_.chunk, s.B * s.J);
    decode::score_kernel<kE>
        <<<grid, decode::kThreads, kScoreBytes, stream>>>(scoring_, scores_.get());
    decode::select_kernel<<<s.B * s.J, decode::kSelectThreads, 0, stream>>>(
        scores_.get(), s.M, s.top_k, this->chosen_.get());
    this->launcher_.launch(stream);
  }
  Work work() const override {
    const Shape& s = this->shape_;
    Work work = ChosenRun<kE>::work();
    work.flops += 2.0 * s.B * s.H * s.M * static_cast<double>(kE);
    work.bytes += static_cast<double>(s.key_rows()) * kE * 2;
    return work;
  }
  std::string check(double terms) override {
    this->chosen_.poison();
    this->sets_.clear();
    const std::string verdict = ChosenRun<kE>::check(terms);
    if (verdict.rfind("ok", 0) != 0) return verdict;
    for (const int head : {0, this->shape_.B * this->shape_.J - 1}) {
      const std::string wrong = check_selection(head);
      if (!wrong.empty()) return wrong;
    }
    return verdict;
  }

 private:
  static constexpr int kScoreBytes = decode::kWarps * 6 * 16 * kE * 2;

  // The lowest chosen score may be below the highest one left out by no more than rounding.
  std::string check_selection(int head) const {
    const Shape& s = this->shape_;
    const auto keys = this->head_keys(head / s.J, head % s.J);
    const std::size_t group_size = static_cast<std::size_t>(s.group()) * kE;
    const auto queries = to_double(this->q_.read(head * group_size, group_size));
    std::vector<bool> in(s.M);
    for (const int index : this->read_chosen(head)) in[index] = true;
    if (std::count(in.begin(), in.end(), true) != s.top_k) return "wrong: a key chosen twice";
    double lowest_in = 1e30;
    double highest_out = -1e30;
    for (int m = 0; m < s.M; ++m) {
      double score = -1e30;
      for (int g = 0; g < s.group(); ++g) {
        double sum = 0;
        for (int e = 0; e < kE; ++e) sum += queries[g * kE + e] * keys[std::size_t(m) * kE + e];
        score = std::max(score, sum);
      }
      (in[m] ? lowest_in : highest_out) =
          in[m] ? std::min(lowest_in, score) : std::max(highest_out, score);
    }
    return lowest_in < highest_out - 1e-3 ? "wrong: a higher score left out" : "";
  }

  decode::Arguments scoring_;
  DeviceBuffer<float> scores_;
};

std::string refuse_top_k(const Shape& s) {
  if (s.top_k < 1 || s.top_k > s.M) return "top_k= is not from 1 to M";
  return decode::refuse_decode(s);
}

std::vector<Shape> with_top_k(std::vector<Shape> all, int top_k) {
  for (Shape& s : all) s.top_k = std::min(top_k, s.M);
  return all;
}

template <template <int> class RunOf>
Kernel top_k_kernel(const char* name, const char* about) {
  Kernel kernel;
  kernel.name = name;
  kernel.about = about;
  kernel.refuses = refuse_top_k;
  kernel.make = [](const Shape& s) -> std::unique_ptr<Run> {
    if (s.E == 64) return std::make_unique<RunOf<64>>(s);
    return std::make_unique<RunOf<128>>(s);
  };
  kernel.checked = with_top_k(shapes::decode_checks(), 100);
  for (const int batch : {1, 16}) {
    for (const int length : {8192, 32768, 131072}) {
      kernel.measured.push_back(shapes::decode_shape(batch, 32, 8, length, 128));
      kernel.measured.back().top_k = 2048;
    }
  }
  kernel.measured.push_back(kernel.measured[4]);
  kernel.measured.back().top_k = 512;
  kernel.measured.push_back(kernel.measured[4]);
  kernel.measured.back().top_k = 8192;
  return kernel;
}

}  // namespace

std::vector<Kernel> top_k_kernels() {
  return {
      top_k_kernel<GatheredRun>("decode_gathered", "flash_decoding over a list of keys"),
      top_k_kernel<TopKRun>("decode_top_k", "scores of all keys, radix select, gathered decode")};
}

}  // namespace attnsim::gpu
