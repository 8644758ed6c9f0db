#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/rewrite_algebra.h"
#include "einsum/rewrite_condition.h"
#include "einsum/rewrite_correction.h"
#include "einsum/rewrite_expr.h"
#include "einsum/rewrite_inline.h"
#include "einsum/rewrite_names.h"
#include "einsum/rewrite_running.h"
#include "einsum/spelling.h"
#include "einsum/structure.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

/// S = sum[m1,m0] f(x, R[M1]) becomes
///     SL[m1]   = sum[m0] f(x, R[m1+1])     local, against what is known so far
///     P[m1]    = c(R[m1], R[m1+1])
///     SP[m1]   = P[m1] * RS[m1]            what came before, corrected
///     RS[m1+1] = SP[m1] + SL[m1]           and RS[M1] is S
/// By induction RS[m1] = sum over the first m1 chunks of f(x, R[m1]).
class CorrectedSum {
 public:
  CorrectedSum(const Situation& situation, std::size_t index, Correction correction)
      : situation_(situation),
        index_(index),
        einsum_(situation.at(index)),
        reduce_(*root_reduce(einsum_)),
        correction_(std::move(correction)),
        running_(running_tensor(situation, einsum_, {})) {
    inner_ = reduce_.variables;
    std::erase(inner_, situation_.axis.outer);
  }

  Outcome run() {
    if (auto why = obstacle(); !why.empty()) return Refusal{einsum_.name(), std::move(why)};
    taken_.push_back(running_.name);
    const Einsum local = local_einsum();
    const Access factor = factor_access();
    const Einsum corrected =
        equation(named(corrected_name(einsum_.name()), running_.variables),
                 call_expr("mul", {access_expr(factor), access_expr(running_.before())}));
    const std::string op = reduction_step(situation_.cascade, reduce_.op).op;
    const Einsum step =
        equation(running_.after(),
                 call_expr(op, {access_expr(corrected.output), access_expr(local.output)}));
    equations_.insert(equations_.end(), {corrected, step});
    Rewrite rewrite{condition_text(), {}, correction_.positive, situation_.cascade};
    for (const auto& einsum : equations_) rewrite.touched.push_back(einsum.name());
    rewrite.touched.push_back(einsum_.name());
    replace_by_running(rewrite.cascade, situation_.axis, index_, running_, equations_);
    return rewrite;
  }

 private:
  std::string obstacle() {
    if (situation_.cascade.find_operator(reduce_.op) != nullptr) {
      return "of the algebra of its operator " + reduce_.op +
             " nothing is known, so no correction is";
    }
    if (reduction_step(situation_.cascade, reduce_.op).op.empty()) {
      return "no map operator does one step of " + reduce_.op;
    }
    if (reduce_.op != "sum" && !is_positive(correction_.factor)) {
      return "the correction must be positive to move behind " + reduce_.op;
    }
    if (reduce_.op != "sum" && !starts_from_zero()) {
      return "the correction does not keep the identity of " + reduce_.op;
    }
    return obstacle_of_condition();
  }

  /// At the start the correction may be 0, and 0 times the identity -inf is nothing. A maximum of
  /// what is not below 0 may start from 0 instead, if there always is something.
  bool starts_from_zero() {
    const auto some = reached(situation_.cascade, einsum_.where, reduce_.variables);
    running_.identity = 0;
    return reduce_.op == "max" && some && always(*some) &&
           is_positive(spelt_out(reduce_.argument.front()));
  }

  /// The running tensors keep their value over a chunk that nothing of the fiber reaches, and so
  /// must this one: their condition is this one's, and what this one sums must lie inside it.
  std::string obstacle_of_condition() {
    bool first = true;
    for (const auto& name : correction_.running) {
      const auto where = value_condition_of(name);
      const bool differs =
          where.has_value() != guard_.has_value() || (where && !same(*where, *guard_));
      if (!first && differs) return "its running tensors are restricted by different conditions";
      guard_ = where;
      first = false;
    }
    if (!guard_) return "";
    const std::string running =
        list_names({correction_.running.begin(), correction_.running.end()});
    if (!reads_running_in_place()) return "it reads " + running + " at other coordinates";
    const auto summed = both(einsum_.where, correction_.where);
    if (const auto mask = mask_of(*correction_.running.begin())) {
      if (implies(summed, mask)) return "";
      return outside_of(*mask, running);
    }
    const auto chunks = reached(situation_.cascade, summed, inner_);
    const auto known = alternatives_of(guard_);
    if (chunks && known && implies(*chunks, *known)) return "";
    return outside_of(*guard_, running);
  }

