#include <algorithm>
#include <set>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/printer.h"
#include "einsum/rewrite_algebra.h"
#include "einsum/rewrite_condition.h"
#include "einsum/rewrite_expr.h"
#include "einsum/rewrite_inline.h"
#include "einsum/rewrite_names.h"
#include "einsum/rewrite_rules.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

/// reduction[v] (x * g) = (reduction[v] x) * g for what of v the operand g does not depend on.
class Deferral {
 public:
  Deferral(const Situation& situation, std::size_t index, const Distribution& distribution)
      : situation_(situation),
        index_(index),
        einsum_(situation.at(index)),
        reduce_(*root_reduce(einsum_)),
        distribution_(distribution),
        group_(group_of(distribution.op)) {}

  Outcome run() {
    if (find(reduce_.variables)) return rewrite();
    const Axis& axis = situation_.axis;
    const auto& all = reduce_.variables;
    const auto is_reduced = [&](const std::string& variable) {
      return std::find(all.begin(), all.end(), variable) != all.end();
    };
    if (!axis.is_split() || !is_reduced(axis.outer)) return {};
    Names inner;
    std::copy_if(axis.inner.begin(), axis.inner.end(), std::back_inserter(inner), is_reduced);
    if (inner.empty() || !find(inner)) return {};
    return rewrite();
  }

 private:
  /// Splits the operands into those behind the reduction over `variables` and those inside.
  bool find(const Names& variables) {
    inside_ = outside_ = {};
    through_.clear();
    where_ = einsum_.where;
    variables_ = variables;
    for (const auto& part : parts_of(reduce_.argument.front(), group_)) {
      for (auto& operand : expanded(part)) {
        (is_outside(operand) ? outside_ : inside_).push_back(std::move(operand));
      }
    }
    if (outside_.empty()) return false;
    // What other reduced variables the operands outside have stays outside with them.
    std::set<std::string> outside;
    for (const auto& part : outside_) outside.merge(free_variables(part.expr));
    std::set<std::string> inside;
    for (const auto& part : inside_) inside.merge(free_variables(part.expr));
    inner_.clear();
    outer_.clear();
    for (const auto& variable : reduce_.variables) {
      (outside.contains(variable) ? outer_ : inner_).push_back(variable);
    }
    return intersects(inside, inner_);
  }

  /// An operand that waits for a whole fiber and has none of the variables.
  [[nodiscard]] bool is_outside(const Part& part) const {
    return situation_.level(part.expr) > 0 && !intersects(free_variables(part.expr), variables_) &&
           (!distribution_.positive_only || is_positive(part.expr));
  }

  /// The operand, or those of the map that it reads if one of these can move.
  Parts expanded(const Part& part) {
    const auto* access = std::get_if<Access>(&part.expr.node);
    if (access == nullptr || is_outside(part) || situation_.level(part.expr) == 0) return {part};
    const auto definition = definition_at(situation_.cascade, *access);
    if (!definition) return {part};
    const auto where = where_;
    const auto through = through_;
    Parts operands;
    for (auto operand : parts_of(definition->value, group_)) {
      operand.inverted = operand.inverted != part.inverted;
      for (auto& inner : expanded(operand)) operands.push_back(std::move(inner));
    }
    const bool useful = std::any_of(operands.begin(), operands.end(),
                                    [&](const Part& operand) { return is_outside(operand); });
    if (useful && allows(*definition, part)) {
      add_unique(through_, access->tensor);
      return operands;
    }
    where_ = where;
    through_ = through;
    return {part};
  }

  /// Outside its condition a map holds 0. A sum may skip the points where a factor is 0.
  bool allows(const Definition& definition, const Part& part) {
    if (implies(where_, definition.where)) return true;
    if (distribution_.op != std::string("mul") || reduce_.op != "sum" || part.inverted) {
      return false;
    }
    where_ = both(where_, definition.where);
    return true;
  }

