#include "einsum/count_step.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "einsum/count_operations.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::int64_t sum_of(std::int64_t a, std::int64_t b, const Place& place) {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  throw InputError(place, "its words are more than 63 bits can count at these shapes");
}

/// Whether the access is at the einsum's own coordinate of the rank, or a recurrence's neighbour.
bool is_own(const Index& index, const std::string& variable, bool generative) {
  if (as_variable(index) == variable) return true;
  const auto offset = as_offset(index);
  return generative && offset && offset->variable == variable;
}

std::string why_not_alone(const Cascade& cascade, const Rank& rank, const Einsum& einsum) {
  const auto variables = iteration_variables(einsum);
  for (const auto& part : rank.parts) {
    if (rank.parts.size() == 1) break;  // another rank as long, no part
    const auto variable = cascade.find_rank(part)->variable();
    if (holds(variables, variable)) return einsum.name() + " takes " + rank.name + " in blocks";
  }
  if (holds(reduced_variables(einsum), rank.variable())) {
    return einsum.name() + " reduces over " + rank.name;
  }
  for (const auto& access : reads(einsum)) {
    const auto& tensor = *cascade.find_tensor(access.tensor);
    for (std::size_t i = 0; i < access.indices.size(); ++i) {
      if (tensor.ranks[i] != rank.name) continue;
      if (is_own(access.indices[i], rank.variable(), tensor.generative_rank == rank.name)) continue;
      return einsum.name() + " reads " + to_text(access) + " of other " + rank.variable();
    }
  }
  return "";
}

}  // namespace

void keep_last(Region& region, const std::string& variable) {
  const auto found = std::find(region.variables.begin(), region.variables.end(), variable);
  if (found == region.variables.end()) return;
  const auto slot = static_cast<std::size_t>(found - region.variables.begin());
  Inequality from_last{std::vector<std::int64_t>(region.variables.size(), 0),
                       region.extents[slot] - 1};
  from_last.coefficients[slot] = -1;  // extent - 1 - p <= 0
  Formula last{Formula::Kind::inequality, std::move(from_last), {}};
  region.formula = {Formula::Kind::all_of, {}, {std::move(region.formula), std::move(last)}};
}

std::int64_t StepWords::words_of(const Tensor& tensor) const {
  std::int64_t words = 1;
  for (const auto& rank : tensor.ranks) {
    const auto extent = rank == rank_ ? 1 : shapes_.at(rank);
    if (!__builtin_mul_overflow(words, extent, &words)) continue;
    throw InputError(tensor.place, tensor.name + " has more words than 63 bits can count");
  }
  return words;
}

std::int64_t StepWords::state() const {
  std::int64_t words = 0;
  for (const auto& tensor : cascade_.tensors) {
    if (tensor.generative_rank == rank_) words = sum_of(words, words_of(tensor), tensor.place);
  }
  return words;
}

std::int64_t StepWords::written() const {
  auto words = state();
  for (const auto& output : cascade_.outputs) {
    words = sum_of(words, words_of(*cascade_.find_tensor(output.tensor)), output.place);
  }
  return words;
}

std::string why_not_alone(const Cascade& cascade, const std::string& rank) {
  const auto* found = cascade.find_rank(rank);
  if (found == nullptr) return "it has no rank " + rank + " along which queries come";
  for (const auto& einsum : cascade.einsums) {
    auto why = why_not_alone(cascade, *found, einsum);
    if (!why.empty()) return why;
  }
  return "";
}

}  // namespace attnsim::einsum
