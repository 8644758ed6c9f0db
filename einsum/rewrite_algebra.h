#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "einsum/cascade.h"

/// What the rewrite rules know of operators: groups, distributivity, homomorphisms and signs, each
/// a table. An operator that is in no row is opaque: no rule looks through it.
namespace attnsim::einsum {

/// An operator with its inverse: x - y is x + (-y), x / y is x * (1/y).
struct Group {
  const char* op = "";        ///< associative and commutative
  const char* inverse = "";   ///< the infix operator that inverts its second argument
  const char* negation = "";  ///< the operator that inverts its argument; "": none
  double identity = 0;
};

/// reduction[m] (x[m] op g) = (reduction[m] x[m]) op g, for g without m.
struct Distribution {
  const char* op = "";
  const char* reduction = "";
  bool positive_only = false;  ///< only for g > 0, which must be provable
};

/// f(a op_from b) = f(a) op_to f(b); `log` undoes it.
struct Homomorphism {
  const char* function = "";
  const char* from = "";
  const char* to = "";
};

[[nodiscard]] const Group& group_of(const std::string& op);
[[nodiscard]] std::vector<Distribution> distributions_over(const std::string& reduction);
/// nullptr if the function turns no group into another.
[[nodiscard]] const Homomorphism* find_homomorphism(const std::string& function);

/// Provably > 0 for all real inputs: a positive number, exp(..), products and quotients of such;
/// inputs in `assumed` count as positive.
[[nodiscard]] bool is_positive(const Expr& expr, const std::set<std::string>& assumed = {});

/// One operand of a sum or product: `expr`, or its inverse.
struct Part {
  Expr expr;
  bool inverted = false;
};
using Parts = std::vector<Part>;

/// The operands of an expression in a group: of `a * (b / c)` a, b and c inverted. `-a` is the
/// product of -1 and a.
[[nodiscard]] Parts parts_of(const Expr& expr, const Group& group);

/// The terms of a sum with products multiplied out: of `(x - g) * s` x*s and g*s inverted.
[[nodiscard]] Parts expanded_terms(const Expr& expr);

/// The expression of these operands: those not inverted in their order, then the inverted ones.
[[nodiscard]] Expr joined(const Parts& parts, const Group& group);

}  // namespace attnsim::einsum
