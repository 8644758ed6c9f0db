#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// Arithmetic on conditions, for the side conditions of rewrite rules: when is a chunk reached at
/// all, and does one condition imply another?
namespace attnsim::einsum {

/// What a linear form is linear in: a shape or parameter times a coordinate, a division or a
/// gather; or the truth, 0 or 1, of a comparison of values. All of these empty: the constant.
struct Atom {
  std::string name;      ///< of the shape or parameter
  std::string variable;  ///< the coordinate, or the text of the part or of the truth
  std::vector<IndexPart> part = {};
  std::vector<Condition> truth = {};

  bool operator<(const Atom& other) const;
  bool operator==(const Atom& other) const;
  [[nodiscard]] bool is_opaque() const { return !part.empty() || !truth.empty(); }
  /// Whether it changes with the coordinate: is it, or has it inside.
  [[nodiscard]] bool depends_on(const std::string& coordinate) const;
};

/// A linear form over the integers. Stands for the comparison `form <= 0`.
using Linear = std::map<Atom, std::int64_t>;

/// Any of (all of (form <= 0)): {{}} always holds, {} never does.
using Alternatives = std::vector<std::vector<Linear>>;

/// The condition in that form; `!=` makes two alternatives, `not` turns comparisons of indices
/// round. nullopt beyond 64 alternatives.
[[nodiscard]] std::optional<Alternatives> alternatives_of(const std::optional<Condition>& where);

/// The points at which the condition holds for at least one coordinate of each of `variables`, by
/// Fourier-Motzkin elimination: from `A <= m0`, `m0 <= B` and 0 <= m0 <= M0 - 1 it keeps A <= B,
/// 0 <= B and A <= M0 - 1. That is exact over the integers if every coefficient of an eliminated
/// variable is 1 or -1; if one is not, the answer is nullopt, unless the variable has no lower
/// bound but 0 and 0 will do; or if the variable is inside a division or a comparison of values.
[[nodiscard]] std::optional<Alternatives> reached(const Cascade& cascade,
                                                  const std::optional<Condition>& where,
                                                  const std::vector<std::string>& variables);

/// Whether the first implies the second as far as comparing their parts tells: every alternative
/// of `a` has all comparisons of some alternative of `b`.
[[nodiscard]] bool implies(const Alternatives& a, const Alternatives& b);
[[nodiscard]] bool implies(const std::optional<Condition>& a, const std::optional<Condition>& b);

/// Back to the language; nullopt if it always holds.
/// @throws std::logic_error if it never does, which the language cannot say
[[nodiscard]] std::optional<Condition> condition_of(const Alternatives& alternatives);

/// Both hold.
[[nodiscard]] std::optional<Condition> both(const std::optional<Condition>& a,
                                            const std::optional<Condition>& b);

[[nodiscard]] inline bool always(const Alternatives& alternatives) {
  return alternatives.size() == 1 && alternatives.front().empty();
}

}  // namespace attnsim::einsum
