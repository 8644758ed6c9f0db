#include "mappings/flatten.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "mappings/plan_leaf.h"

namespace attnsim::mappings {
namespace {

using Names = std::vector<std::string>;

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool has_all(const Names& names, const Names& wanted) {
  return std::all_of(wanted.begin(), wanted.end(),
                     [&](const std::string& name) { return has(names, name); });
}

/// Puts `merged` in the place of the first of `parts` and takes the others out.
void merge(Names& names, const Names& parts, const std::string& merged) {
  const auto is_part = [&](const std::string& name) { return has(parts, name); };
  *std::find_if(names.begin(), names.end(), is_part) = merged;
  std::erase_if(names, is_part);
}

/// Carries out one `<flatten>`.
class Flattener {
 public:
  Flattener(einsum::Cascade& cascade, const Flatten& spec) : cascade_(cascade), spec_(spec) {}

  void run() {
    check_ranks();
    for (const auto& rank : spec_.of) variables_.push_back(cascade_.find_rank(rank)->variable());
    const einsum::Rank merged{spec_.rank, {}, spec_.place};
    variable_ = merged.variable();
    original_ = cascade_.tensors;
    merge_tensors();
    cascade_.ranks.push_back(merged);
    for (auto& einsum : cascade_.einsums) {
      rewrite(einsum.output);
      rewrite(einsum.value);
      check_apart(einsum);
    }
  }

 private:
  [[noreturn]] void fail(const std::string& text) const { throw InputError(spec_.place, text); }

  void check_ranks() const {
    Names known;
    for (const auto& rank : cascade_.ranks) known.push_back(rank.name);
    if (has(known, spec_.rank) || cascade_.find_param(spec_.rank) != nullptr) {
      fail("cascade '" + cascade_.name + "' has a '" + spec_.rank +
           "' already: give the flattened rank a name of its own");
    }
    for (const auto& name : spec_.of) {
      if (!has(known, name)) {
        fail("cascade '" + cascade_.name + "' has no rank '" + name + "' (known: " + joined(known) +
             ")");
      }
      for (const auto& rank : cascade_.ranks) {
        const bool split = rank.name == name && !rank.parts.empty();
        if (split || has(rank.parts, name)) {
          fail("rank " + name + " is split or a part of a split rank, which cannot be flattened");
        }
      }
    }
  }

  void merge_tensors() {
    bool any = false;
    for (auto& tensor : cascade_.tensors) {
      if (!has_all(tensor.ranks, spec_.of)) continue;
      if (has(spec_.of, tensor.generative_rank)) {
        fail("tensor " + tensor.name + " is generative along " + tensor.generative_rank +
             ", which cannot be flattened");
      }
      merge(tensor.ranks, spec_.of, spec_.rank);
      any = true;
    }
    if (!any) fail("no tensor has all of the ranks " + joined(spec_.of));
  }

  void rewrite(einsum::Expr& expr) {
    if (auto* access = std::get_if<einsum::Access>(&expr.node)) rewrite(*access);
    if (auto* call = std::get_if<einsum::Call>(&expr.node)) {
      for (auto& argument : call->arguments) rewrite(argument);
    }
    if (auto* reduce = std::get_if<einsum::Reduce>(&expr.node)) {
      if (has_all(reduce->variables, variables_)) merge(reduce->variables, variables_, variable_);
      for (auto& argument : reduce->argument) rewrite(argument);
    }
  }

  /// The indices of the flattened ranks, which must be their variables and nothing else, become
  /// one.
  void rewrite(einsum::Access& access) {
    const auto tensor =
        std::find_if(original_.begin(), original_.end(),
                     [&](const einsum::Tensor& each) { return each.name == access.tensor; });
    if (!has_all(tensor->ranks, spec_.of)) return;
    std::vector<einsum::Index> indices;
    bool merged = false;
    for (std::size_t i = 0; i < access.indices.size(); ++i) {
      if (!has(spec_.of, tensor->ranks[i])) {
        indices.push_back(access.indices[i]);
        continue;
      }
      const auto variable = einsum::as_variable(access.indices[i]);
      if (!variable || *variable != cascade_.find_rank(tensor->ranks[i])->variable()) {
        fail("the ranks " + joined(spec_.of) + " cannot be flattened: " + access.tensor + " at " +
             to_string(access.place) + " is indexed along " + tensor->ranks[i] +
             " by more than its variable");
      }
      if (!std::exchange(merged, true)) indices.push_back(einsum::variable_index(variable_));
    }
    access.indices = std::move(indices);
  }

  /// @throws InputError if an Einsum uses the flattened rank and one of its parts besides
  void check_apart(const einsum::Einsum& einsum) const {
    auto used = einsum::iteration_variables(einsum);
    const auto values = einsum::variables_used(einsum.value);
    used.insert(used.end(), values.begin(), values.end());
    auto accesses = einsum::reads(einsum);
    accesses.push_back(einsum.output);
    std::vector<einsum::Index> indices;
    for (const auto& access : accesses) {
      indices.insert(indices.end(), access.indices.begin(), access.indices.end());
    }
    if (einsum.where) {
      const auto limits = einsum::indices_of(*einsum.where);
      indices.insert(indices.end(), limits.begin(), limits.end());
    }
    for (const auto& index : indices) {
      const auto inside = einsum::variables_of(index);
      used.insert(used.end(), inside.begin(), inside.end());
    }
    if (!has(used, variable_)) return;
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (!has(used, variables_[i])) continue;
      fail("the ranks " + joined(spec_.of) + " cannot be flattened: Einsum '" + einsum.name() +
           "' at " + to_string(einsum.place) + " also uses " + spec_.of[i] + " by itself");
    }
  }

  einsum::Cascade& cascade_;
  const Flatten& spec_;
  std::vector<einsum::Tensor> original_;  ///< before the merge: what the accesses index
  Names variables_;                       ///< of the ranks that become one
  std::string variable_;                  ///< of that one
};

}  // namespace

einsum::Cascade flattened(einsum::Cascade cascade, const Mapping& mapping, Shapes& shapes) {
  for (const auto& spec : mapping.flattens) {
    Flattener(cascade, spec).run();
    std::int64_t product = 1;
    for (const auto& rank : spec.of) {
      if (!__builtin_mul_overflow(product, shapes.at(rank), &product)) continue;
      throw InfeasibleError(spec.place, "the shape of rank " + spec.rank + " exceeds 64 bits");
    }
    shapes[spec.rank] = product;
  }
  return cascade;
}

}  // namespace attnsim::mappings
