#include "einsum/typical.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/operators.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

constexpr double largest_size = 9007199254740992;  // 2^53: whole numbers are exact up to it

std::vector<std::string> sizes_of(const Cascade& cascade) {
  auto known = names_of(cascade.ranks);
  const auto params = names_of(cascade.params);
  known.insert(known.end(), params.begin(), params.end());
  return known;
}

void check_size_name(const Cascade& cascade, const std::string& name, const Place& place) {
  if (cascade.find_rank(name) != nullptr || cascade.find_param(name) != nullptr) return;
  throw InputError(place, unknown_name("rank or parameter", name, sizes_of(cascade)));
}

/// The name of a rank or parameter; "" if the index is anything else.
std::string named_size(const Index& index) {
  const bool single =
      index.terms.size() == 1 && index.terms.front() == Term{1, index.terms.front().rank, ""};
  return single ? index.terms.front().rank : "";
}

/// One node of a typical size.
void check_node(const Cascade& cascade, const Typical& typical, const Expr& expr) {
  if (std::holds_alternative<Number>(expr.node)) return;
  if (const auto* call = std::get_if<Call>(&expr.node)) {
    if (const auto* op = find_map_operator(call->op)) {
      return check_arity(call->op, op->arity, call->arguments.size(), expr.place);
    }
    throw InputError(expr.place, unknown_name("operator", call->op, function_names()));
  }
  if (const auto* index = std::get_if<Index>(&expr.node)) {
    const auto name = named_size(*index);
    if (!name.empty()) return check_size_name(cascade, name, expr.place);
  }
  throw InputError(expr.place, "the typical size of " + typical.name +
                                   " is made of numbers, ranks, parameters and operators, not '" +
                                   to_text(expr) + "'");
}

/// @param shapes  of all that it names
double value_of(const Expr& expr, const Shapes& shapes) {
  if (const auto* number = std::get_if<Number>(&expr.node)) return number->value;
  if (const auto* index = std::get_if<Index>(&expr.node)) {
    return static_cast<double>(shapes.at(named_size(*index)));
  }
  const auto& call = std::get<Call>(expr.node);
  std::vector<double> values;  // one or two
  for (const auto& argument : call.arguments) values.push_back(value_of(argument, shapes));
  return find_map_operator(call.op)->apply(values.front(), values.back());
}

bool all_known(const Expr& expr, const Shapes& shapes) {
  bool known = true;
  visit(expr, [&](const Expr& inner) {
    const auto* index = std::get_if<Index>(&inner.node);
    known = known && (index == nullptr || shapes.contains(named_size(*index)));
  });
  return known;
}

}  // namespace

void check_typicals(const Cascade& cascade) {
  std::set<std::string> done;
  for (const auto& typical : cascade.typicals) {
    check_size_name(cascade, typical.name, typical.place);
    if (!done.insert(typical.name).second) {
      throw InputError(typical.place, "'" + typical.name + "' already has a typical size");
    }
    visit(typical.value, [&](const Expr& expr) { check_node(cascade, typical, expr); });
  }
}

Shapes with_typical(const Cascade& cascade, Shapes given) {
  auto known = given;
  for (const auto& param : cascade.params) known.insert({param.name, param.value});
  for (const auto& typical : cascade.typicals) {
    if (given.contains(typical.name) || !all_known(typical.value, known)) continue;
    const auto value = std::floor(value_of(typical.value, known));
    if (!(std::fabs(value) < largest_size)) {
      throw InputError(typical.place, "the typical size of " + typical.name + " is " +
                                          to_text(value) + ", not a number below 2^53");
    }
    given[typical.name] = known[typical.name] = static_cast<std::int64_t>(value);
  }
  return given;
}

}  // namespace attnsim::einsum
