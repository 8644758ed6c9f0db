#include <algorithm>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

std::string ranks_of(const Tensor& tensor) {
  std::string text;
  for (const auto& rank : tensor.ranks) text += (text.empty() ? "" : ",") + rank;
  return "[" + text + "]";
}

void check_count(const Tensor& tensor, const Access& access) {
  if (access.indices.size() == tensor.ranks.size()) return;
  throw InputError(access.place, to_text(access) + ": " + tensor.name + " has " +
                                     std::to_string(tensor.ranks.size()) + " ranks " +
                                     ranks_of(tensor) + ", not " +
                                     std::to_string(access.indices.size()));
}

/// A lone variable must be the rank's own, and a lone shape is past the rank's last coordinate.
void check_against_rank(const Cascade& cascade, const Tensor& tensor, const Access& access,
                        std::size_t position) {
  const Index& index = access.indices[position];
  const std::string& rank = tensor.ranks[position];
  const std::string own = cascade.find_rank(rank)->variable();
  const auto variable = as_variable(index);
  if (variable && *variable != own) {
    throw InputError(access.place, to_text(access) + ": index " + std::to_string(position + 1) +
                                       " is '" + *variable + "' but runs along rank " + rank +
                                       ", whose variable is '" + own + "' (write " + *variable +
                                       "+0 if that is meant)");
  }
  const bool lone_shape = index == Index{{Term{1, rank, ""}}};
  if (lone_shape && tensor.generative_rank != rank) {
    throw InputError(access.place, to_text(access) + ": '" + rank + "' is the shape of rank " +
                                       rank + ", one past its last coordinate; rank variables " +
                                       "are lower case; did you mean '" + own + "'?");
  }
}

}  // namespace

const Rank& rank_of_variable(const Cascade& cascade, const std::string& variable,
                             const Place& place, const std::string& inside) {
  const Rank* rank = cascade.find_rank_of_variable(variable);
  if (rank != nullptr) return *rank;
  std::vector<std::string> known;
  for (const auto& declared : cascade.ranks) known.push_back(declared.variable());
  const bool is_rank = cascade.find_rank(variable) != nullptr;
  throw InputError(place, inside + ": " + unknown_name("rank variable", variable, known) +
                              (is_rank ? " (rank variables are lower case)" : ""));
}

namespace {

void check_name(const Cascade& cascade, const Term& term, const Place& place,
                const std::string& inside) {
  if (!term.variable.empty()) rank_of_variable(cascade, term.variable, place, inside);
  if (term.rank.empty() || cascade.find_rank(term.rank) != nullptr) return;
  if (cascade.find_param(term.rank) != nullptr) return;
  auto known = names_of(cascade.ranks);
  const auto params = names_of(cascade.params);
  known.insert(known.end(), params.begin(), params.end());
  const bool is_tensor = cascade.find_tensor(term.rank) != nullptr;
  throw InputError(place, inside + ": " + unknown_name("rank or parameter", term.rank, known) +
                              (is_tensor ? "; the tensor " + term.rank + " needs its indices, " +
                                               "like " + term.rank + "[...]"
                                         : ""));
}

}  // namespace

void check_index(const Cascade& cascade, const Index& index, const Place& place,
                 const std::string& inside) {
  for (const auto& term : index.terms) {
    check_name(cascade, term, place, inside);
    for (const auto& part : term.part) {
      if (const auto* gather = std::get_if<Access>(&part.node)) {
        check_access(cascade, *gather);
        continue;
      }
      const auto& operation = std::get<IndexOperation>(part.node);
      check_index(cascade, operation.operand, place, inside);
      check_index(cascade, operation.constant, place, inside);
    }
  }
}

void check_access(const Cascade& cascade, const Access& access) {
  const Tensor* tensor = cascade.find_tensor(access.tensor);
  if (tensor == nullptr) {
    throw InputError(access.place,
                     unknown_name("tensor", access.tensor, names_of(cascade.tensors)));
  }
  check_count(*tensor, access);
  for (std::size_t i = 0; i < access.indices.size(); ++i) {
    check_index(cascade, access.indices[i], access.place, to_text(access));
    check_against_rank(cascade, *tensor, access, i);
  }
}

}  // namespace attnsim::einsum
