#include "einsum/rewrite_algebra.h"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "einsum/rewrite_expr.h"

namespace attnsim::einsum {

namespace {

constexpr std::array<Group, 2> groups = {{{"add", "sub", "neg", 0}, {"mul", "div", "", 1}}};

// A factor scales a sum; an addend shifts a maximum; a positive factor scales a maximum.
constexpr std::array<Distribution, 5> distributions = {{
    {"mul", "sum", false},
    {"add", "max", false},
    {"add", "min", false},
    {"mul", "max", true},
    {"mul", "min", true},
}};

constexpr std::array<Homomorphism, 2> homomorphisms = {{
    {"exp", "add", "mul"},
    {"exp2", "add", "mul"},
}};

/// Functions above 0 at every real argument, and operators that keep positive arguments so.
constexpr std::array<const char*, 3> positive_functions = {"exp", "exp2", "sigmoid"};
constexpr std::array<const char*, 7> positive_keeping = {"add", "mul", "div",  "sqrt",
                                                         "max", "min", "rsqrt"};

template <class Names>
bool is_one_of(const Names& names, const std::string& name) {
  return std::any_of(names.begin(), names.end(),
                     [&](const char* candidate) { return name == candidate; });
}

void collect_parts(const Expr& expr, const Group& group, bool inverted, Parts& parts) {
  const auto* call = std::get_if<Call>(&expr.node);
  const std::string op = call == nullptr ? "" : call->op;
  if (op == group.op || (op == group.inverse && !op.empty())) {
    collect_parts(call->arguments[0], group, inverted, parts);
    collect_parts(call->arguments[1], group, inverted != (op == group.inverse), parts);
  } else if (!op.empty() && op == group.negation) {
    collect_parts(call->arguments[0], group, !inverted, parts);
  } else if (op == "neg" && group.identity == 1) {  // -x = -1 * x, and -1 is its own inverse
    parts.push_back({number_expr(-1), false});
    collect_parts(call->arguments[0], group, inverted, parts);
  } else {
    parts.push_back({expr, inverted});
  }
}

}  // namespace

const Group& group_of(const std::string& op) {
  for (const auto& group : groups) {
    if (op == group.op) return group;
  }
  throw std::logic_error("no group of " + op);
}

std::vector<Distribution> distributions_over(const std::string& reduction) {
  std::vector<Distribution> found;
  std::copy_if(distributions.begin(), distributions.end(), std::back_inserter(found),
               [&](const Distribution& row) { return reduction == row.reduction; });
  return found;
}

const Homomorphism* find_homomorphism(const std::string& function) {
  const auto found =
      std::find_if(homomorphisms.begin(), homomorphisms.end(),
                   [&](const Homomorphism& row) { return function == row.function; });
  return found == homomorphisms.end() ? nullptr : &*found;
}

bool is_positive(const Expr& expr, const std::set<std::string>& assumed) {
  if (const auto* number = std::get_if<Number>(&expr.node)) return number->value > 0;
  if (const auto* access = std::get_if<Access>(&expr.node)) return assumed.contains(access->tensor);
  const auto* call = std::get_if<Call>(&expr.node);
  if (call == nullptr) return false;
  if (is_one_of(positive_functions, call->op)) return true;
  return is_one_of(positive_keeping, call->op) &&
         std::all_of(call->arguments.begin(), call->arguments.end(),
                     [&](const Expr& argument) { return is_positive(argument, assumed); });
}

Parts parts_of(const Expr& expr, const Group& group) {
  Parts parts;
  collect_parts(expr, group, false, parts);
  return parts;
}

Parts expanded_terms(const Expr& expr) {
  Parts terms;
  for (const auto& part : parts_of(expr, group_of("add"))) {
    const auto* call = std::get_if<Call>(&part.expr.node);
    const bool product = call != nullptr && (call->op == "mul" || call->op == "div");
    const Parts left = product ? expanded_terms(call->arguments[0]) : Parts{};
    const Parts right = product && call->op == "mul" ? expanded_terms(call->arguments[1]) : Parts{};
    const bool sum = left.size() > 1 || right.size() > 1;
    if (!sum) {
      terms.push_back(part);
      continue;
    }
    for (const auto& a : left) {
      for (const auto& b : right.empty() ? Parts{{call->arguments[1], false}} : right) {
        terms.push_back(
            {call_expr(call->op, {a.expr, b.expr}), part.inverted != (a.inverted != b.inverted)});
      }
    }
  }
  return terms;
}

Expr joined(const Parts& parts, const Group& group) {
  std::vector<Expr> plain;
  std::vector<Expr> inverted;
  for (const auto& part : parts) (part.inverted ? inverted : plain).push_back(part.expr);
  if (plain.empty()) plain.push_back(number_expr(group.identity));
  Expr result = plain.front();
  for (std::size_t i = 1; i < plain.size(); ++i) result = call_expr(group.op, {result, plain[i]});
  for (auto& part : inverted) result = call_expr(group.inverse, {result, std::move(part)});
  return result;
}

}  // namespace attnsim::einsum
