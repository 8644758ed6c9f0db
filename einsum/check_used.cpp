#include <set>
#include <vector>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"

namespace attnsim::einsum {

namespace {

/// The ranks, parameters and tensors that something needs.
class Uses {
 public:
  explicit Uses(const Cascade& cascade) : cascade_(cascade) {
    for (const auto& tensor : cascade.tensors)
      names_.insert(tensor.ranks.begin(), tensor.ranks.end());
    for (const auto& view : cascade.views) note_read(view.right, view.left.tensor);
    for (const auto& init : cascade.inits) {
      if (!init.from) continue;
      for (const auto& access : reads(*init.from)) note_read(access, "");
      note_values(*init.from);
    }
    for (const auto& declared : cascade.operators) note_calls(declared.value);
    for (const auto& einsum : cascade.einsums) note_einsum(einsum);
  }

  [[nodiscard]] bool of_tensor(const std::string& name) const { return read_.contains(name); }
  [[nodiscard]] bool of_operator(const std::string& name) const { return called_.contains(name); }
  [[nodiscard]] bool of_name(const std::string& name) const { return names_.contains(name); }

 private:
  void note_einsum(const Einsum& einsum) {
    for (const auto& access : reads(einsum)) note_read(access, einsum.name());
    note_values(einsum.value);
    if (!einsum.where) return;
    for (const auto& index : indices_of(*einsum.where)) note_index(index);
    visit_sides(*einsum.where, [&](const Expr& side) { note_values(side); });
  }

  void note_values(const Expr& expr) {
    note_calls(expr);
    visit(expr, [&](const Expr& inner) {
      if (const auto* index = std::get_if<Index>(&inner.node)) note_index(*index);
    });
  }

  void note_calls(const Expr& expr) {
    visit(expr, [&](const Expr& inner) {
      if (const auto* call = std::get_if<Call>(&inner.node)) called_.insert(call->op);
      if (const auto* reduce = std::get_if<Reduce>(&inner.node)) called_.insert(reduce->op);
    });
  }

  void note_read(const Access& access, const std::string& reader) {
    if (access.tensor != reader) read_.insert(access.tensor);
    for (const auto& index : access.indices) note_index(index);
  }

  void note_index(const Index& index) {
    visit_terms(index, [&](const Term& term) {
      names_.insert(term.rank);
      const Rank* rank = cascade_.find_rank_of_variable(term.variable);
      if (rank != nullptr) names_.insert(rank->name);
    });
  }

  const Cascade& cascade_;
  std::set<std::string> read_;
  std::set<std::string> names_;
  std::set<std::string> called_;
};

/// A whole is used if one of its parts is, or one of theirs.
bool is_used(const Cascade& cascade, const Rank& whole, const Uses& uses) {
  std::vector<const Rank*> open = {&whole};
  while (!open.empty()) {
    const Rank* rank = open.back();
    open.pop_back();
    if (uses.of_name(rank->name)) return true;
    for (const auto& part : rank->parts) open.push_back(cascade.find_rank(part));
  }
  return false;
}

void check_ranks_used(const Cascade& cascade, const Uses& uses) {
  for (const auto& rank : cascade.ranks) {
    if (!is_used(cascade, rank, uses))
      throw InputError(rank.place, "the rank '" + rank.name + "' is never used");
  }
  for (const auto& param : cascade.params) {
    if (uses.of_name(param.name)) continue;
    throw InputError(param.place, "the parameter '" + param.name + "' is never used");
  }
  for (const auto& declared : cascade.operators) {
    if (uses.of_operator(declared.name)) continue;
    throw InputError(declared.place, "the operator '" + declared.name + "' is never used");
  }
}

void check_tensors_used(const Cascade& cascade, const Uses& uses) {
  for (const auto& tensor : cascade.tensors) {
    if (tensor.kind == Tensor::Kind::output || uses.of_tensor(tensor.name)) continue;
    std::string fault = "the input '" + tensor.name + "' is never read";
    if (tensor.kind == Tensor::Kind::view) fault = "the view '" + tensor.name + "' is never read";
    if (tensor.kind == Tensor::Kind::intermediate) {
      fault = "'" + tensor.name + "' is computed but neither read nor declared as an output";
    }
    throw InputError(tensor.place, fault);
  }
}

}  // namespace

void check_used(const Cascade& cascade) {
  if (cascade.einsums.empty()) throw InputError(cascade.file, "the cascade has no equation");
  if (cascade.outputs.empty()) throw InputError(cascade.file, "the cascade declares no output");
  const Uses uses(cascade);
  check_tensors_used(cascade, uses);
  check_ranks_used(cascade, uses);
}

}  // namespace attnsim::einsum
