#include "einsum/count_words.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"
#include "einsum/index_ops.h"
#include "einsum/interpreter.h"
#include "einsum/run_order.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

std::int64_t product(std::int64_t a, std::int64_t b, const Access& access) {
  if (!__builtin_mul_overflow(a, b, &a)) return a;
  throw InputError(access.place, access.tensor + " has more words than 63 bits can count");
}

Index renamed(Index index, const std::map<std::string, std::string>& names) {
  for (auto& term : index.terms) {
    const auto found = names.find(term.variable);
    if (found != names.end()) term.variable = found->second;
  }
  return index;
}

/// The indices at which the tensor behind a view is read; nullopt if the access or the view does
/// more than name variables.
std::optional<std::vector<Index>> indices_behind(const Cascade& cascade, const Access& access) {
  const auto* view = cascade.find_view(access.tensor);
  if (view == nullptr) return access.indices;
  if (cascade.find_view(view->right.tensor) != nullptr) return std::nullopt;
  std::map<std::string, std::string> names;
  for (std::size_t i = 0; i < access.indices.size(); ++i) {
    const auto variable = as_variable(access.indices[i]);
    if (!variable) return std::nullopt;
    names[*as_variable(view->left.indices[i])] = *variable;
  }
  std::vector<Index> indices;
  for (const auto& index : view->right.indices) {
    if (!is_affine(index)) return std::nullopt;
    indices.push_back(renamed(index, names));
  }
  return indices;
}

/// Whether the index takes each coordinate of the rank once: a lone variable, or its parts'.
bool names_each_once(const Cascade& cascade, const Index& index, const std::string& rank) {
  if (const auto variable = as_variable(index)) {
    return cascade.find_rank_of_variable(*variable)->name == rank;
  }
  if (!is_affine(index)) return false;
  std::set<std::string> ranks;
  for (const auto& variable : variables_of(index)) {
    ranks.insert(cascade.find_rank_of_variable(variable)->name);
  }
  const auto& parts = cascade.find_rank(rank)->parts;
  return !parts.empty() && index.terms.size() == parts.size() &&
         ranks == std::set<std::string>(parts.begin(), parts.end());
}

}  // namespace

std::int64_t words_of(const Cascade& cascade, const std::string& tensor, const Shapes& shapes,
                      const Place& place) {
  std::int64_t words = 1;
  for (const auto extent : shape_of(cascade, *cascade.find_tensor(tensor), shapes)) {
    words = product(words, extent, Access{tensor, {}, place});
  }
  return words;
}

void WordsRead::note(const std::string& tensor, std::int64_t words) {
  auto& most = words_[tensor];
  most = std::max(most, words);
}

void WordsRead::read_whole(const Access& access) {
  const auto& tensor = base_of(cascade_, access);
  if (tensor.kind != Tensor::Kind::input) return;
  note(tensor.name, words_of(cascade_, tensor.name, shapes_, access.place));
}

void WordsRead::read(const Einsum& einsum, const Access& access, const Space& space,
                     PointCounts& points) {
  const auto& tensor = base_of(cascade_, access);
  if (tensor.kind != Tensor::Kind::input) return;
  for (const auto& index : access.indices) {
    for (const auto& gather : gathers_of(index)) read_whole(gather);
  }
  const auto indices = indices_behind(cascade_, access);
  if (!indices) return read_whole(access);
  const auto extents = shape_of(cascade_, tensor, shapes_);
  std::set<std::string> named;   // variables of the ranks that are indexed plainly
  std::set<std::string> others;  // and of the rest
  std::int64_t rest = 1;
  for (std::size_t i = 0; i < indices->size(); ++i) {
    const bool once = names_each_once(cascade_, (*indices)[i], tensor.ranks[i]);
    for (const auto& variable : variables_of((*indices)[i])) {
      (once ? named : others).insert(variable);
    }
    if (!once) rest = product(rest, extents[i], access);
  }
  for (const auto& variable : named) others.erase(variable);
  const auto nameable = points.points(einsum, {{others.begin(), others.end()}, false});
  Names without;
  for (const auto& variable : space.variables) {
    if (!named.contains(variable)) without.push_back(variable);
  }
  std::int64_t plain = 1;
  if (space.guarded) {
    plain = points.reached(einsum, space, without);
  } else {
    plain = points.points(einsum, {{named.begin(), named.end()}, false});
  }
  note(tensor.name, product(plain, std::min(rest, nameable), access));
}

std::int64_t WordsRead::of(const std::string& input) const {
  const auto found = words_.find(input);
  return found == words_.end() ? 0 : found->second;
}

}  // namespace attnsim::einsum
