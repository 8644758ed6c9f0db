#include <algorithm>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void fail_unbound(const Einsum& einsum, const std::string& variable) {
  throw InputError(einsum.where->place, "where " + to_text(*einsum.where) + ": " + einsum.name() +
                                            " does not iterate over '" + variable +
                                            "' (it iterates over " +
                                            list_names(iteration_variables(einsum)) + ")");
}

/// A side reads tensors, coordinates and numbers.
void check_side(const Cascade& cascade, const Expr& side, const std::string& inside) {
  visit(side, [&](const Expr& expr) {
    if (!bound_by(expr).empty()) {
      throw InputError(expr.place, "a condition does not reduce: compute " + to_text(expr) +
                                       " in an Einsum of its own and compare with that");
    }
    if (const auto* access = std::get_if<Access>(&expr.node)) check_access(cascade, *access);
    if (const auto* index = std::get_if<Index>(&expr.node)) {
      check_index(cascade, *index, expr.place, inside);
    }
    if (const auto* call = std::get_if<Call>(&expr.node)) {
      check_arity(call->op, arity_of(cascade, call->op, expr.place), call->arguments.size(),
                  expr.place);
    }
  });
}

}  // namespace

void check_where(const Cascade& cascade, const Einsum& einsum, const std::vector<Names>& scopes) {
  const Condition& where = *einsum.where;
  const std::string inside = "where " + to_text(where);
  for (const auto& index : indices_of(where)) check_index(cascade, index, where.place, inside);
  visit_sides(where, [&](const Expr& side) { check_side(cascade, side, inside); });
  const auto needed = variables_used(where);
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

}  // namespace attnsim::einsum
