#include <algorithm>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "einsum/rewrite_expr.h"
#include "einsum/rewrite_names.h"
#include "einsum/rewrite_running.h"

namespace attnsim::einsum {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool runs_along(const Reduce& reduce, const Axis& axis) {
  return contains(reduce.variables, axis.whole) || contains(reduce.variables, axis.outer);
}

/// Takes every reduction over the axis below the root out: one alone would leave an Einsum that
/// runs along the axis and needs what the other reduced.
class Extraction {
 public:
  Extraction(const Situation& situation, const Einsum& einsum)
      : situation_(situation), einsum_(einsum), scope_(output_variables(einsum)) {}

  Outcome run(std::size_t index) {
    Einsum rest = einsum_;
    take(rest.value, true);
    if (taken_.empty()) return {};
    drop_guard(rest);
    std::string values;
    for (const auto& einsum : taken_) {
      values += (values.empty() ? "`" : "` and `") + to_text(einsum.value);
    }
    Rewrite rewrite{
        einsum_.name() + " uses " + values + "` by value only", names_, {}, situation_.cascade};
    rewrite.touched.push_back(einsum_.name());
    auto& einsums = rewrite.cascade.einsums;
    einsums[index] = std::move(rest);
    einsums.insert(einsums.begin() + static_cast<std::ptrdiff_t>(index), taken_.begin(),
                   taken_.end());
    return rewrite;
  }

 private:
  void take(Expr& expr, bool root) {
    if (auto* call = std::get_if<Call>(&expr.node)) {
      for (auto& argument : call->arguments) take(argument, false);
    }
    auto* reduce = std::get_if<Reduce>(&expr.node);
    if (reduce == nullptr) return;
    if (!root && runs_along(*reduce, situation_.axis)) {
      expr = access_expr(move_out(expr, *reduce));
      return;
    }
    const auto outside = scope_.size();
    scope_.insert(scope_.end(), reduce->variables.begin(), reduce->variables.end());
    take(reduce->argument.front(), false);
    scope_.resize(outside);
  }

  /// The condition goes along where it guards this reduction or all that is outside of it.
  Access move_out(const Expr& expr, const Reduce& reduce) {
    Einsum taken;
    auto wanted = free_variables(expr);
    if (einsum_.where) {
      auto bound = scope_;
      bound.insert(bound.end(), reduce.variables.begin(), reduce.variables.end());
      const auto needed = variables_of(*einsum_.where);
      const bool guards = std::all_of(needed.begin(), needed.end(), [&](const std::string& name) {
        return contains(bound, name);
      });
      if (guards) {
        taken.where = einsum_.where;
        wanted.insert(needed.begin(), needed.end());
      }
    }
    const std::string prefix = reduce.op == "sum" ? "S" : "G";
    names_.push_back(fresh_name(situation_.cascade, prefix + einsum_.name(), names_));
    taken.output = plain_access(names_.back(), keep_only(scope_, wanted));
    taken.output.place = expr.place;
    taken.value = expr;
    taken.place = expr.place;
    taken_.push_back(taken);
    return taken.output;
  }

  static void drop_guard(Einsum& rest) {
    if (!rest.where) return;
    const auto left = iteration_variables(rest);
    for (const auto& variable : variables_of(*rest.where)) {
      if (contains(left, variable)) continue;
      rest.where.reset();
      return;
    }
  }

  const Situation& situation_;
  const Einsum& einsum_;
  std::vector<std::string> scope_;  ///< bound where `take` stands
  std::vector<std::string> names_;
  std::vector<Einsum> taken_;
};

}  // namespace

Outcome extract_reduction(const Situation& situation, std::size_t einsum) {
  if (situation.levels.of[einsum] == 0 && !delays_another(situation, einsum)) return {};
  return Extraction(situation, situation.at(einsum)).run(einsum);
}

}  // namespace attnsim::einsum
