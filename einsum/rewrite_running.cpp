#include "einsum/rewrite_running.h"

#include <algorithm>
#include <set>
#include <utility>

#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/printer.h"
#include "einsum/rewrite_condition.h"
#include "einsum/rewrite_expr.h"
#include "einsum/rewrite_inline.h"
#include "einsum/rewrite_names.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

/// The variables of a reduction without the axis' outer one.
std::vector<std::string> inside_chunk(const Reduce& reduce, const Axis& axis) {
  auto inner = reduce.variables;
  std::erase(inner, axis.outer);
  return inner;
}

bool is_viewed(const Cascade& cascade, const std::string& tensor) {
  return std::any_of(cascade.views.begin(), cascade.views.end(),
                     [&](const View& view) { return view.right.tensor == tensor; });
}

/// Whether the rules about running reductions apply here at all.
const Reduce* early_reduction(const Situation& situation, std::size_t einsum) {
  const auto* reduce = root_reduce(situation.at(einsum));
  if (reduce == nullptr || situation.levels.of[einsum] != 0) return nullptr;
  if (!situation.axis.is_split() || !reduces_chunks(*reduce, situation.axis)) return nullptr;
  return delays_another(situation, einsum) ? reduce : nullptr;
}

}  // namespace

Access RunningTensor::at(const Index& index) const {
  Access access = plain_access(name, variables);
  const auto found = std::find(variables.begin(), variables.end(), along);
  access.indices[static_cast<std::size_t>(found - variables.begin())] = index;
  return access;
}

Access RunningTensor::before() const { return at(variable_index(along)); }
Access RunningTensor::after() const { return at(Index{{Term{1, "", along}, Term{1, "", ""}}}); }

RunningTensor running_tensor(const Situation& situation, const Einsum& reduction,
                             const std::vector<std::string>& taken) {
  const Reduce& reduce = *root_reduce(reduction);
  const auto& along = situation.axis.outer;
  return {fresh_name(situation.cascade, running_name(reduction.name()), taken),
          with_variable(output_variables(reduction), along, reduce.argument.front()), along,
          reduction_step(situation.cascade, reduce.op).identity};
}

ReductionStep reduction_step(const Cascade& cascade, const std::string& reduction) {
  if (const auto* declared = cascade.find_operator(reduction)) {
    return {reduction, declared->identity.value_or(0)};
  }
  const auto& row = *find_reduce_operator(reduction);
  const bool is_map = find_map_operator(row.counts_as) != nullptr;
  return {is_map ? row.counts_as : "", row.identity};
}

void replace_by_running(Cascade& cascade, const Axis& axis, std::size_t index,
                        const RunningTensor& running, std::vector<Einsum> equations) {
  const Einsum whole = cascade.einsums[index];
  const Index last{{Term{1, cascade.find_rank_of_variable(axis.outer)->name, ""}}};
  const auto at = static_cast<std::size_t>(
      std::find(running.variables.begin(), running.variables.end(), running.along) -
      running.variables.begin());
  for (auto& einsum : cascade.einsums) {
    replace_accesses(einsum, [&](const Access& access) -> std::optional<Expr> {
      if (access.tensor != whole.name()) return std::nullopt;
      Access final = access;
      final.tensor = running.name;
      final.indices.insert(final.indices.begin() + static_cast<std::ptrdiff_t>(at), last);
      return access_expr(std::move(final));
    });
  }
  const bool output = cascade.find_tensor(whole.name())->kind == Tensor::Kind::output;
  if (output || is_viewed(cascade, whole.name())) {
    Einsum rest = whole;
    rest.where.reset();
    rest.value = access_expr(running.at(last));
    equations.push_back(std::move(rest));
  }
  auto& einsums = cascade.einsums;
  const auto position = einsums.begin() + static_cast<std::ptrdiff_t>(index);
  einsums.insert(einsums.erase(position), equations.begin(), equations.end());
  cascade.inits.push_back({running.at(Index{{Term{0, "", ""}}}), running.identity});
}

bool reduces_chunks(const Reduce& reduce, const Axis& axis) {
  return std::find(reduce.variables.begin(), reduce.variables.end(), axis.outer) !=
         reduce.variables.end();
}

bool delays_another(const Situation& situation, std::size_t einsum) {
  std::set<std::string> behind = {situation.at(einsum).name()};
  for (std::size_t i = einsum + 1; i < situation.cascade.einsums.size(); ++i) {
    const Einsum& reader = situation.at(i);
    const auto accesses = reads(reader);
    const bool needs = std::any_of(accesses.begin(), accesses.end(), [&](const Access& access) {
      return behind.contains(access.tensor);
    });
    if (!needs) continue;
    if (situation.levels.of[i] > 0 && iterates_over(reader, situation.axis)) return true;
    behind.insert(reader.name());
  }
  return false;
}

Outcome reduce_by_chunk(const Situation& situation, std::size_t einsum) {
  const auto* reduce = early_reduction(situation, einsum);
  if (reduce == nullptr) return {};
  const Axis& axis = situation.axis;
  const auto inner = inside_chunk(*reduce, axis);
  if (inner.empty()) return {};
  const Einsum& whole = situation.at(einsum);
  const auto guard = reached(situation.cascade, whole.where, inner);
  const Expr& term = reduce->argument.front();
  const auto variables = with_variable(output_variables(whole), axis.outer, term);
  Einsum local = whole;
  local.output = plain_access(fresh_name(situation.cascade, local_name(whole.name())), variables);
  local.output.place = whole.output.place;
  local.value = reduce_expr(reduce->op, inner, term);
  Rewrite rewrite{reduce->op + " is associative and commutative: over " + list_names(inner) +
                      " first, then over " + axis.outer,
                  {local.name(), whole.name()},
                  {},
                  situation.cascade};
  Einsum& global = rewrite.cascade.einsums[einsum];
  global.value = reduce_expr(reduce->op, {axis.outer}, access_expr(local.output));
  // Where it cannot be said which chunks the condition reaches, the others hold the identity.
  global.where = guard ? condition_of(*guard) : std::nullopt;
  auto& einsums = rewrite.cascade.einsums;
  einsums.insert(einsums.begin() + static_cast<std::ptrdiff_t>(einsum), local);
  return rewrite;
}

Outcome make_running(const Situation& situation, std::size_t einsum) {
  const auto* reduce = early_reduction(situation, einsum);
  if (reduce == nullptr || !inside_chunk(*reduce, situation.axis).empty()) return {};
  const Einsum& whole = situation.at(einsum);
  const std::string op = reduction_step(situation.cascade, reduce->op).op;
  if (op.empty()) {
    return Refusal{whole.name(), "no map operator does one step of " + reduce->op};
  }
  const RunningTensor running = running_tensor(situation, whole, {});
  const Einsum step{running.after(),
                    call_expr(op, {access_expr(running.before()), reduce->argument.front()}),
                    whole.where, whole.place};
  Rewrite rewrite{reduce->op + " is associative with the identity " + to_text(running.identity) +
                      ": " + whole.name() + " is the last value of " + running.name,
                  {running.name, whole.name()},
                  {},
                  situation.cascade};
  replace_by_running(rewrite.cascade, situation.axis, einsum, running, {step});
  return rewrite;
}

}  // namespace attnsim::einsum
