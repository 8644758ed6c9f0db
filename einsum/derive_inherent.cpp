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

std::optional<std::string> inherent_wait(const Axis& axis, const Einsum& einsum) {
  std::optional<std::string> reason;
  visit(einsum.value, [&](const Expr& expr) {
    if (reason || !is_along(axis, bound_by(expr))) return;
    if (const auto* select = std::get_if<Select>(&expr.node)) {
      reason =
          "it selects with " + select->op + " along " + axis.rank +
          ": which coordinate that is, is known only after the whole fiber, and no correction " +
          "takes back what was computed with another one";
    }
  });
  return reason;
}

}  // namespace attnsim::einsum
