#include <set>

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
    for (const auto& einsum : cascade.einsums) {
      for (const auto& access : reads(einsum)) note_read(access, einsum.name());
      if (!einsum.where) continue;
      for (const auto& index : indices_of(*einsum.where)) note_index(index);
    }
  }

  [[nodiscard]] bool of_tensor(const std::string& name) const { return read_.contains(name); }
  [[nodiscard]] bool of_name(const std::string& name) const { return names_.contains(name); }

 private:
  void note_read(const Access& access, const std::string& reader) {
    if (access.tensor != reader) read_.insert(access.tensor);
    for (const auto& index : access.indices) note_index(index);
  }

  void note_index(const Index& index) {
    for (const auto& term : index.terms) {
      names_.insert(term.rank);
      if (!term.variable.empty()) {
        names_.insert(cascade_.find_rank_of_variable(term.variable)->name);
      }
    }
  }

  const Cascade& cascade_;
  std::set<std::string> read_;
  std::set<std::string> names_;
};

void check_ranks_used(const Cascade& cascade, const Uses& uses) {
  for (const auto& rank : cascade.ranks) {
    bool used = uses.of_name(rank.name);
    for (const auto& part : rank.parts) used = used || uses.of_name(part);
    if (!used) throw InputError(rank.place, "the rank '" + rank.name + "' is never used");
  }
  for (const auto& param : cascade.params) {
    if (uses.of_name(param.name)) continue;
    throw InputError(param.place, "the parameter '" + param.name + "' is never used");
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
