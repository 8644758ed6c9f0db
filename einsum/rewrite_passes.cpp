#include "einsum/rewrite_passes.h"

#include <algorithm>

#include "base/error.h"
#include "einsum/dependency_graph.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The tensor that holds the numbers of a view, or of a view of a view.
const Tensor& base_of(const Cascade& cascade, const std::string& name) {
  const Tensor* tensor = cascade.find_tensor(name);
  while (tensor->kind == Tensor::Kind::view) {
    tensor = cascade.find_tensor(cascade.find_view(tensor->name)->right.tensor);
  }
  return *tensor;
}

}  // namespace

Axis axis_of(const Cascade& cascade, const std::string& name) {
  const Rank* rank = cascade.find_rank(name);
  if (rank == nullptr) {
    throw InputError(Place{cascade.file, 0, 0},
                     unknown_name("rank", name, names_of(cascade.ranks)));
  }
  Axis axis{name, rank->variable(), rank->variable(), {}};
  if (rank->parts.size() < 2) return axis;  // P = M is another name, not a split
  for (const auto& part : rank->parts) {
    axis.inner.push_back(cascade.find_rank(part)->variable());
  }
  axis.outer = axis.inner.front();
  axis.inner.erase(axis.inner.begin());
  return axis;
}

bool is_final_read(const Cascade& cascade, const Axis& axis, const Access& access) {
  const Tensor* tensor = cascade.find_tensor(access.tensor);
  if (tensor == nullptr || tensor->generative_rank.empty()) return false;
  if (cascade.find_rank(tensor->generative_rank)->variable() != axis.outer) return false;
  const auto at = std::find(tensor->ranks.begin(), tensor->ranks.end(), tensor->generative_rank) -
                  tensor->ranks.begin();
  return !contains(variables_of(access.indices[static_cast<std::size_t>(at)]), axis.outer);
}

int level_of(const Cascade& cascade, const Axis& axis, const Levels& levels, const Access& access) {
  const auto found = levels.available.find(base_of(cascade, access.tensor).name);
  const int available = found == levels.available.end() ? 0 : found->second;
  return available + (is_final_read(cascade, axis, access) ? 1 : 0);
}

int level_of(const Cascade& cascade, const Axis& axis, const Levels& levels, const Expr& expr) {
  int level = 0;
  for (const auto& access : reads(expr)) {
    level = std::max(level, level_of(cascade, axis, levels, access));
  }
  return level;
}

bool iterates_over(const Einsum& einsum, const Axis& axis) {
  const auto variables = iteration_variables(einsum);
  if (contains(variables, axis.whole)) return true;
  return contains(variables, axis.outer) &&
         std::all_of(axis.inner.begin(), axis.inner.end(),
                     [&](const std::string& variable) { return contains(variables, variable); });
}

bool reduces_over(const Einsum& einsum, const Axis& axis) {
  const auto reduced = reduced_variables(einsum);
  return contains(reduced, axis.whole) || contains(reduced, axis.outer);
}

Levels levels_of(const Cascade& cascade, const Axis& axis) {
  Levels levels;
  for (const auto& einsum : cascade.einsums) {
    int level = 0;
    for (const auto& access : reads(einsum)) {
      // A recurrence needs the coordinates before, not the whole fiber.
      if (is_generative_read(cascade, einsum, access)) continue;
      level = std::max(level, level_of(cascade, axis, levels, access));
    }
    levels.of.push_back(level);
    levels.available[einsum.name()] = level + (reduces_over(einsum, axis) ? 1 : 0);
  }
  return levels;
}

PassAnalysis passes_apart(const Cascade& cascade, const std::string& rank) {
  static_cast<void>(axis_of(cascade, rank));
  Cascade apart = cascade;
  for (auto& other : apart.ranks) {
    if (other.parts.size() == 1) other.parts.clear();
  }
  return analyse_passes(apart, rank);
}

int passes(const Cascade& cascade, const std::string& rank) {
  return passes_apart(cascade, rank).most();
}

}  // namespace attnsim::einsum
