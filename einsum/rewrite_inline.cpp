#include "einsum/rewrite_inline.h"

#include <algorithm>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/rewrite_expr.h"

namespace attnsim::einsum {

namespace {

/// How many pairs of variables stand the other way round in the accesses of `expr`.
int conflicts(const std::vector<std::string>& order, const std::string& variable,
              std::size_t position, const Expr& expr) {
  int count = 0;
  for (const auto& access : reads(expr)) {
    std::vector<std::string> names;
    for (const auto& index : access.indices) {
      const auto inside = variables_of(index);
      names.insert(names.end(), inside.begin(), inside.end());
    }
    const auto at = std::find(names.begin(), names.end(), variable);
    if (at == names.end()) continue;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto other = std::find(names.begin(), names.end(), order[i]);
      if (other != names.end() && (other < at) != (i < position)) ++count;
    }
  }
  return count;
}

}  // namespace

std::optional<Definition> definition_at(const Cascade& cascade, const Access& access) {
  const Einsum* einsum = cascade.find_einsum(access.tensor);
  if (einsum == nullptr || root_reduce(*einsum) != nullptr) return std::nullopt;
  if (!cascade.find_tensor(access.tensor)->generative_rank.empty()) return std::nullopt;
  const auto outputs = output_variables(*einsum);
  Substitution by;
  for (std::size_t i = 0; i < outputs.size(); ++i) by[outputs[i]] = access.indices[i];
  // A variable of the access must not be caught by a reduction of the definition.
  if (intersects(variables_of(access), reduced_variables(*einsum))) return std::nullopt;
  Definition definition{einsum->value, einsum->where};
  if (einsum->where) {
    for (const auto& variable : variables_of(*einsum->where)) {
      if (!by.contains(variable)) return std::nullopt;  // guards a reduction inside
    }
    definition.where = substitute(*einsum->where, by);
    if (!definition.where) return std::nullopt;
  }
  auto value = substitute(einsum->value, by);
  if (!value) return std::nullopt;
  definition.value = *std::move(value);
  return definition;
}

std::vector<std::string> with_variable(std::vector<std::string> order, const std::string& variable,
                                       const Expr& expr) {
  if (std::find(order.begin(), order.end(), variable) != order.end()) return order;
  std::size_t best = order.size();
  for (std::size_t position = order.size() + 1; position-- > 0;) {
    if (conflicts(order, variable, position, expr) < conflicts(order, variable, best, expr)) {
      best = position;
    }
  }
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(best), variable);
  return order;
}

void add_unique(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

}  // namespace attnsim::einsum
