#include "einsum/derive_scope.h"

#include <algorithm>

#include "base/overloaded.h"
#include "einsum/index_ops.h"

namespace attnsim::einsum {
namespace {

using Reason = std::optional<std::string>;

class Scope {
 public:
  explicit Scope(const Cascade& cascade) : cascade_(cascade) {}

  [[nodiscard]] Reason of(const Expr& expr) const {
    return std::visit(
        Overloaded{[](const Number&) { return Reason(); },
                   [&](const Access& access) { return of(access); },
                   [&](const Call& call) { return of_operation(call.op, call.arguments); },
                   [&](const Reduce& reduce) { return of_operation(reduce.op, reduce.argument); },
                   [](const Index& index) {
                     if (variables_of(index).empty()) return Reason();
                     return Reason("it uses a coordinate as a value, which no rule looks into");
                   },
                   [](const Select& select) {
                     return Reason("it selects with " + select.op +
                                   ": what is kept is known only after the whole fiber, and no "
                                   "correction takes it back");
                   }},
        expr.node);
  }

  [[nodiscard]] Reason of(const Access& access) const {
    if (std::all_of(access.indices.begin(), access.indices.end(), is_affine)) return {};
    return "an index of " + access.tensor + " divides or gathers, which no rule looks into";
  }

  [[nodiscard]] Reason of(const Condition& condition) const {
    if (condition.kind == Condition::Kind::values || condition.kind == Condition::Kind::negation) {
      return "its condition is negated or depends on data, which no rule looks into";
    }
    if (condition.kind == Condition::Kind::comparison &&
        !(is_affine(condition.comparison.left) && is_affine(condition.comparison.right))) {
      return "its condition divides, which no rule looks into";
    }
    return first(condition.parts);
  }

 private:
  template <class Part>
  [[nodiscard]] Reason first(const std::vector<Part>& parts) const {
    for (const auto& part : parts) {
      if (auto reason = of(part)) return reason;
    }
    return {};
  }

  [[nodiscard]] Reason of_operation(const std::string& op, const std::vector<Expr>& parts) const {
    if (cascade_.find_operator(op) != nullptr) {
      return "of the algebra of its operator " + op + " nothing is known";
    }
    return first(parts);
  }

  const Cascade& cascade_;
};

}  // namespace

std::optional<BeyondRules> beyond_rules(const Cascade& cascade) {
  const Scope scope(cascade);
  for (const auto& init : cascade.inits) {
    if (!init.from) continue;
    return BeyondRules{init.target.tensor, init.target.place,
                       "its initial value is computed, which no rule looks into"};
  }
  for (const auto& einsum : cascade.einsums) {
    auto reason = scope.of(einsum.value);
    if (!reason && einsum.where) reason = scope.of(*einsum.where);
    if (reason) return BeyondRules{einsum.name(), einsum.place, *reason};
  }
  return std::nullopt;
}

}  // namespace attnsim::einsum
