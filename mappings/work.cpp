#include "mappings/work.h"

#include <algorithm>

#include "base/error.h"
#include "base/overloaded.h"
#include "einsum/expression_ops.h"
#include "mappings/plan_leaf.h"

namespace attnsim::mappings {
namespace {

/// Name in an operation table of one step of a reduction.
std::string step_of(const std::string& reduction) {
  if (reduction == "prod") return "mul";
  return reduction == "sum" ? "add" : reduction;
}

const arch::OperationTable& table_of(const arch::Architecture& architecture,
                                     const std::string& unit) {
  if (const auto* array = architecture.find_array(unit)) return array->operations;
  return architecture.find_vector(unit)->operations;
}

class Collector {
 public:
  Collector(const Problem& problem, const PlanLeaf& leaf, const std::string& unit)
      : problem_(problem), leaf_(leaf), unit_(unit), table_(table_of(problem.architecture, unit)) {}

  std::vector<Work> collect() {
    collect(leaf_.einsum->value, ranks_of(einsum::output_variables(*leaf_.einsum)), nullptr);
    return std::move(work_);
  }

 private:
  using Ranks = std::vector<std::string>;

  [[nodiscard]] Ranks ranks_of(const std::vector<std::string>& variables) const {
    Ranks ranks;
    for (const auto& variable : variables) {
      ranks.push_back(problem_.cascade.find_rank_of_variable(variable)->name);
    }
    return ranks;
  }

  /// `feeds`: the operation that takes the result of `expr`, if any.
  void collect(const einsum::Expr& expr, const Ranks& ranks, const arch::Operation* feeds) {
    if (const auto* call = std::get_if<einsum::Call>(&expr.node)) {
      const auto* operation = add(call->op, ranks, feeds);
      for (const auto& argument : call->arguments) collect(argument, ranks, operation);
    } else if (const auto* reduce = std::get_if<einsum::Reduce>(&expr.node)) {
      collect_reduction(*reduce, ranks);
    }
  }

  void collect_reduction(const einsum::Reduce& reduce, Ranks ranks) {
    for (const auto& rank : ranks_of(reduce.variables)) {
      if (std::find(ranks.begin(), ranks.end(), rank) == ranks.end()) ranks.push_back(rank);
    }
    const auto& argument = reduce.argument.front();
    const auto* product = std::get_if<einsum::Call>(&argument.node);
    if (reduce.op == "sum" && product != nullptr && product->op == "mul" &&
        table_.count("mac") != 0) {
      const auto* mac = add("mac", ranks, nullptr);
      for (const auto& factor : product->arguments) collect(factor, ranks, mac);
      return;
    }
    const auto* step = add(step_of(reduce.op), ranks, nullptr);
    collect(argument, ranks, step);
  }

  const arch::Operation* add(const std::string& name, const Ranks& ranks,
                             const arch::Operation* feeds) {
    const auto found = table_.find(name);
    if (found == table_.end()) {
      Ranks known;
      for (const auto& [each, operation] : table_) known.push_back(each);
      throw InputError(leaf_.place, "'" + unit_ + "' has no operation '" + name +
                                        "', which Einsum '" + leaf_.einsum->name() +
                                        "' needs (it has: " + joined(known) +
                                        "): bind the Einsum to another unit or add <op name=\"" +
                                        name + "\" .../>");
    }
    const bool chained = feeds != nullptr && std::find(feeds->chains.begin(), feeds->chains.end(),
                                                       name) != feeds->chains.end();
    work_.push_back({&found->second, ranks, chained});
    return &found->second;
  }

  const Problem& problem_;
  const PlanLeaf& leaf_;
  const std::string& unit_;
  const arch::OperationTable& table_;
  std::vector<Work> work_;
};

}  // namespace

std::vector<Work> work_of(const Problem& problem, const PlanLeaf& leaf, const std::string& unit) {
  return Collector(problem, leaf, unit).collect();
}

}  // namespace attnsim::mappings
