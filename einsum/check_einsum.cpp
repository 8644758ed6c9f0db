#include <algorithm>
#include <cmath>
#include <set>
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

std::set<std::string> variables_read(const Expr& expr) {
  std::set<std::string> variables;
  for (const auto& access : reads(expr)) {
    for (const auto& index : access.indices) {
      for (const auto& variable : variables_of(index)) variables.insert(variable);
    }
  }
  return variables;
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
                          [&](const Reduce& reduce) { check_reduce(reduce, expr.place); }},
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
    for (const auto& index : access.indices) {
      for (const auto& variable : variables_of(index)) {
        if (!contains(bound_, variable) && !contains(free_, variable)) free_.push_back(variable);
      }
    }
  }

  void check_call(const Call& call, const Place& place) {
    const auto* op = find_map_operator(call.op);
    if (op == nullptr) {
      throw InputError(place, unknown_name("operator", call.op, function_names()));
    }
    if (call.arguments.size() != op->arity) {
      throw InputError(place, call.op + " takes " + std::to_string(op->arity) +
                                  (op->arity == 1 ? " argument, not " : " arguments, not ") +
                                  std::to_string(call.arguments.size()));
    }
    for (const auto& argument : call.arguments) run(argument);
  }

  void check_reduce(const Reduce& reduce, const Place& place) {
    if (find_reduce_operator(reduce.op) == nullptr) {
      throw InputError(place, unknown_name("reduction", reduce.op, reduction_names()));
    }
    const Expr& argument = reduce.argument.at(0);
    const auto used = variables_read(argument);
    const auto outer = bound_;
    for (const auto& variable : reduce.variables) {
      check_reduced_variable(reduce.op, variable, place);
      if (!used.contains(variable)) {
        fail_reduced(reduce.op, variable, place,
                     "which does not index anything in " + to_text(argument));
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

[[noreturn]] void fail_unbound(const Einsum& einsum, const std::string& variable) {
  throw InputError(einsum.where->place, "where " + to_text(*einsum.where) + ": " + einsum.name() +
                                            " does not iterate over '" + variable +
                                            "' (it iterates over " +
                                            list_names(iteration_variables(einsum)) + ")");
}

[[noreturn]] void fail_reduced_and_free(const Einsum& einsum, const std::string& variable) {
  throw InputError(einsum.value.place,
                   "'" + variable + "' is reduced over in one place of " + einsum.name() +
                       " and stands free in another; compute one of the two in an Einsum of " +
                       "its own");
}

/// A condition guards the first place where all of its variables are bound; there must be one.
void check_where(const Cascade& cascade, const Einsum& einsum, const std::vector<Names>& scopes) {
  const Condition& where = *einsum.where;
  const std::string inside = "where " + to_text(where);
  Names needed;
  for (const auto& index : indices_of(where)) {
    check_index(cascade, index, where.place, inside);
    const auto variables = variables_of(index);
    needed.insert(needed.end(), variables.begin(), variables.end());
  }
  for (const auto& variable : needed) {
    if (!contains(iteration_variables(einsum), variable)) fail_unbound(einsum, variable);
  }
  const auto binds_all = [&](const Names& scope) {
    return std::all_of(needed.begin(), needed.end(),
                       [&](const std::string& variable) { return contains(scope, variable); });
  };
  if (std::none_of(scopes.begin(), scopes.end(), binds_all)) {
    throw InputError(where.place, inside + ": no reduction of " + einsum.name() +
                                      " binds all of its variables together");
  }
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
