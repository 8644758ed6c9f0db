#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "einsum/interpreter.h"

namespace attnsim::direct {

using At = const std::vector<std::int64_t>&;

/// A dense tensor read like `k(b, h, e, m)`.
class Reader {
 public:
  Reader(std::string name, const einsum::DenseTensor& tensor)
      : name_(std::move(name)), tensor_(&tensor) {}

  /// @throws InputError as `at`
  template <class... Coordinates>
  double operator()(Coordinates... coordinates) const {
    return at({static_cast<std::int64_t>(coordinates)...});
  }

  /// @throws InputError if the point lies outside of the tensor
  [[nodiscard]] double at(At point) const;

 private:
  std::string name_;
  const einsum::DenseTensor* tensor_;
};

}  // namespace attnsim::direct
