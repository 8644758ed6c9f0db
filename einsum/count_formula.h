#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "einsum/affine.h"
#include "einsum/cascade.h"
#include "einsum/shapes.h"

/// Conditions as formulas whose integer points can be counted without visiting them.
namespace attnsim::einsum {

/// constant + sum of coefficients x coordinates <= 0.
struct Inequality {
  std::vector<std::int64_t> coefficients;  ///< by slot
  std::int64_t constant = 0;
  bool operator==(const Inequality&) const = default;

  [[nodiscard]] bool holds(const Point& point) const;
};

/// Inequalities under `and` and `or`. There is no `not`: a comparison that needs one becomes the
/// opposite inequality, `==` two of them and `!=` one or the other.
struct Formula {
  enum class Kind { inequality, all_of, any_of };
  Kind kind = Kind::all_of;  ///< all of nothing: true
  Inequality inequality;
  std::vector<Formula> parts;

  [[nodiscard]] bool holds(const Point& point) const;
};

/// A formula and the ranges that its coordinates run through: 0 <= coordinate < extent.
struct Region {
  std::vector<std::string> variables;  ///< by slot
  std::vector<std::int64_t> extents;   ///< by slot
  Formula formula;
  Place place;  ///< of the condition
};

/// The points at which the condition holds; all of them if there is none.
/// @param variables  of ranks; all that the condition names, and no other need be among them
/// @throws InputError at the condition if a coefficient is beyond 64 bits
[[nodiscard]] Region region_of(const Cascade& cascade, const Condition* where,
                               const std::vector<std::string>& variables, const Shapes& shapes);

/// The inequalities of the formula, each once.
[[nodiscard]] std::vector<Inequality> inequalities_of(const Formula& formula);

/// Makes one coordinate of those of the variables that stand everywhere as digits of a number, such
/// as m1*M0+m0; its name is that of the lowest digit, and the others leave `variables` too.
/// @throws InputError at the condition if its extent is beyond 63 bits
void merge_digits(Region& region, std::vector<std::string>& variables);

/// The points of the other coordinates for which some value of this one fulfils the formula, as a
/// region without it: where any value does, 0 does or the least value that some inequality allows.
/// @return false, and no change, if an inequality bounds the coordinate with another factor than 1
/// @throws InputError at the condition if a coefficient is beyond 64 bits
[[nodiscard]] bool eliminate(Region& region, const std::string& variable);

}  // namespace attnsim::einsum
