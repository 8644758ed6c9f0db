#pragma once

#include <cstdint>
#include <cuda_bf16.h>
#include <functional>
#include <string>
#include <vector>

#include "base/device_buffer.cuh"
#include "kernels/kernel.cuh"

namespace attnsim::gpu {

using bf16 = __nv_bfloat16;

/// A row of the reference: one query of one head.
struct Row {
  int b = 0;
  int h = 0;
  int p = 0;
};

/// Largest error that a check lets pass, of all rows together and of the worst row: the 2-norm of
/// the difference over that of the reference. bf16 has 8 bits; a rounded output alone is 2e-3 off.
constexpr double kToleranceAll = 1e-2;
constexpr double kToleranceRow = 3e-2;

/// Rows behind the last one of K and V, so that a kernel may read a multiple of 8 of each head.
constexpr int kSpareRows = 7;

/// Attention over Q [B,H,P,E], K [B,J,M,E], V [B,J,M,F] into O [B,H,P,F], all bf16: the buffers,
/// the counts and the comparison that the kernels share. What differs is overridden.
class AttentionRun : public Run {
 public:
  explicit AttentionRun(const Shape& shape);
  Work work() const override;
  std::string check(double terms) override;

 protected:
  /// Whether query p of head h sees key m.
  virtual bool visible(const Row& row, int m) const;
  /// How many (query, key) pairs are seen, over all b, h, p.
  virtual double pairs() const;
  /// Turns scores (scaled products, -inf where unseen) into weights.
  virtual void weigh(std::vector<double>& scores, const Row& row) const;
  /// Keys and values of one head in double precision.
  virtual std::vector<double> head_keys(int b, int j) const;
  virtual std::vector<double> head_values(int b, int j) const;
  virtual double kv_bytes() const;

  float scale() const;

  Shape shape_;
  DeviceBuffer<bf16> q_;
  DeviceBuffer<bf16> k_;
  DeviceBuffer<bf16> v_;
  DeviceBuffer<bf16> o_;

  /// For kernels that keep K and V in another form.
  struct WithoutKv {};
  AttentionRun(const Shape& shape, WithoutKv);

 private:
  std::vector<Row> draw_rows(double terms) const;
  std::vector<double> reference(const Row& row, const std::vector<double>& keys,
                                const std::vector<double>& values) const;
};

std::vector<double> to_double(const std::vector<bf16>& values);

/// Compares rows, each an error and a size: the text of `Run::check`.
class RowErrors {
 public:
  void add(const std::vector<double>& expected, const std::vector<double>& found);
  std::string verdict(std::int64_t not_finite) const;

 private:
  double error_ = 0;
  double size_ = 0;
  double worst_ = 0;
  int rows_ = 0;
};

/// Refusals that most kernels share: E and F 64 or 128, whole groups.
std::string refuse_heads(const Shape& shape);

}  // namespace attnsim::gpu
