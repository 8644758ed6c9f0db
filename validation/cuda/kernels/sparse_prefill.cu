#include <random>

#include "kernels/flash_attention_3_run.cuh"
#include "kernels/list.cuh"
#include "kernels/shapes.cuh"

namespace attnsim::gpu {
namespace {

using fa3::FlashRun;
using fa3::Mask;

constexpr int kBlock = 128;

/// Blocks of 128 queries x 128 keys, drawn at random by density; the diagonal is always kept. One
/// pattern for all heads.
struct BlockPattern {
  std::vector<int> first = {0};
  std::vector<int> blocks;
  std::vector<std::vector<bool>> kept;

  explicit BlockPattern(const Shape& s) {
    const int rows = (s.P + kBlock - 1) / kBlock;
    const int columns = (s.M + kBlock - 1) / kBlock;
    std::mt19937 random(29);
    for (int row = 0; row < rows; ++row) {
      kept.emplace_back(columns);
      for (int column = 0; column < columns; ++column) {
        const bool diagonal = column == std::min(row, columns - 1);
        if (!diagonal && static_cast<int>(random() % 100) >= s.density) continue;
        blocks.push_back(column);
        kept.back()[column] = true;
      }
      first.push_back(static_cast<int>(blocks.size()));
    }
  }
};

template <int kE>
class BlockSparseRun : public FlashRun<kE, 2, kBlock, Mask::kBlocks> {
  using Base = FlashRun<kE, 2, kBlock, Mask::kBlocks>;

 public:
  explicit BlockSparseRun(const Shape& s)
      : Base(s), pattern_(s), first_(pattern_.first.size()), blocks_(pattern_.blocks.size()) {
    first_.write(pattern_.first);
    blocks_.write(pattern_.blocks);
    Base::a_.block_first = first_.get();
    Base::a_.blocks = blocks_.get();
  }

 protected:
  bool visible(const Row& row, int m) const override {
    return pattern_.kept[row.p / kBlock][m / kBlock];
  }
  double pairs() const override {
    double seen = 0;
    const Shape& s = Base::shape_;
    for (std::size_t row = 0; row + 1 < pattern_.first.size(); ++row) {
      const int queries = std::min(kBlock, s.P - static_cast<int>(row) * kBlock);
      for (int i = pattern_.first[row]; i < pattern_.first[row + 1]; ++i) {
        seen += static_cast<double>(queries) * std::min(kBlock, s.M - pattern_.blocks[i] * kBlock);
      }
    }
    return seen * s.B * s.H;
  }

 private:
  BlockPattern pattern_;
  DeviceBuffer<int> first_;
  DeviceBuffer<int> blocks_;
};

std::unique_ptr<Run> make_window(const Shape& s) {
  if (s.E == 128) return std::make_unique<FlashRun<128, 2, 128, Mask::kWindow>>(s);
  return std::make_unique<FlashRun<64, 3, 128, Mask::kWindow>>(s);
}

std::unique_ptr<Run> make_blocks(const Shape& s) {
  if (s.E == 128) return std::make_unique<BlockSparseRun<128>>(s);
  return std::make_unique<BlockSparseRun<64>>(s);
}

std::vector<Shape> with_window(std::vector<Shape> all, int window, int sinks) {
  for (Shape& s : all) {
    s.causal = true;
    s.window = window;
    s.sinks = sinks;
  }
  return all;
}

std::vector<Shape> with_density(std::vector<Shape> all, int density) {
  for (Shape& s : all) {
    s.causal = false;
    s.density = density;
  }
  return all;
}

std::vector<Shape> long_shapes() {
  std::vector<Shape> all;
  for (const int length : {4096, 16384, 65536, 131072}) {
    all.push_back(shapes::prefill_shape(1, 32, 8, length, 128, false));
  }
  all.push_back(shapes::prefill_shape(1, 32, 32, 16384, 64, false));
  return all;
}

std::string refuse_window(const Shape& s) {
  if (s.window <= 0 || !s.causal) return "no causal window=";
  return refuse_heads(s);
}

std::string refuse_blocks(const Shape& s) {
  if (s.density <= 0 || s.causal) return "no density=, or causal";
  return refuse_heads(s);
}

void append(std::vector<Shape>& all, const std::vector<Shape>& more) {
  all.insert(all.end(), more.begin(), more.end());
}

}  // namespace

std::vector<Kernel> sparse_prefill_kernels() {
  Kernel window;
  window.name = "sliding_window";
  window.about = "flash_attention_3 over a sliding window and attention sinks";
  window.refuses = refuse_window;
  window.make = make_window;
  window.checked = with_window(shapes::prefill_checks(), 100, 4);
  append(window.checked, with_window(shapes::prefill_checks(), 300, 0));
  for (const int width : {512, 1024, 4096}) {
    append(window.measured, with_window(long_shapes(), width, 4));
  }

  Kernel blocks;
  blocks.name = "block_sparse";
  blocks.about = "flash_attention_3 over listed blocks of 128 x 128";
  blocks.refuses = refuse_blocks;
  blocks.make = make_blocks;
  blocks.checked = with_density(shapes::prefill_checks(), 40);
  for (const int density : {10, 25, 50}) {
    append(blocks.measured, with_density(long_shapes(), density));
  }
  return {window, blocks};
}

}  // namespace attnsim::gpu