  static std::string outside_of(const Condition& where, const std::string& running) {
    return "it is not restricted to " + to_text(where) + ", outside of which " + running +
           " has no value yet";
  }

  /// When a running tensor has a value: the condition of its Einsum, or, where that takes in every
  /// chunk, also those of which a condition on data or with divisions leaves nothing, that it is no
  /// longer the identity (`RM[m1+1] > -inf`).
  [[nodiscard]] std::optional<Condition> value_condition_of(const std::string& running) const {
    const Cascade& cascade = situation_.cascade;
    const Einsum& step = *cascade.find_einsum(running);
    if (step.where || !mask_of(running)) return step.where;
    const double identity = identity_of(running);
    Condition condition;
    condition.kind = Condition::Kind::values;
    condition.comparison.comparator = identity < 0 ? Comparator::greater : Comparator::less;
    condition.sides = {access_expr(step.output), number_expr(identity)};
    return condition;
  }

  [[nodiscard]] double identity_of(const std::string& running) const {
    const auto& inits = situation_.cascade.inits;
    const auto found = std::find_if(inits.begin(), inits.end(), [&](const Init& init) {
      return init.target.tensor == running;
    });
    return found == inits.end() ? 0 : found->value;
  }

  /// The condition inside a chunk of which it cannot be said which chunks it reaches; nullopt if it
  /// can, or if what the running tensor starts from is a number like any other.
  [[nodiscard]] std::optional<Condition> mask_of(const std::string& running) const {
    const Cascade& cascade = situation_.cascade;
    const Einsum& step = *cascade.find_einsum(running);
    if (step.where || std::isfinite(identity_of(running))) return std::nullopt;
    for (const auto& access : reads(step.value)) {
      const Einsum* local = cascade.find_einsum(access.tensor);
      const auto* reduce = local == nullptr ? nullptr : root_reduce(*local);
      if (reduce == nullptr || access.tensor == running || !local->where) continue;
      if (!reached(cascade, local->where, reduce->variables)) return local->where;
    }
    return std::nullopt;
  }

  /// The condition of a running tensor is in its own variables.
  [[nodiscard]] bool reads_running_in_place() const {
    const Cascade& cascade = situation_.cascade;
    const auto accesses = reads(correction_.factor);
    return std::all_of(accesses.begin(), accesses.end(), [&](const Access& access) {
      const Tensor& tensor = *cascade.find_tensor(access.tensor);
      for (std::size_t i = 0; i < tensor.ranks.size(); ++i) {
        if (tensor.ranks[i] == tensor.generative_rank) continue;
        const auto variable = as_variable(access.indices[i]);
        if (variable != cascade.find_rank(tensor.ranks[i])->variable()) return false;
      }
      return true;
    });
  }

  /// With the maps that it reads put in; outside of their conditions they hold 0.
  [[nodiscard]] Expr spelt_out(const Expr& expr) const {
    return replace_accesses(expr, [&](const Access& access) -> std::optional<Expr> {
      const auto definition = definition_at(situation_.cascade, access);
      if (!definition) return std::nullopt;
      return spelt_out(definition->value);
    });
  }

  Access named(const std::string& name, const Names& variables) {
    taken_.push_back(fresh_name(situation_.cascade, name, taken_));
    return plain_access(taken_.back(), variables);
  }

  [[nodiscard]] Einsum equation(Access output, Expr value) const {
    output.place = einsum_.place;
    return {std::move(output), std::move(value), guard_, einsum_.place};
  }

  Einsum local_einsum() {
    Expr term = localized(reduce_.argument.front());
    Einsum local = einsum_;
    local.output = named(local_name(einsum_.name()), running_.variables);
    local.output.place = einsum_.place;
    local.value = inner_.empty() ? std::move(term) : reduce_expr(reduce_.op, inner_, term);
    equations_.push_back(local);
    return local;
  }

