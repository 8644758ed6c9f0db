#pragma once

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "einsum/rewrite_rules.h"

namespace attnsim::einsum {

/// How the term of a reduction changes when the running tensors in it advance by one chunk:
/// term(R[m1+1]) = factor * term(R[m1]), with a factor that is the same for the whole fiber.
struct Correction {
  Expr factor;                     ///< of R[m1] and R[m1+1]
  std::vector<Expr> changing;      ///< the factors of the term that R is in: `exp(QK - RM[M1])`
  std::set<std::string> running;   ///< the tensors R
  std::set<std::string> positive;  ///< inputs that must be > 0 for it to be finite at the start
  /// Where the term can be other than 0, beyond the reduction's own condition.
  std::optional<Condition> where;
};

/// The correction of the term of this reduction, or why there is none.
///
/// The term, with the maps that depend on R inlined, is a product. A factor f with R must be
/// h(a + g) with h turning + into * (`exp`, `exp2`), g the summands with R, none of which may have
/// a reduced variable: then h(a + g') = h(a + g) * h(g' - g).
[[nodiscard]] std::variant<Correction, std::string> correction_of(const Situation& situation,
                                                                  const Einsum& reduction);

/// The access `R[..,M1,..]` at another coordinate of the axis' outer variable: m1 + offset.
[[nodiscard]] Access at_step(const Situation& situation, const Access& final, std::int64_t offset);

}  // namespace attnsim::einsum
