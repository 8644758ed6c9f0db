#include "einsum/rewrite_expr.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

/// factor * rank * variable, with the variable replaced by an index.
bool add_product(const Term& term, const Index& by, Index& sum) {
  for (const auto& inner : by.terms) {
    if (!term.rank.empty() && !inner.rank.empty()) return false;
    Term product = inner;
    if (inner.rank.empty()) product.rank = term.rank;
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

bool substitute_in_part(IndexPart& part, const Substitution& by) {
  if (auto* gather = std::get_if<Access>(&part.node)) return substitute_all(gather->indices, by);
  auto& operand = std::get<IndexOperation>(part.node).operand;
  auto replaced = substitute(operand, by);
  if (replaced) operand = std::move(*replaced);
  return replaced.has_value();
}

void collect_free(const Expr& expr, std::vector<std::string>& bound, std::set<std::string>& free) {
  const auto add = [&](const auto& variables) {
    for (const auto& variable : variables) {
      if (std::find(bound.begin(), bound.end(), variable) == bound.end()) free.insert(variable);
    }
  };
  const auto outside = bound.size();
  const auto own = bound_by(expr);
  bound.insert(bound.end(), own.begin(), own.end());
  std::visit(
      Overloaded{[](const Number&) {}, [&](const Access& access) { add(variables_of(access)); },
                 [&](const Index& index) { add(variables_of(index)); },
                 [&](const Call& call) {
                   for (const auto& part : call.arguments) collect_free(part, bound, free);
                 },
                 [&](const Reduce& reduce) {
                   for (const auto& part : reduce.argument) collect_free(part, bound, free);
                 },
                 [&](const Select& select) {
                   for (const auto& part : select.arguments) collect_free(part, bound, free);
                 }},
      expr.node);
  bound.resize(outside);
}

Expr value_expr(Term term) { return {Index{{std::move(term)}}, {}}; }

/// factor * rank * variable as a value.
Expr product_expr(const Term& term) {
  std::vector<Expr> factors;
  if (term.factor != 1) factors.push_back(number_expr(static_cast<double>(term.factor)));
  if (!term.variable.empty()) factors.push_back(value_expr(Term{1, "", term.variable}));
  if (!term.rank.empty()) factors.push_back(value_expr(Term{1, term.rank, ""}));
  if (factors.empty()) return number_expr(1);
  Expr product = factors.front();
  for (std::size_t i = 1; i < factors.size(); ++i) {
    product = call_expr("mul", {std::move(product), std::move(factors[i])});
  }
  return product;
}

Expr sum_expr(const Index& index) {
  Expr sum = product_expr(index.terms.front());
  for (std::size_t i = 1; i < index.terms.size(); ++i) {
    sum = call_expr("add", {std::move(sum), product_expr(index.terms[i])});
  }
  return sum;
}

/// The expressions directly inside of one.
std::vector<Expr>* arguments_of(Expr& expr) {
  if (auto* call = std::get_if<Call>(&expr.node)) return &call->arguments;
  if (auto* reduce = std::get_if<Reduce>(&expr.node)) return &reduce->argument;
  if (auto* select = std::get_if<Select>(&expr.node)) return &select->arguments;
  return nullptr;
}

bool substitute_all(Expr& expr, const Substitution& by) {
  if (auto* access = std::get_if<Access>(&expr.node)) return substitute_all(access->indices, by);
  if (const auto* index = std::get_if<Index>(&expr.node)) {
    const auto replaced = substitute(*index, by);
    if (!replaced || !is_affine(*replaced)) return false;
    if (!(*replaced == *index)) expr = sum_expr(*replaced);
    return true;
  }
  auto* arguments = arguments_of(expr);
  return arguments == nullptr ||
         std::all_of(arguments->begin(), arguments->end(),
                     [&](Expr& argument) { return substitute_all(argument, by); });
}

void replace_gathers(Index& index, const ReplaceAccess& replace) {
  for (auto& term : index.terms) {
    for (auto& part : term.part) {
      if (auto* operation = std::get_if<IndexOperation>(&part.node)) {
        replace_gathers(operation->operand, replace);
        continue;
      }
      auto& gather = std::get<Access>(part.node);
      for (auto& inner : gather.indices) replace_gathers(inner, replace);
      auto replaced = replace(gather);
      auto* other = replaced ? std::get_if<Access>(&replaced->node) : nullptr;
      if (other != nullptr) gather = std::move(*other);
    }
  }
}

}  // namespace

Index simplified(const Index& index) {
  Index sum;
  for (const auto& term : index.terms) {
    const auto like = std::find_if(sum.terms.begin(), sum.terms.end(), [&](const Term& other) {
      return other.rank == term.rank && other.variable == term.variable && other.part == term.part;
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
  for (auto term : index.terms) {
    for (auto& part : term.part) {
      if (!substitute_in_part(part, by)) return std::nullopt;
    }
    const auto found = by.find(term.variable);
    if (term.variable.empty() || found == by.end()) {
      sum.terms.push_back(std::move(term));
    } else {
      changed = true;
      if (!add_product(term, found->second, sum)) return std::nullopt;
    }
  }
  return changed ? simplified(sum) : sum;
}

std::optional<Expr> substitute(const Expr& expr, const Substitution& by) {
  Expr result = expr;
  if (!substitute_all(result, by)) return std::nullopt;
  return result;
}

std::optional<Condition> substitute(const Condition& where, const Substitution& by) {
  Condition result = where;
  for (auto& part : result.parts) {
    auto replaced = substitute(part, by);
    if (!replaced) return std::nullopt;
    part = std::move(*replaced);
  }
  for (auto& side : result.sides) {
    auto* index = std::get_if<Index>(&side.node);
    if (index == nullptr && !substitute_all(side, by)) return std::nullopt;
    if (index == nullptr) continue;
    auto replaced = substitute(*index, by);
    if (!replaced) return std::nullopt;
    *index = std::move(*replaced);
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
  Expr result = expr;
  if (auto* access = std::get_if<Access>(&result.node)) {
    for (auto& index : access->indices) replace_gathers(index, replace);
    auto replaced = replace(*access);
    return replaced ? *std::move(replaced) : result;
  }
  if (auto* arguments = arguments_of(result)) {
    for (auto& argument : *arguments) argument = replace_accesses(argument, replace);
  }
  return result;
}

Condition replace_accesses(const Condition& where, const ReplaceAccess& replace) {
  Condition result = where;
  for (auto& part : result.parts) part = replace_accesses(part, replace);
  for (auto& side : result.sides) side = replace_accesses(side, replace);
  return result;
}

void replace_accesses(Einsum& einsum, const ReplaceAccess& replace) {
  einsum.value = replace_accesses(einsum.value, replace);
  if (einsum.where) einsum.where = replace_accesses(*einsum.where, replace);
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
  const auto used = variables_used(where);
  return {used.begin(), used.end()};
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
