#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>
#include <map>
#include <random>

#include "base/random_fill.cuh"
#include "kernels/softmax_run.cuh"

namespace attnsim::gpu {

std::vector<double> to_double(const std::vector<bf16>& values) {
  std::vector<double> wide(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) wide[i] = __bfloat162float(values[i]);
  return wide;
}

void RowErrors::add(const std::vector<double>& expected, const std::vector<double>& found) {
  double error = 0;
  double size = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    error += (found[i] - expected[i]) * (found[i] - expected[i]);
    size += expected[i] * expected[i];
  }
  error_ += error;
  size_ += size;
  const double relative = std::sqrt(error / std::max(size, 1e-30));
  if (!(relative <= worst_)) worst_ = relative;  // a NaN stays
  ++rows_;
}

std::string RowErrors::verdict(std::int64_t not_finite) const {
  const double all = std::sqrt(error_ / std::max(size_, 1e-30));
  char text[160];
  if (not_finite > 0) {
    std::snprintf(text, sizeof(text), "%lld elements not finite or not written",
                  static_cast<long long>(not_finite));
  } else if (!(all <= kToleranceAll) || !(worst_ <= kToleranceRow)) {
    std::snprintf(text, sizeof(text), "wrong: relative error %.2e, worst of %d rows %.2e", all,
                  rows_, worst_);
  } else {
    std::snprintf(text, sizeof(text), "ok %.1e of %d rows", all, rows_);
  }
  return text;
}

std::string refuse_heads(const Shape& s) {
  if (s.E != s.F || (s.E != 64 && s.E != 128)) return "head dims other than 64 and 128";
  if (s.H % s.J != 0) return "H is no multiple of J";
  return "";
}

AttentionRun::AttentionRun(const Shape& shape, WithoutKv)
    : shape_(shape), q_(shape.query_rows() * shape.E), o_(shape.query_rows() * shape.F) {
  fill_random(q_, 1);
}

AttentionRun::AttentionRun(const Shape& shape) : AttentionRun(shape, WithoutKv{}) {
  k_ = DeviceBuffer<bf16>((shape.key_rows() + kSpareRows) * shape.E);
  v_ = DeviceBuffer<bf16>((shape.key_rows() + kSpareRows) * shape.F);
  fill_random(k_, 2);
  fill_random(v_, 3);
}

float AttentionRun::scale() const { return 1.0f / std::sqrt(static_cast<float>(shape_.E)); }

bool AttentionRun::visible(const Row& row, int m) const {
  const int last = row.p + shape_.M - shape_.P;
  if (shape_.causal && m > last) return false;
  if (shape_.window > 0 && m <= last - shape_.window && m >= shape_.sinks) return false;
  return true;
}

double AttentionRun::pairs() const {
  double seen = 0;
  for (int p = 0; p < shape_.P; ++p) {
    const int keys =
        shape_.causal ? std::clamp(p + shape_.M - shape_.P + 1, 0, shape_.M) : shape_.M;
    const int most = shape_.window > 0 ? shape_.window + shape_.sinks : keys;
    seen += std::min(keys, most);
  }
  return seen * shape_.B * shape_.H;
}

double AttentionRun::kv_bytes() const {
  return static_cast<double>(shape_.key_rows()) * (shape_.E + shape_.F) * 2;
}

Work AttentionRun::work() const {
  const double qo = static_cast<double>(shape_.query_rows()) * (shape_.E + shape_.F) * 2;
  return {2 * pairs() * (shape_.E + shape_.F), qo + kv_bytes()};
}

void AttentionRun::weigh(std::vector<double>& scores, const Row&) const {
  const double most = *std::max_element(scores.begin(), scores.end());
  double sum = 0;
  for (double& score : scores) sum += score = std::exp(score - most);
  for (double& score : scores) score /= sum;
}

std::vector<double> AttentionRun::head_keys(int b, int j) const {
  const std::size_t count = static_cast<std::size_t>(shape_.M) * shape_.E;
  return to_double(k_.read((static_cast<std::size_t>(b) * shape_.J + j) * count, count));
}

std::vector<double> AttentionRun::head_values(int b, int j) const {
  const std::size_t count = static_cast<std::size_t>(shape_.M) * shape_.F;
  return to_double(v_.read((static_cast<std::size_t>(b) * shape_.J + j) * count, count));
}

// All rows if the budget allows, else some rows of few heads (a head has to be copied whole).
std::vector<Row> AttentionRun::draw_rows(double terms) const {
  std::vector<Row> rows;
  const double a_row = static_cast<double>(shape_.M) * (shape_.E + shape_.F);
  if (a_row * static_cast<double>(shape_.query_rows()) <= terms) {
    for (int b = 0; b < shape_.B; ++b) {
      for (int h = 0; h < shape_.H; ++h) {
        for (int p = 0; p < shape_.P; ++p) rows.push_back({b, h, p});
      }
    }
    return rows;
  }
  const int wanted = std::clamp(static_cast<int>(terms / a_row), 4, 64);
  std::mt19937 random(17);
  std::vector<Row> heads = {{0, 0, 0}, {shape_.B - 1, shape_.H - 1, 0}};
  heads.push_back(
      {static_cast<int>(random() % shape_.B), static_cast<int>(random() % shape_.H), 0});
  for (int i = 0; i < wanted; ++i) {
    Row row = heads[static_cast<std::size_t>(i) % heads.size()];
    row.p = i < 2 ? i * (shape_.P - 1) : static_cast<int>(random() % shape_.P);
    rows.push_back(row);
  }
  return rows;
}

std::vector<double> AttentionRun::reference(const Row& row, const std::vector<double>& keys,
                                            const std::vector<double>& values) const {
  const std::size_t at = ((static_cast<std::size_t>(row.b) * shape_.H + row.h) * shape_.P + row.p);
  const auto query = to_double(q_.read(at * shape_.E, shape_.E));
  std::vector<double> scores(shape_.M, -std::numeric_limits<double>::infinity());
  for (int m = 0; m < shape_.M; ++m) {
    if (!visible(row, m)) continue;
    double sum = 0;
    for (int e = 0; e < shape_.E; ++e)
      sum += query[e] * keys[static_cast<std::size_t>(m) * shape_.E + e];
    scores[m] = sum / std::sqrt(static_cast<double>(shape_.E));
  }
  weigh(scores, row);
  std::vector<double> out(shape_.F);
  for (int m = 0; m < shape_.M; ++m) {
    if (scores[m] == 0) continue;
    for (int f = 0; f < shape_.F; ++f) {
      out[f] += scores[m] * values[static_cast<std::size_t>(m) * shape_.F + f];
    }
  }
  return out;
}

std::string AttentionRun::check(double terms) {
  o_.poison();
  launch(nullptr);
  GPU_CHECK(cudaGetLastError());
  GPU_CHECK(cudaDeviceSynchronize());
  std::map<std::pair<int, int>, std::vector<Row>> by_head;
  for (const Row& row : draw_rows(terms)) by_head[{row.b, row.h / shape_.group()}].push_back(row);
  RowErrors errors;
  for (const auto& [head, rows] : by_head) {
    const auto keys = head_keys(head.first, head.second);
    const auto values = head_values(head.first, head.second);
    for (const Row& row : rows) {
      const std::size_t at =
          (static_cast<std::size_t>(row.b) * shape_.H + row.h) * shape_.P + row.p;
      errors.add(reference(row, keys, values), to_double(o_.read(at * shape_.F, shape_.F)));
    }
  }
  return errors.verdict(count_not_finite(o_));
}

}  // namespace attnsim::gpu
