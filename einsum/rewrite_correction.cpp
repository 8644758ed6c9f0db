#include "einsum/rewrite_correction.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/printer.h"
#include "einsum/rewrite_algebra.h"
#include "einsum/rewrite_condition.h"
#include "einsum/rewrite_expr.h"
#include "einsum/rewrite_inline.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

struct NoCorrection {
  std::string reason;
};

using ValueOf = std::function<double(const Access&)>;

/// A map expression on single numbers.
double value_at(const Expr& expr, const ValueOf& value_of) {
  if (const auto* number = std::get_if<Number>(&expr.node)) return number->value;
  if (const auto* access = std::get_if<Access>(&expr.node)) return value_of(*access);
  if (std::holds_alternative<Index>(expr.node)) return 1.5;  // shapes and coordinates
  const auto* call = std::get_if<Call>(&expr.node);
  const auto* op = call == nullptr ? nullptr : find_map_operator(call->op);
  if (op == nullptr) return std::nan("");
  const double first = value_at(call->arguments[0], value_of);
  const double second = call->arguments.size() < 2 ? 0 : value_at(call->arguments[1], value_of);
  return op->apply(first, second);
}

class CorrectionSearch {
 public:
  CorrectionSearch(const Situation& situation, const Einsum& reduction)
      : situation_(situation), reduction_(reduction), reduce_(*root_reduce(reduction)) {}

  Correction run() {
    check_condition(reduction_.where);
    for (const auto& part : parts_of(reduce_.argument.front(), group_of("mul"))) add_factor(part);
    if (plus_.empty()) fail("nothing of it changes as the running tensors advance");
    Parts factors;
    for (auto& [function, sum] : plus_) {
      factors.push_back({call_expr(function, {joined(sum, group_of("add"))}), false});
    }
    result_.factor = joined(factors, group_of("mul"));
    check_start();
    return std::move(result_);
  }

 private:
  [[noreturn]] static void fail(const std::string& reason) { throw NoCorrection{reason}; }

  /// Which elements count must be known when they come.
  void check_condition(const std::optional<Condition>& where) const {
    if (!where) return;
    visit_sides(*where, [&](const Expr& side) {
      if (situation_.level(side) == 0) return;
      fail("its condition depends on `" + to_text(side) + "`, which is complete only after a pass");
    });
  }

  /// A factor of the term; a map that it reads is looked through.
  void add_factor(const Part& part) {
    if (situation_.level(part.expr) == 0) return;
    const auto* access = std::get_if<Access>(&part.expr.node);
    if (access != nullptr && !is_running(*access)) {
      const auto definition = definition_of(*access);
      check_condition(definition.where);
      const auto known = both(reduction_.where, result_.where);
      if (!implies(known, definition.where)) {
        // Where its condition fails the map holds 0: so does the product, and any multiple of it.
        if (reduce_.op != "sum" || part.inverted) fail_condition(*access, definition);
        result_.where = both(result_.where, definition.where);
      }
      for (auto inner : parts_of(definition.value, group_of("mul"))) {
        inner.inverted = inner.inverted != part.inverted;
        add_factor(inner);
      }
      return;
    }
    add_function(part);
  }

  [[nodiscard]] std::string declared_text(const Call* call) const {
    if (call == nullptr || situation_.cascade.find_operator(call->op) == nullptr) return "";
    return ": " + call->op +
           " is an operator of the cascade's own, of whose algebra nothing is known";
  }

  /// h(a + g): g advances from R[m1] to R[m1+1].
  void add_function(const Part& part) {
    const auto* call = std::get_if<Call>(&part.expr.node);
    const auto* h = call == nullptr ? nullptr : find_homomorphism(call->op);
    if (h == nullptr || h->to != std::string("mul")) {
      fail("`" + to_text(part.expr) + "` does not become a product of a part with " +
           list_names(reduce_.variables) + " and a part without" +
           (call == nullptr ? "" : ", as exp(a + b) = exp(a) * exp(b) would") +
           declared_text(call));
    }
    result_.changing.push_back(part.expr);
    for (auto term : expanded_terms(inlined(call->arguments.front()))) {
      if (situation_.level(term.expr) == 0) continue;
      if (intersects(free_variables(term.expr), reduce_.variables)) {
        fail("`" + to_text(term.expr) + "` in `" + to_text(part.expr) + "` ties what is reduced " +
             "from the whole fiber to " + list_names(reduce_.variables));
      }
      term.inverted = term.inverted != part.inverted;
      add_term(call->op, term);
    }
  }

