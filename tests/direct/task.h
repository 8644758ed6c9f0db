#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "direct/reader.h"
#include "einsum/cascade.h"
#include "einsum/interpreter.h"
#include "einsum/shapes.h"

namespace attnsim::direct {

/// What an algorithm is given, and what its definition makes of it.
class Task {
 public:
  /// The task that the cascade claims to carry out; of the cascade only the shapes of its inputs
  /// and outputs are taken. `inputs` must outlive it.
  Task(const einsum::Cascade& cascade, const einsum::Shapes& shapes, const einsum::Values& inputs);

  /// The shape of a rank or the value of a parameter. @throws InputError if there is none
  [[nodiscard]] std::int64_t operator[](const std::string& rank) const;

  /// @throws InputError if there is no such input
  [[nodiscard]] Reader in(const std::string& input) const;

  /// Sets every element of an output, at once, to what `element` computes for its coordinates.
  /// @throws InputError if there is no such output
  void define(const std::string& output, const std::function<double(At)>& element);

  /// @throws InputError "holds where ..." if the shapes are outside of what the algorithm defines
  void require(bool condition, const std::string& where) const;

  /// The outputs that were defined.
  [[nodiscard]] const einsum::Values& outputs() const { return outputs_; }

 private:
  std::string cascade_;
  einsum::Shapes shapes_;
  const einsum::Values* inputs_;
  einsum::Values outputs_;
};

}  // namespace attnsim::direct
