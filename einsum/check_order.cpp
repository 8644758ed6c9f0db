#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/dependency_graph.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

/// The tensor behind a view, and behind the view that it may be a view of.
const Tensor& base_of(const Cascade& cascade, const Access& access) {
  const Tensor* tensor = cascade.find_tensor(access.tensor);
  while (tensor->kind == Tensor::Kind::view) {
    tensor = cascade.find_tensor(cascade.find_view(tensor->name)->right.tensor);
  }
  return *tensor;
}

[[noreturn]] void fail_order(const Einsum& reader, const Access& access, const Tensor& base) {
  if (reader.name() == base.name) {
    throw InputError(access.place, to_text(access) + ": " + base.name +
                                       " cannot read itself, except an earlier coordinate of a " +
                                       "generative tensor (RM[m1+1] = max(RM[m1], ...))");
  }
  throw InputError(access.place, to_text(access) + " is used before it is computed (at " +
                                     to_string(base.place) + ")");
}

void check_text_order(const Cascade& cascade) {
  std::set<std::string> computed;
  for (const auto& einsum : cascade.einsums) {
    for (const auto& access : reads(einsum)) {
      const Tensor& base = base_of(cascade, access);
      if (base.kind == Tensor::Kind::input || computed.contains(base.name)) continue;
      if (!is_generative_read(cascade, einsum, access)) fail_order(einsum, access, base);
    }
    computed.insert(einsum.name());
  }
}

/// Einsums that need each other, which is legal only coordinate by coordinate of one rank.
class RecurrenceCheck {
 public:
  RecurrenceCheck(const Cascade& cascade, const std::vector<std::size_t>& members)
      : cascade_(cascade) {
    for (const auto member : members) einsums_.push_back(&cascade.einsums[member]);
    for (const auto* einsum : einsums_) names_.push_back(einsum->name());
  }

  void run() {
    find_rank();
    if (rank_.empty()) return;
    for (const auto* einsum : einsums_) check_member(*einsum);
  }

 private:
  void find_rank() {
    for (const auto* einsum : einsums_) {
      const auto& rank = cascade_.find_tensor(einsum->name())->generative_rank;
      if (!rank.empty() && !rank_.empty() && rank != rank_) {
        throw InputError(einsum->place, einsum->name() + " is generative along " + rank +
                                            ", but needs and is needed by a tensor that is " +
                                            "generative along " + rank_ + " (" +
                                            list_names(names_) + ")");
      }
      if (!rank.empty()) rank_ = rank;
    }
    if (!rank_.empty()) variable_ = cascade_.find_rank(rank_)->variable();
  }

  void check_member(const Einsum& einsum) {
    const auto along = output_variables(einsum);
    if (std::find(along.begin(), along.end(), variable_) == along.end()) {
      throw InputError(einsum.place, einsum.name() + " stands in the recurrence along " + rank_ +
                                         " (" + list_names(names_) +
                                         ") but its output does not run along " + variable_ +
                                         ": it would need all of what it helps to compute");
    }
    for (const auto& access : reads(einsum)) {
      const auto& base = base_of(cascade_, access);
      if (std::find(names_.begin(), names_.end(), base.name) == names_.end()) continue;
      if (is_available(access, base)) continue;
      throw InputError(access.place, to_text(access) + ": inside the recurrence along " + rank_ +
                                         " (" + list_names(names_) + ") only coordinates up to " +
                                         "the current " + variable_ + " can be read");
    }
  }

  [[nodiscard]] bool is_available(const Access& access, const Tensor& base) const {
    if (access.tensor != base.name) return false;
    const auto at = std::find(base.ranks.begin(), base.ranks.end(), rank_) - base.ranks.begin();
    const auto index = as_offset(access.indices.at(static_cast<std::size_t>(at)));
    const std::int64_t latest = base.generative_rank.empty() ? 0 : 1;
    return index && index->variable == variable_ && index->offset <= latest;
  }

  const Cascade& cascade_;
  std::vector<const Einsum*> einsums_;
  std::vector<std::string> names_;
  std::string rank_;
  std::string variable_;
};

bool reads_itself(const Einsum& einsum) {
  const auto accesses = reads(einsum);
  return std::any_of(accesses.begin(), accesses.end(),
                     [&](const Access& access) { return access.tensor == einsum.name(); });
}

}  // namespace

void check_order(const Cascade& cascade) {
  check_text_order(cascade);
  for (const auto& members : strong_components(cascade)) {
    if (members.size() == 1 && !reads_itself(cascade.einsums[members.front()])) continue;
    RecurrenceCheck(cascade, members).run();
  }
}

}  // namespace attnsim::einsum
