#pragma once

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "einsum/cascade_files.h"

namespace attnsim::einsum {

/// A dense tensor read like `k(b, h, e, m)`.
class Reader {
 public:
  explicit Reader(const DenseTensor& tensor) : tensor_(&tensor) {}

  template <class... Coordinates>
  double operator()(Coordinates... coordinates) const {
    return at({static_cast<std::int64_t>(coordinates)...});
  }

  [[nodiscard]] double at(const std::vector<std::int64_t>& point) const {
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < point.size(); ++i) offset = offset * tensor_->shape[i] + point[i];
    return tensor_->data.at(static_cast<std::size_t>(offset));
  }

 private:
  const DenseTensor* tensor_;
};

using Draw = std::function<double(std::mt19937&)>;
using At = const std::vector<std::int64_t>&;

inline double draw_uniform(std::mt19937& random) {
  return std::uniform_real_distribution<double>(-1, 1)(random);
}

/// A shipped cascade, evaluated once on random inputs, to be compared with a direct computation.
class Zoo {
 public:
  /// @param draws  how to draw the inputs that are not uniform in [-1, 1)
  Zoo(const std::string& name, const Shapes& given, const std::map<std::string, Draw>& draws = {})
      : cascade_(load_cascade(cascade_path(name))), shapes_(resolve_shapes(cascade_, given)) {
    std::mt19937 random(17);
    for (const auto& input : cascade_.inputs) {
      const auto shape = shape_of(cascade_, *cascade_.find_tensor(input.tensor), shapes_);
      std::size_t size = 1;
      for (const auto extent : shape) size *= static_cast<std::size_t>(extent);
      const auto own = draws.find(input.tensor);
      std::vector<double> data(size);
      for (auto& value : data) {
        value = own == draws.end() ? draw_uniform(random) : own->second(random);
      }
      inputs_[input.tensor] = {shape, std::move(data)};
    }
    values_ = evaluate(cascade_, shapes_, inputs_);
  }

  [[nodiscard]] std::int64_t operator[](const std::string& rank) const { return shapes_.at(rank); }
  [[nodiscard]] Reader in(const std::string& input) const { return Reader(inputs_.at(input)); }
  [[nodiscard]] Reader out(const std::string& name) const { return Reader(values_.at(name)); }

  /// Every element of the output is what `direct` computes for its coordinates.
  void expect(const std::string& output, const std::function<double(At)>& direct) const {
    const auto& [shape, data] = values_.at(output);
    std::vector<std::int64_t> point(shape.size(), 0);
    for (const double value : data) {
      ASSERT_NEAR(value, direct(point), 1e-9) << cascade_.name << ": " << output;
      for (std::size_t i = point.size(); i-- > 0 && ++point[i] == shape[i];) point[i] = 0;
    }
  }

 private:
  Cascade cascade_;
  Shapes shapes_;
  Values inputs_;
  Values values_;
};

/// sum over i < count of `of(i)`.
inline double sum_of(std::int64_t count, const std::function<double(std::int64_t)>& of) {
  double sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += of(i);
  return sum;
}

/// Softmax attention over the listed keys: sum of exp(score) value / sum of exp(score).
inline double attend(const std::vector<std::int64_t>& keys,
                     const std::function<double(std::int64_t)>& score,
                     const std::function<double(std::int64_t)>& value) {
  double weighed = 0;
  double total = 0;
  for (const auto key : keys) {
    weighed += std::exp(score(key)) * value(key);
    total += std::exp(score(key));
  }
  return weighed / total;
}

/// The coordinates below `count` for which `holds`.
inline std::vector<std::int64_t> those(std::int64_t count,
                                       const std::function<bool(std::int64_t)>& holds) {
  std::vector<std::int64_t> found;
  for (std::int64_t i = 0; i < count; ++i) {
    if (holds(i)) found.push_back(i);
  }
  return found;
}

/// The `count` coordinates below `extent` with the largest scores, best first, by sorting them all.
inline std::vector<std::int64_t> best(std::int64_t count, std::int64_t extent,
                                      const std::function<double(std::int64_t)>& score) {
  auto all = those(extent, [](std::int64_t) { return true; });
  std::stable_sort(all.begin(), all.end(),
                   [&](std::int64_t a, std::int64_t b) { return score(a) > score(b); });
  all.resize(static_cast<std::size_t>(std::min(count, extent)));
  return all;
}

}  // namespace attnsim::einsum
