#include "einsum/rewrite_expr.h"

#include <algorithm>
#include <utility>

#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

/// factor * rank * variable, with the variable replaced by an index.
bool add_product(const Term& term, const Index& by, Index& sum) {
  for (const auto& inner : by.terms) {
    if (!term.rank.empty() && !inner.rank.empty()) return false;
    Term product{0, term.rank.empty() ? inner.rank : term.rank, inner.variable};
    if (__builtin_mul_overflow(term.factor, inner.factor, &product.factor)) return false;
    sum.terms.push_back(std::move(product));
  }
  return true;
}

bool substitute_all(std::vector<Index>& indices, const Substitution& by) {
  for (auto& index : indices) {
    auto replaced = substitute(index, by);
    if (!replaced) return false;
    index = std::move(*replaced);
  }
  return true;
}

void collect_free(const Expr& expr, std::vector<std::string>& bound, std::set<std::string>& free) {
  if (const auto* access = std::get_if<Access>(&expr.node)) {
    for (const auto& variable : variables_of(*access)) {
      if (std::find(bound.begin(), bound.end(), variable) == bound.end()) free.insert(variable);
    }
  } else if (const auto* call = std::get_if<Call>(&expr.node)) {
    for (const auto& argument : call->arguments) collect_free(argument, bound, free);
  } else if (const auto* reduce = std::get_if<Reduce>(&expr.node)) {
    const auto outside = bound.size();
    bound.insert(bound.end(), reduce->variables.begin(), reduce->variables.end());
    collect_free(reduce->argument.front(), bound, free);
    bound.resize(outside);
  }
}

}  // namespace

Index simplified(const Index& index) {
  Index sum;
  for (const auto& term : index.terms) {
    const auto like = std::find_if(sum.terms.begin(), sum.terms.end(), [&](const Term& other) {
      return other.rank == term.rank && other.variable == term.variable;
    });
    if (like == sum.terms.end()) {
      sum.terms.push_back(term);
    } else {
      like->factor += term.factor;
    }
  }
  std::erase_if(sum.terms, [](const Term& term) { return term.factor == 0; });
  if (sum.terms.empty()) sum.terms.push_back(Term{0, "", ""});
  return sum;
}

std::optional<Index> substitute(const Index& index, const Substitution& by) {
  Index sum;
  bool changed = false;
  for (const auto& term : index.terms) {
    const auto found = by.find(term.variable);
    if (term.variable.empty() || found == by.end()) {
      sum.terms.push_back(term);
    } else {
      changed = true;
      if (!add_product(term, found->second, sum)) return std::nullopt;
    }
  }
  return changed ? simplified(sum) : index;
}

std::optional<Expr> substitute(const Expr& expr, const Substitution& by) {
  bool expressible = true;
  Expr result = replace_accesses(expr, [&](const Access& access) -> std::optional<Expr> {
    Access copy = access;
    expressible = expressible && substitute_all(copy.indices, by);
    return access_expr(std::move(copy));
  });
  if (!expressible) return std::nullopt;
  return result;
}

std::optional<Condition> substitute(const Condition& where, const Substitution& by) {
  Condition result = where;
  for (auto& part : result.parts) {
    auto replaced = substitute(part, by);
    if (!replaced) return std::nullopt;
    part = std::move(*replaced);
  }
  if (where.kind != Condition::Kind::comparison) return result;
  for (auto* side : {&result.comparison.left, &result.comparison.right}) {
    auto replaced = substitute(*side, by);
    if (!replaced) return std::nullopt;
    *side = std::move(*replaced);
  }
  return result;
}

Expr replace_accesses(const Expr& expr, const ReplaceAccess& replace) {
  if (const auto* access = std::get_if<Access>(&expr.node)) {
    auto replaced = replace(*access);
    return replaced ? *std::move(replaced) : expr;
  }
  Expr result = expr;
  if (auto* call = std::get_if<Call>(&result.node)) {
    for (auto& argument : call->arguments) argument = replace_accesses(argument, replace);
  } else if (auto* reduce = std::get_if<Reduce>(&result.node)) {
    for (auto& argument : reduce->argument) argument = replace_accesses(argument, replace);
  }
  return result;
}

std::set<std::string> free_variables(const Expr& expr) {
  std::set<std::string> free;
  std::vector<std::string> bound;
  collect_free(expr, bound, free);
  return free;
}

std::set<std::string> variables_of(const Access& access) {
  std::set<std::string> variables;
  for (const auto& index : access.indices) {
    for (const auto& variable : variables_of(index)) variables.insert(variable);
  }
  return variables;
}

std::set<std::string> variables_of(const Condition& where) {
  std::set<std::string> variables;
  for (const auto& index : indices_of(where)) {
    for (const auto& variable : variables_of(index)) variables.insert(variable);
  }
  return variables;
}

bool intersects(const std::set<std::string>& variables, const std::vector<std::string>& others) {
  return std::any_of(others.begin(), others.end(),
                     [&](const std::string& other) { return variables.contains(other); });
}

Expr number_expr(double value) { return {Number{value}, {}}; }

Expr call_expr(const std::string& op, std::vector<Expr> arguments) {
  const Place place = arguments.front().place;
  return {Call{op, std::move(arguments)}, place};
}

Expr reduce_expr(const std::string& op, std::vector<std::string> variables, Expr argument) {
  const Place place = argument.place;
  Reduce reduce{op, std::move(variables), {}};
  reduce.argument.push_back(std::move(argument));
  return {std::move(reduce), place};
}

Expr access_expr(Access access) {
  const Place place = access.place;
  return {std::move(access), place};
}

Access plain_access(const std::string& tensor, const std::vector<std::string>& variables) {
  Access access{tensor, {}, {}};
  for (const auto& variable : variables) access.indices.push_back(variable_index(variable));
  return access;
}

std::vector<std::string> keep_only(const std::vector<std::string>& from,
                                   const std::set<std::string>& wanted) {
  std::vector<std::string> kept;
  std::copy_if(from.begin(), from.end(), std::back_inserter(kept),
               [&](const std::string& item) { return wanted.contains(item); });
  return kept;
}

const Reduce* root_reduce(const Einsum& einsum) { return std::get_if<Reduce>(&einsum.value.node); }

}  // namespace attnsim::einsum
