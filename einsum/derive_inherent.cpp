#include "einsum/derive_inherent.h"

#include <algorithm>

#include "einsum/expression_ops.h"

namespace attnsim::einsum {

namespace {

bool is_along(const Axis& axis, const std::vector<std::string>& variables) {
  return std::any_of(variables.begin(), variables.end(), [&](const std::string& variable) {
    return variable == axis.whole || variable == axis.outer ||
           std::find(axis.inner.begin(), axis.inner.end(), variable) != axis.inner.end();
  });
}

}  // namespace

std::optional<std::string> inherent_wait(const Cascade& cascade, const Axis& axis,
                                         const Einsum& einsum) {
  std::optional<std::string> reason;
  visit(einsum.value, [&](const Expr& expr) {
    if (reason || !is_along(axis, bound_by(expr))) return;
    if (const auto* select = std::get_if<Select>(&expr.node)) {
      reason = "it selects with " + select->op + " along " + axis.rank +
               ": which coordinate that is, is known only after the whole fiber, and no correction " +
               "takes back what was computed with another one";
    }
    const auto* reduce = std::get_if<Reduce>(&expr.node);
    if (reduce != nullptr && cascade.find_operator(reduce->op) != nullptr) {
      reason = "it reduces with " + reduce->op +
               ", an operator of the cascade's own: of its algebra nothing is known that would " +
               "correct what was computed with an earlier value";
    }
  });
  return reason;
}

}  // namespace attnsim::einsum
