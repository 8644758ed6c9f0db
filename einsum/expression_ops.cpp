#include "einsum/expression_ops.h"

#include <algorithm>

#include "einsum/index_ops.h"
#include "einsum/operators.h"

namespace attnsim::einsum {

void visit(const Expr& expr, const std::function<void(const Expr&)>& visitor) {
  visitor(expr);
  if (const auto* call = std::get_if<Call>(&expr.node)) {
    for (const auto& argument : call->arguments) visit(argument, visitor);
  } else if (const auto* reduce = std::get_if<Reduce>(&expr.node)) {
    for (const auto& argument : reduce->argument) visit(argument, visitor);
  }
}

std::map<std::string, std::int64_t> count_ops(const Expr& expr) {
  std::map<std::string, std::int64_t> counts;
  visit(expr, [&](const Expr& inner) {
    if (const auto* call = std::get_if<Call>(&inner.node)) ++counts[call->op];
    if (const auto* reduce = std::get_if<Reduce>(&inner.node)) {
      const auto* op = find_reduce_operator(reduce->op);
      ++counts[op == nullptr ? reduce->op : op->counts_as];
    }
  });
  return counts;
}

std::vector<std::string> output_variables(const Einsum& einsum) {
  std::vector<std::string> variables;
  for (const auto& index : einsum.output.indices) {
    const auto inside = variables_of(index);
    variables.insert(variables.end(), inside.begin(), inside.end());
  }
  return variables;
}

std::vector<std::string> reduced_variables(const Einsum& einsum) {
  std::vector<std::string> variables;
  visit(einsum.value, [&](const Expr& inner) {
    const auto* reduce = std::get_if<Reduce>(&inner.node);
    if (reduce == nullptr) return;
    for (const auto& variable : reduce->variables) {
      if (std::find(variables.begin(), variables.end(), variable) == variables.end()) {
        variables.push_back(variable);
      }
    }
  });
  return variables;
}

std::vector<std::string> iteration_variables(const Einsum& einsum) {
  auto variables = output_variables(einsum);
  const auto reduced = reduced_variables(einsum);
  variables.insert(variables.end(), reduced.begin(), reduced.end());
  return variables;
}

std::vector<Access> reads(const Expr& expr) {
  std::vector<Access> accesses;
  visit(expr, [&](const Expr& inner) {
    if (const auto* access = std::get_if<Access>(&inner.node)) accesses.push_back(*access);
  });
  return accesses;
}

std::vector<Access> reads(const Einsum& einsum) { return reads(einsum.value); }

}  // namespace attnsim::einsum