  /// The expression with running tensors as of the current chunk instead of at their end.
  Expr localized(const Expr& expr) {
    return replace_accesses(expr, [&](const Access& access) -> std::optional<Expr> {
      if (is_final_read(situation_.cascade, situation_.axis, access)) {
        return access_expr(at_step(situation_, access, 1));
      }
      if (situation_.level(access) == 0) return std::nullopt;
      if (runs_along_chunks(access)) return access_expr(local_copy(access));
      return localized(definition_at(situation_.cascade, access)->value);
    });
  }

  [[nodiscard]] bool runs_along_chunks(const Access& access) const {
    const auto& along = situation_.axis.outer;
    const auto outputs = output_variables(*situation_.cascade.find_einsum(access.tensor));
    const auto at = std::find(outputs.begin(), outputs.end(), along);
    return at != outputs.end() &&
           as_variable(access.indices[static_cast<std::size_t>(at - outputs.begin())]) == along;
  }

  /// SN as of the current chunk is SLN, an Einsum of its own; made once for all who read it.
  Access local_copy(const Access& access) {
    Einsum copy = *situation_.cascade.find_einsum(access.tensor);
    copy.value = localized(copy.value);
    Access read = access;
    if (const auto* known = find_same(copy)) {
      read.tensor = known->name();
      return read;
    }
    taken_.push_back(fresh_name(situation_.cascade, local_name(access.tensor), taken_));
    read.tensor = copy.output.tensor = taken_.back();
    equations_.push_back(std::move(copy));
    return read;
  }

  /// An Einsum above this one, or made here, that computes the same.
  [[nodiscard]] const Einsum* find_same(const Einsum& wanted) const {
    const auto computes = [&](const Einsum& einsum) {
      Einsum renamed = wanted;
      renamed.output.tensor = einsum.output.tensor;
      return same(einsum, renamed);
    };
    const auto& all = situation_.cascade.einsums;
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(index_);
    if (const auto found = std::find_if(all.begin(), end, computes); found != end) return &*found;
    const auto mine = std::find_if(equations_.begin(), equations_.end(), computes);
    return mine == equations_.end() ? nullptr : &*mine;
  }

  Access factor_access() {
    auto wanted = free_variables(correction_.factor);
    if (guard_) wanted.merge(variables_of(*guard_));
    const auto variables = keep_only(running_.variables, wanted);
    const std::string name = "P" + *correction_.running.begin();
    Einsum factor = equation(plain_access(name, variables), correction_.factor);
    if (const auto* known = find_same(factor)) return known->output;
    factor.output = named(name, variables);
    factor.output.place = einsum_.place;
    equations_.push_back(factor);
    return factor.output;
  }

  [[nodiscard]] std::string condition_text() const {
    std::string text;
    for (const auto& expr : correction_.changing) {
      text += (text.empty() ? "`" : " and `") + to_text(expr) + "`";
    }
    text += " is multiplied by `" + to_text(correction_.factor) + "`, which has no " +
            list_names(inner_.empty() ? reduce_.variables : inner_) + ", as " +
            list_names({correction_.running.begin(), correction_.running.end()}) +
            " takes in a chunk";
    for (const auto& name : correction_.positive) text += "; assumes " + name + " > 0";
    return text;
  }

  const Situation& situation_;
  std::size_t index_;
  const Einsum& einsum_;
  const Reduce& reduce_;
  Correction correction_;
  RunningTensor running_;
  Names inner_;  ///< reduced inside a chunk
  Names taken_;
  std::optional<Condition> guard_;
  std::vector<Einsum> equations_;
};

}  // namespace

Outcome correct_running(const Situation& situation, std::size_t einsum) {
  const Einsum& asked = situation.at(einsum);
  const auto* reduce = root_reduce(asked);
  if (reduce == nullptr || situation.levels.of[einsum] == 0 || !situation.axis.is_split()) {
    return {};
  }
  if (!reduces_chunks(*reduce, situation.axis)) return {};
  if (!iterates_over(asked, situation.axis) && !delays_another(situation, einsum)) return {};
  auto correction = correction_of(situation, asked);
  if (auto* reason = std::get_if<std::string>(&correction)) {
    return Refusal{asked.name(), std::move(*reason)};
  }
  return CorrectedSum(situation, einsum, std::get<Correction>(std::move(correction))).run();
}

}  // namespace attnsim::einsum
