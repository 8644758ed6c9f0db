#include "einsum/condition_groups.h"

#include <algorithm>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

template <class T>
void append(std::vector<T>& list, const std::vector<T>& more) {
  list.insert(list.end(), more.begin(), more.end());
}

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void collect(const Condition& condition, std::vector<Condition>& conjuncts) {
  if (condition.kind != Condition::Kind::all_of) {
    conjuncts.push_back(condition);
    return;
  }
  for (const auto& part : condition.parts) collect(part, conjuncts);
}

}  // namespace

std::vector<ConditionGroup> groups_of(const Names& variables, const Condition* where) {
  std::vector<Condition> conjuncts;
  if (where != nullptr) collect(*where, conjuncts);
  std::vector<ConditionGroup> groups;
  for (const auto& variable : variables) groups.push_back({{variable}, {}});
  const auto group_of = [&](const std::string& variable) {
    return std::find_if(groups.begin(), groups.end(), [&](const ConditionGroup& group) {
      return holds(group.variables, variable);
    });
  };
  for (const auto& conjunct : conjuncts) {
    const auto named = variables_used(conjunct);
    const auto& first = named.empty() ? variables.front() : named.front();
    for (const auto& variable : named) {
      const auto from = group_of(variable);
      if (holds(from->variables, first)) continue;
      const auto tied = std::move(*from);
      groups.erase(from);
      const auto into = group_of(first);
      append(into->variables, tied.variables);
      append(into->conditions, tied.conditions);
    }
    group_of(first)->conditions.push_back(conjunct);
  }
  return groups;
}

bool depends_on_data(const Condition& condition) {
  if (condition.kind == Condition::Kind::values) return true;
  const auto indices = indices_of(condition);
  return std::any_of(indices.begin(), indices.end(),
                     [](const Index& index) { return !gathers_of(index).empty(); }) ||
         std::any_of(condition.parts.begin(), condition.parts.end(), depends_on_data);
}

bool is_affine(const Condition& condition) {
  if (condition.kind == Condition::Kind::values) return false;
  const auto indices = indices_of(condition);
  return std::all_of(indices.begin(), indices.end(),
                     [](const Index& index) { return is_affine(index); }) &&
         std::all_of(condition.parts.begin(), condition.parts.end(),
                     [](const Condition& part) { return is_affine(part); });
}

}  // namespace attnsim::einsum