  Outcome rewrite() {
    const auto guard = reached(situation_.cascade, where_, inner_);
    if (!guard || (reduce_.op != "sum" && !always(*guard))) {
      return Refusal{einsum_.name(), "where " + to_text(*where_) + " may leave nothing of " +
                                         list_names(inner_) + " to reduce, and " + moved_text() +
                                         " must not apply to nothing"};
    }
    const Einsum inside = inside_einsum();
    Einsum outside{einsum_.output, {}, condition_of(*guard), einsum_.place};
    Parts parts = outside_;
    parts.insert(parts.begin(), Part{access_expr(inside.output), false});
    outside.value = joined(parts, group_);
    if (!outer_.empty()) {
      outside.value = reduce_expr(reduce_.op, outer_, std::move(outside.value));
    }
    Rewrite rewrite{condition_text(), {inside.name(), einsum_.name()}, {}, situation_.cascade};
    for (const auto& name : through_) add_unique(rewrite.touched, name);
    auto& einsums = rewrite.cascade.einsums;
    einsums[index_] = std::move(outside);
    einsums.insert(einsums.begin() + static_cast<std::ptrdiff_t>(index_), inside);
    return rewrite;
  }

  [[nodiscard]] Einsum inside_einsum() const {
    Expr term = joined(inside_, group_);
    auto wanted = free_variables(term);
    if (where_) wanted.merge(variables_of(*where_));
    auto order = output_variables(einsum_);
    for (const auto& variable : outer_) order = with_variable(std::move(order), variable, term);
    Einsum inside;
    inside.output = plain_access(inside_name(), keep_only(order, wanted));
    inside.value = reduce_expr(reduce_.op, inner_, std::move(term));
    inside.where = where_;
    inside.place = inside.output.place = einsum_.place;
    return inside;
  }

  /// SNV for the numerators SN times V; else N and the result's name.
  [[nodiscard]] std::string inside_name() const {
    const Cascade& cascade = situation_.cascade;
    if (!outer_.empty()) return fresh_name(cascade, local_name(einsum_.name()));
    std::string name;
    for (const auto& part : inside_) {
      const auto* access = std::get_if<Access>(&part.expr.node);
      name = access == nullptr || part.inverted || inside_.size() > 2 ? "" : name + access->tensor;
      if (name.empty()) break;
    }
    const bool fits = name.size() > 1 && name.size() <= 6;
    return fresh_name(cascade, fits ? name : "N" + einsum_.name());
  }

  [[nodiscard]] std::string moved_text() const {
    const bool undone = std::any_of(outside_.begin(), outside_.end(),
                                    [](const Part& part) { return part.inverted; });
    const Expr moved = joined(outside_, group_);
    return (undone ? "dividing by " : "") + std::string("`") + to_text(moved) + "`";
  }

  [[nodiscard]] std::string condition_text() const {
    std::string text = "`" + to_text(joined(outside_, group_)) + "` does not depend on " +
                       list_names(inner_) + ", and " + group_.op + " distributes over " +
                       reduce_.op;
    if (!through_.empty()) text += "; found through " + list_names(through_);
    return text;
  }

  const Situation& situation_;
  std::size_t index_;
  const Einsum& einsum_;
  const Reduce& reduce_;
  Distribution distribution_;
  const Group& group_;
  Names variables_;
  Parts inside_;
  Parts outside_;
  Names through_;  ///< the maps that were looked through
  Names inner_;    ///< reduced inside
  Names outer_;    ///< reduced outside
  std::optional<Condition> where_;
};

}  // namespace

Outcome defer_operand(const Situation& situation, std::size_t einsum) {
  const auto* reduce = root_reduce(situation.at(einsum));
  if (reduce == nullptr || situation.levels.of[einsum] == 0) return {};
  if (!iterates_over(situation.at(einsum), situation.axis)) return {};
  for (const auto& distribution : distributions_over(reduce->op)) {
    auto outcome = Deferral(situation, einsum, distribution).run();
    if (!std::holds_alternative<std::monostate>(outcome)) return outcome;
  }
  return {};
}

}  // namespace attnsim::einsum
