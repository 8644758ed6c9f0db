#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/shapes.h"

namespace attnsim::einsum {

/// A tensor's values, row-major: the last rank varies fastest.
struct DenseTensor {
  std::vector<std::int64_t> shape;  ///< one extent per rank, in index order
  std::vector<double> data;         ///< product of `shape` elements

  bool operator==(const DenseTensor&) const = default;
};

/// Tensors by name.
using Values = std::map<std::string, DenseTensor>;

/// The most elements that the interpreter gives a tensor (2 GiB): it is an oracle for small shapes.
inline constexpr std::int64_t most_elements = std::int64_t{1} << 28;

/// Whether tensors hold what is computed, or that rounded to the element types declared for them.
enum class Rounding { none, typed };

/// The shape of a tensor of the cascade; a generative one has one coordinate more along its rank.
/// @param shapes  complete (`resolve_shapes`)
[[nodiscard]] std::vector<std::int64_t> shape_of(const Cascade& cascade, const Tensor& tensor,
                                                 const Shapes& shapes);

/// Runs a checked cascade on numbers, in double precision: the oracle of every other execution.
/// With `Rounding::typed` each element of an input or a result is rounded where it is stored.
/// Reductions run in ascending order of their variables, the last one fastest.
///
/// @param shapes  ranks and parameters, completed by `resolve_shapes`
/// @param inputs  exactly the inputs of the cascade, in the shapes of their ranks
/// @return every tensor that the cascade computes, intermediates too (not inputs, not views)
/// @throws InputError for shapes or inputs that do not fit, and for a read outside a tensor's shape
///         at a point that no condition excludes
[[nodiscard]] Values evaluate(const Cascade& cascade, const Shapes& shapes, const Values& inputs,
                              Rounding rounding = Rounding::none);

}  // namespace attnsim::einsum
