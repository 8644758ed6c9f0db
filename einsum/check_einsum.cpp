#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/overloaded.h"
#include "einsum/check_steps.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Walks one right-hand side with the variables that are bound where it is.
class ExpressionCheck {
 public:
  ExpressionCheck(const Cascade& cascade, const Einsum& einsum)
      : cascade_(cascade), einsum_(einsum), bound_(output_variables(einsum)) {
    note_scope();
  }

  void run(const Expr& expr) {
    std::visit(Overloaded{[&](const Number& number) { check_number(number, expr.place); },
                          [&](const Access& access) { check_read(access); },
                          [&](const Call& call) { check_call(call, expr.place); },
                          [&](const Reduce& reduce) { check_reduce(reduce, expr.place); },
                          [&](const Index& index) { check_value(index, expr.place); },
                          [&](const Select& select) { check_select(select, expr.place); }},
               expr.node);
  }

  /// What stands on the right only, in order of appearance.
  [[nodiscard]] const Names& free() const { return free_; }
  /// The sets of variables that are bound together somewhere, the output's first.
  [[nodiscard]] const std::vector<Names>& scopes() const { return scopes_; }

 private:
  static void check_number(const Number& number, const Place& place) {
    if (std::isnan(number.value)) throw InputError(place, "not a number (NaN)");
  }

  void check_read(const Access& access) {
    check_access(cascade_, access);
    for (const auto& index : access.indices) note_variables(index);
  }

  void check_value(const Index& index, const Place& place) {
    check_index(cascade_, index, place, to_text(einsum_.output) + " = ...");
    note_variables(index);
  }

  void note_variables(const Index& index) {
    for (const auto& variable : variables_of(index)) {
      if (!contains(bound_, variable) && !contains(free_, variable)) free_.push_back(variable);
    }
  }

  void check_call(const Call& call, const Place& place) {
    check_arity(call.op, arity_of(cascade_, call.op, place), call.arguments.size(), place);
    for (const auto& argument : call.arguments) run(argument);
  }

  void check_reduce(const Reduce& reduce, const Place& place) {
    if (find_reduce_operator(reduce.op) == nullptr) check_declared_reduction(reduce.op, place);
    check_bound(reduce.op, reduce.variables, reduce.argument.at(0), place);
  }

  void check_declared_reduction(const std::string& op, const Place& place) const {
    const auto* declared = cascade_.find_operator(op);
    if (declared == nullptr) {
      auto known = reduction_names();
      for (const auto& other : cascade_.operators) {
        if (other.identity) known.push_back(other.name);
      }
      throw InputError(place, unknown_name("reduction", op, known) +
                                  "; the names of tensors start in upper case");
    }
    if (declared->identity) return;
    throw InputError(place, "the operator '" + op + "' reduces nothing: it is declared at " +
                                to_string(declared->place) +
                                " without an identity (operator max2(x, y) identity -inf = ...)");
  }

  void check_select(const Select& select, const Place& place) {
    if (select.arguments.size() > 1) run(select.arguments[1]);
    check_bound(select.op, {select.variable}, select.arguments.at(0), place);
  }

  /// What an operator reduces or selects, with the variables that it binds.
  void check_bound(const std::string& op, const Names& variables, const Expr& argument,
                   const Place& place) {
    auto used = variables_used(argument);
    if (einsum_.where) {
      const auto conditions = variables_used(*einsum_.where);
      used.insert(used.end(), conditions.begin(), conditions.end());
    }
    const auto outer = bound_;
    for (const auto& variable : variables) {
      check_reduced_variable(op, variable, place);
      if (!contains(used, variable)) {
        fail_reduced(op, variable, place, "which does not index anything in " + to_text(argument));
      }
      bound_.push_back(variable);
    }
    note_scope();
    run(argument);
    bound_ = outer;
  }

  void check_reduced_variable(const std::string& op, const std::string& variable,
                              const Place& place) const {
    rank_of_variable(cascade_, variable, place, op + "[" + variable + "]");
    if (contains(output_variables(einsum_), variable)) {
      fail_reduced(op, variable, place, "which also indexes the output " + to_text(einsum_.output));
    }
    if (contains(bound_, variable)) {
      fail_reduced(op, variable, place, "which is already being reduced");
    }
  }

  [[noreturn]] static void fail_reduced(const std::string& op, const std::string& variable,
                                        const Place& place, const std::string& fault) {
    throw InputError(place, op + "[" + variable + "] reduces over '" + variable + "', " + fault);
  }

  void note_scope() { scopes_.push_back(bound_); }

  const Cascade& cascade_;
  const Einsum& einsum_;
  Names bound_;
  Names free_;
  std::vector<Names> scopes_;
};

[[noreturn]] void fail_reduced_and_free(const Einsum& einsum, const std::string& variable) {
  throw InputError(einsum.value.place,
                   "'" + variable + "' is reduced over in one place of " + einsum.name() +
                       " and stands free in another; compute one of the two in an Einsum of " +
                       "its own");
}

void sum_over(Einsum& einsum, const Names& variables) {
  const Place place = einsum.value.place;
  Reduce sum{"sum", variables, {}};
  sum.argument.push_back(std::move(einsum.value));
  einsum.value = {std::move(sum), place};
}

}  // namespace

void check_einsum(const Cascade& cascade, Einsum& einsum) {
  ExpressionCheck written(cascade, einsum);
  written.run(einsum.value);
  for (const auto& variable : written.free()) {
    if (contains(reduced_variables(einsum), variable)) fail_reduced_and_free(einsum, variable);
  }
  if (!written.free().empty()) sum_over(einsum, written.free());
  if (!einsum.where) return;
  ExpressionCheck complete(cascade, einsum);
  complete.run(einsum.value);
  check_where(cascade, einsum, complete.scopes());
}

}  // namespace attnsim::einsum
