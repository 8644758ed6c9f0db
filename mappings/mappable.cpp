#include "mappings/mappable.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"
#include "einsum/run_order.h"

namespace attnsim::mappings {
namespace {

[[noreturn]] void refuse(const Place& place, const std::string& what) {
  throw InputError(place, what + " can be run and drawn as a graph, but not mapped yet");
}

void check_access(const einsum::Access& access) {
  for (const auto& index : access.indices) {
    if (einsum::is_affine(index)) continue;
    refuse(access.place, "the index '" + to_text(index) + "' of " + to_text(access));
  }
}

void check_expression(const einsum::Expr& value) {
  einsum::visit(value, [](const einsum::Expr& expr) {
    if (const auto* access = std::get_if<einsum::Access>(&expr.node)) check_access(*access);
    if (std::holds_alternative<einsum::Select>(expr.node)) refuse(expr.place, to_text(expr));
  });
}

void check_condition(const einsum::Condition& condition) {
  using Kind = einsum::Condition::Kind;
  if (condition.kind == Kind::values || condition.kind == Kind::negation) {
    refuse(condition.place, "the condition " + to_text(condition));
  }
  for (const auto& index : einsum::indices_of(condition)) {
    if (!einsum::is_affine(index)) refuse(condition.place, "the condition " + to_text(condition));
  }
  for (const auto& part : condition.parts) check_condition(part);
}

void check_ranks(const einsum::Cascade& cascade) {
  for (const auto& rank : cascade.ranks) {
    for (const auto& part : rank.parts) {
      if (cascade.find_rank(part)->parts.empty()) continue;
      refuse(rank.place, "rank " + rank.name + ", whose part " + part + " has parts,");
    }
  }
}

void check_order(const einsum::Cascade& cascade) {
  for (const auto& step : einsum::run_order(cascade)) {
    for (const auto& inner : step.body) {
      if (inner.rank.empty()) continue;
      const auto& einsum = cascade.einsums[inner.einsum];
      refuse(einsum.place, "the recurrence of " + einsum.name() + " along " + inner.rank +
                               " inside one along " + step.rank);
    }
  }
}

void check_types(const einsum::Cascade& cascade, Bits word) {
  for (const auto& declared : cascade.types) {
    const auto& format = einsum::format_of(declared.type);
    if (word == Bits{static_cast<std::uint64_t>(format.bits)}) continue;
    refuse(declared.place, declared.tensor + " of " + format.name + " on a machine of " +
                               std::to_string(word.count()) + "-bit words");
  }
}

}  // namespace

void check_mappable(const einsum::Cascade& cascade, Bits word) {
  check_types(cascade, word);
  check_ranks(cascade);
  for (const auto& view : cascade.views) check_access(view.right);
  for (const auto& init : cascade.inits) {
    if (init.from) refuse(init.from->place, "the initial value " + to_text(*init.from));
  }
  for (const auto& einsum : cascade.einsums) {
    check_expression(einsum.value);
    if (einsum.where) check_condition(*einsum.where);
  }
  check_order(cascade);
}

}  // namespace attnsim::mappings
