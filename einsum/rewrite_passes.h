#pragma once

#include <map>
#include <string>
#include <vector>

#include "einsum/cascade.h"
#include "einsum/pass_analysis.h"

/// What waits for a traversal of a whole fiber: what the rules of derivation look at, and the
/// number of passes that they lower.
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

/// The pass analysis of a rank, where ranks that share a shape only, such as the queries P and keys
/// M of `P = M`, are told apart.
[[nodiscard]] PassAnalysis passes_apart(const Cascade& cascade, const std::string& rank);

/// Its number of passes.
[[nodiscard]] int passes(const Cascade& cascade, const std::string& rank);

}  // namespace attnsim::einsum
