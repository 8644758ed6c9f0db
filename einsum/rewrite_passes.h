#pragma once

#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// How often a rank must be traversed: the measure that derivation lowers. A pass over a rank is a
/// traversal of a whole fiber; an Einsum needs one more than what it reads if something that it
/// reads was reduced from the whole fiber.
namespace attnsim::einsum {

/// A rank as the Einsums see it: whole (`m`), or in parts (`m1` outside, `m0` inside).
struct Axis {
  std::string rank;                ///< "M"
  std::string whole;               ///< "m"
  std::string outer;               ///< "m1"; "m" while the rank has no parts
  std::vector<std::string> inner;  ///< {"m0"}; empty while the rank has no parts

  [[nodiscard]] bool is_split() const { return !inner.empty(); }
};

/// @throws InputError if the cascade has no such rank
[[nodiscard]] Axis axis_of(const Cascade& cascade, const std::string& rank);

/// What one analysis finds.
struct Levels {
  std::map<std::string, int> available;  ///< traversals that end before a tensor is complete
  std::vector<int> of;                   ///< by Einsum: traversals that end before it can start
};

[[nodiscard]] Levels levels_of(const Cascade& cascade, const Axis& axis);

/// Traversals that must end before the value of an access is there; `RM[M1]`, the last value of a
/// generative tensor, needs one more than `RM[m1]`.
[[nodiscard]] int level_of(const Cascade& cascade, const Axis& axis, const Levels& levels,
                           const Access& access);
[[nodiscard]] int level_of(const Cascade& cascade, const Axis& axis, const Levels& levels,
                           const Expr& expr);

/// Whether the access reads a generative tensor of the axis at a coordinate that does not run with
/// it: `RM[M1]`.
[[nodiscard]] bool is_final_read(const Cascade& cascade, const Axis& axis, const Access& access);

/// Runs along the whole fiber: along m, or along m1 and m0.
[[nodiscard]] bool iterates_over(const Einsum& einsum, const Axis& axis);
/// Its output lacks the axis along which it runs.
[[nodiscard]] bool reduces_over(const Einsum& einsum, const Axis& axis);

/// The number of passes over the rank: the distinct levels of the Einsums that run along the whole
/// fiber.
[[nodiscard]] int passes(const Cascade& cascade, const std::string& rank);

}  // namespace attnsim::einsum
