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
  } else if (const auto* select = std::get_if<Select>(&expr.node)) {
    for (const auto& argument : select->arguments) visit(argument, visitor);
  }
}

void visit_sides(const Condition& condition, const std::function<void(const Expr&)>& visitor) {
  for (const auto& side : condition.sides) visitor(side);
  for (const auto& part : condition.parts) visit_sides(part, visitor);
}

std::map<std::string, std::int64_t> count_ops(const Expr& expr) {
  std::map<std::string, std::int64_t> counts;
  visit(expr, [&](const Expr& inner) {
    if (const auto* call = std::get_if<Call>(&inner.node)) ++counts[call->op];
    if (const auto* reduce = std::get_if<Reduce>(&inner.node)) {
      const auto* op = find_reduce_operator(reduce->op);
      ++counts[op == nullptr ? reduce->op : op->counts_as];
    }
    if (const auto* select = std::get_if<Select>(&inner.node)) ++counts[select->op];
  });
  return counts;
}

std::vector<std::string> bound_by(const Expr& expr) {
  if (const auto* reduce = std::get_if<Reduce>(&expr.node)) return reduce->variables;
  if (const auto* select = std::get_if<Select>(&expr.node)) return {select->variable};
  return {};
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
    for (const auto& variable : bound_by(inner)) {
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

std::vector<std::string> variables_used(const Expr& expr) {
  std::vector<std::string> variables;
  const auto add = [&](const Index& index) {
    const auto inside = variables_of(index);
    variables.insert(variables.end(), inside.begin(), inside.end());
  };
  visit(expr, [&](const Expr& inner) {
    if (const auto* index = std::get_if<Index>(&inner.node)) add(*index);
    if (const auto* access = std::get_if<Access>(&inner.node)) {
      for (const auto& index : access->indices) add(index);
    }
  });
  return variables;
}

std::vector<std::string> variables_used(const Condition& condition) {
  std::vector<std::string> variables;
  for (const auto& index : indices_of(condition)) {
    const auto inside = variables_of(index);
    variables.insert(variables.end(), inside.begin(), inside.end());
  }
  visit_sides(condition, [&](const Expr& side) {
    const auto inside = variables_used(side);
    variables.insert(variables.end(), inside.begin(), inside.end());
  });
  return variables;
}

std::vector<Access> reads(const Expr& expr) {
  std::vector<Access> accesses;
  const auto add_gathers = [&](const Index& index) {
    const auto gathers = gathers_of(index);
    accesses.insert(accesses.end(), gathers.begin(), gathers.end());
  };
  visit(expr, [&](const Expr& inner) {
    const auto* access = std::get_if<Access>(&inner.node);
    if (access == nullptr) return;
    accesses.push_back(*access);
    for (const auto& index : access->indices) add_gathers(index);
  });
  return accesses;
}

std::vector<Access> reads(const Einsum& einsum) {
  auto accesses = reads(einsum.value);
  if (!einsum.where) return accesses;
  visit_sides(*einsum.where, [&](const Expr& side) {
    const auto inside = reads(side);
    accesses.insert(accesses.end(), inside.begin(), inside.end());
  });
  return accesses;
}

}  // namespace attnsim::einsum
