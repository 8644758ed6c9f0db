#pragma once

#include <cstdint>
#include <string>

#include "einsum/cascade.h"
#include "einsum/count_formula.h"
#include "einsum/shapes.h"

/// What one coordinate of a rank takes alone; private to `count_last`.
namespace attnsim::einsum {

/// Of a region that has this variable, the points at its last value.
void keep_last(Region& region, const std::string& variable);

/// The words that the last coordinate of a rank writes, and its state.
class StepWords {
 public:
  /// @param shapes  complete
  StepWords(const Cascade& cascade, const Shapes& shapes, const std::string& rank)
      : cascade_(cascade), shapes_(shapes), rank_(rank) {}

  /// What recurrences along the rank hold, which every coordinate reads and writes.
  /// @throws InputError beyond 63 bits
  [[nodiscard]] std::int64_t state() const;
  /// The outputs, and the state.
  [[nodiscard]] std::int64_t written() const;

 private:
  [[nodiscard]] std::int64_t words_of(const Tensor& tensor) const;

  const Cascade& cascade_;
  const Shapes& shapes_;
  std::string rank_;
};

}  // namespace attnsim::einsum
