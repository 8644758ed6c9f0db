#include "einsum/index_ops.h"

#include <algorithm>

namespace attnsim::einsum {

std::optional<VariableOffset> as_offset(const Index& index) {
  VariableOffset found;
  for (const auto& term : index.terms) {
    if (!term.rank.empty() || !term.part.empty()) return std::nullopt;
    if (term.variable.empty()) {
      if (__builtin_add_overflow(found.offset, term.factor, &found.offset)) return std::nullopt;
    } else if (found.variable.empty() && term.factor == 1) {
      found.variable = term.variable;
    } else {
      return std::nullopt;
    }
  }
  if (found.variable.empty()) return std::nullopt;
  return found;
}

std::optional<std::string> as_variable(const Index& index) {
  if (index.terms.size() != 1) return std::nullopt;
  const Term& term = index.terms.front();
  if (term.factor != 1 || !term.rank.empty() || term.variable.empty()) return std::nullopt;
  return term.variable;
}

Index variable_index(const std::string& variable) { return {{Term{1, "", variable}}}; }

bool is_affine(const Index& index) {
  return std::all_of(index.terms.begin(), index.terms.end(),
                     [](const Term& term) { return term.part.empty(); });
}

void visit_terms(const Index& index, const std::function<void(const Term&)>& visitor) {
  for (const auto& term : index.terms) {
    visitor(term);
    for (const auto& part : term.part) {
      if (const auto* operation = std::get_if<IndexOperation>(&part.node)) {
        visit_terms(operation->operand, visitor);
        visit_terms(operation->constant, visitor);
      } else {
        for (const auto& inner : std::get<Access>(part.node).indices) visit_terms(inner, visitor);
      }
    }
  }
}

std::vector<std::string> variables_of(const Index& index) {
  std::vector<std::string> variables;
  visit_terms(index, [&](const Term& term) {
    if (!term.variable.empty()) variables.push_back(term.variable);
  });
  return variables;
}

std::vector<Access> gathers_of(const Index& index) {
  std::vector<Access> gathers;
  visit_terms(index, [&](const Term& term) {
    for (const auto& part : term.part) {
      if (const auto* gather = std::get_if<Access>(&part.node)) gathers.push_back(*gather);
    }
  });
  return gathers;
}

std::vector<Index> indices_of(const Condition& condition) {
  if (condition.kind == Condition::Kind::comparison) {
    return {condition.comparison.left, condition.comparison.right};
  }
  std::vector<Index> indices;
  for (const auto& part : condition.parts) {
    const auto inner = indices_of(part);
    indices.insert(indices.end(), inner.begin(), inner.end());
  }
  return indices;
}

}  // namespace attnsim::einsum