  /// Of -R: R[m1] - R[m1+1]; of +R: R[m1+1] - R[m1].
  void add_term(const std::string& function, const Part& term) {
    Parts& sum = plus_[function];
    const auto step = [&](std::int64_t offset) {
      return replace_accesses(term.expr, [&](const Access& access) -> std::optional<Expr> {
        if (!is_running(access)) return std::nullopt;
        result_.running.insert(access.tensor);
        return access_expr(at_step(situation_, access, offset));
      });
    };
    sum.push_back({step(term.inverted ? 0 : 1), false});
    sum.push_back({step(term.inverted ? 1 : 0), true});
  }

  [[nodiscard]] bool is_running(const Access& access) const {
    return is_final_read(situation_.cascade, situation_.axis, access);
  }

  Definition definition_of(const Access& access) const {
    const auto definition = definition_at(situation_.cascade, access);
    if (!definition) fail("`" + to_text(access) + "` is complete only after a pass of its own");
    return *definition;
  }

  [[noreturn]] void fail_condition(const Access& access, const Definition& definition) const {
    fail("`" + to_text(access) + "` holds 0 unless " + to_text(*definition.where) + ", which " +
         reduction_.name() + " does not restrict itself to");
  }

  /// An exponent with all maps that wait for a fiber put in, down to running tensors.
  Expr inlined(const Expr& expr) const {
    return replace_accesses(expr, [&](const Access& access) -> std::optional<Expr> {
      if (is_running(access) || situation_.level(access) == 0) return std::nullopt;
      const auto definition = definition_of(access);
      if (!implies(reduction_.where, definition.where)) fail_condition(access, definition);
      return inlined(definition.value);
    });
  }

  [[nodiscard]] double initial(const std::string& tensor) const {
    for (const auto& init : situation_.cascade.inits) {
      if (init.target.tensor == tensor) return init.value;
    }
    return 0;
  }

  /// The factor before the first chunk, R[m1] being the identity, with everything else 1.5 but
  /// `negative`, which is -1.5.
  [[nodiscard]] bool is_finite_at_start(const std::string& negative) const {
    constexpr double sample = 1.5;
    return std::isfinite(value_at(result_.factor, [&](const Access& access) {
      if (!result_.running.contains(access.tensor)) {
        return access.tensor == negative ? -sample : sample;
      }
      const bool first = is_before(access);
      return first ? initial(access.tensor) : sample;
    }));
  }

  [[nodiscard]] bool is_before(const Access& access) const {
    return std::any_of(access.indices.begin(), access.indices.end(), [&](const Index& index) {
      return as_variable(index) == situation_.axis.outer;
    });
  }

  /// At the first chunk R[m1] is the identity (-inf): the factor multiplies 0 there and must be
  /// finite, whatever the sign of the inputs in it; else it takes an assumption.
  void check_start() {
    if (!is_finite_at_start("")) {
      fail("the correction `" + to_text(result_.factor) +
           "` is not finite before the first chunk, where " + list_names(running_names()) +
           " has no value yet");
    }
    for (const auto& access : reads(result_.factor)) {
      if (result_.running.contains(access.tensor) || is_finite_at_start(access.tensor)) continue;
      const auto* tensor = situation_.cascade.find_tensor(access.tensor);
      if (tensor->kind != Tensor::Kind::input) {
        fail("the correction `" + to_text(result_.factor) + "` is finite before the first chunk " +
             "only if " + access.tensor + " > 0, which is not known");
      }
      result_.positive.insert(access.tensor);
    }
  }

  [[nodiscard]] std::vector<std::string> running_names() const {
    return {result_.running.begin(), result_.running.end()};
  }

  const Situation& situation_;
  const Einsum& reduction_;
  const Reduce& reduce_;
  std::map<std::string, Parts> plus_;  ///< by function: what its argument advances by
  Correction result_;
};

}  // namespace

std::variant<Correction, std::string> correction_of(const Situation& situation,
                                                    const Einsum& reduction) {
  try {
    return CorrectionSearch(situation, reduction).run();
  } catch (const NoCorrection& none) {
    return none.reason;
  }
}

Access at_step(const Situation& situation, const Access& final, std::int64_t offset) {
  const Tensor& tensor = *situation.cascade.find_tensor(final.tensor);
  Access access = final;
  for (std::size_t i = 0; i < tensor.ranks.size(); ++i) {
    if (tensor.ranks[i] != tensor.generative_rank) continue;
    access.indices[i] = variable_index(situation.axis.outer);
    if (offset != 0) access.indices[i].terms.push_back(Term{offset, "", ""});
  }
  return access;
}

}  // namespace attnsim::einsum
