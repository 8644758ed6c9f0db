#include "einsum/count_step.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "base/error.h"
#include "einsum/count_operations.h"
#include "einsum/count_points.h"
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

/// The tensor that a view is of, through views of views.
const std::string& viewed(const Cascade& cascade, const std::string& name) {
  const auto* view = cascade.find_view(name);
  return view == nullptr ? name : viewed(cascade, view->right.tensor);
}

/// The variables that choose the element, each once.
Names choosing(const Access& access) {
  std::set<std::string> names;
  for (const auto& index : access.indices) {
    for (const auto& variable : variables_of(index)) names.insert(variable);
  }
  return {names.begin(), names.end()};
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

bool depends_on_data(const Condition& condition) {
  if (condition.kind == Condition::Kind::values) return true;
  return std::any_of(condition.parts.begin(), condition.parts.end(), depends_on_data);
}

/// "depends on data", or that it divides; empty: its points are counted exactly.
std::string uncounted(const Condition& condition) {
  const auto indices = indices_of(condition);
  const auto gathers = [](const Index& index) { return !gathers_of(index).empty(); };
  if (depends_on_data(condition) || std::any_of(indices.begin(), indices.end(), gathers)) {
    return "depends on data";
  }
  return std::all_of(indices.begin(), indices.end(), is_affine) ? "" : "divides";
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

StepWords::StepWords(const Cascade& cascade, const Shapes& shapes, const std::string& rank)
    : cascade_(cascade), shapes_(shapes), rank_(rank) {}

std::int64_t StepWords::points_of(const Access& access, const Einsum& reader) const {
  const auto variables = choosing(access);
  const auto last = cascade_.find_rank(rank_)->variable();
  const Condition* where = reader.where ? &*reader.where : nullptr;
  auto all = variables;
  if (where != nullptr) {
    for (const auto& variable : variables_used(*where)) {
      if (holds(all, variable)) continue;
      all.push_back(variable);
      if (variable != last) where = nullptr;  // which elements it leaves depends on others: any
      if (where == nullptr) break;
    }
  }
  auto region = region_of(cascade_, where, where == nullptr ? variables : all, shapes_);
  region.place = reader.place;
  keep_last(region, last);
  return count_points(std::move(region));
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

std::int64_t StepWords::words_read(const Tensor& input) const {
  std::map<std::pair<Names, std::string>, std::int64_t> ways;  // by what chooses the elements
  for (const auto& einsum : cascade_.einsums) {
    for (const auto& access : reads(einsum)) {
      if (viewed(cascade_, access.tensor) != input.name) continue;
      const auto where = einsum.where ? to_text(*einsum.where) : "";
      ways[{choosing(access), where}] = points_of(access, einsum);
    }
  }
  const auto all = words_of(input);
  std::int64_t words = 0;
  for (const auto& [way, points] : ways) words = std::min(all, sum_of(words, points, input.place));
  return ways.empty() ? all : words;  // read by an initial value only
}

std::int64_t StepWords::state() const {
  std::int64_t words = 0;
  for (const auto& tensor : cascade_.tensors) {
    if (tensor.generative_rank == rank_) words = sum_of(words, words_of(tensor), tensor.place);
  }
  return words;
}

std::int64_t StepWords::read() const {
  auto words = state();
  for (const auto& tensor : cascade_.tensors) {
    if (tensor.kind != Tensor::Kind::input) continue;
    words = sum_of(words, words_read(tensor), tensor.place);
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

std::string why_at_most(const Cascade& cascade) {
  for (const auto& einsum : cascade.einsums) {
    const auto why = einsum.where ? uncounted(*einsum.where) : "";
    if (!why.empty()) return "the condition of " + einsum.name() + " " + why;
  }
  return "";
}

}  // namespace attnsim::einsum
