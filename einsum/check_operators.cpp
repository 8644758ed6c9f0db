#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "base/error.h"
#include "einsum/check_steps.h"
#include "einsum/expression_ops.h"
#include "einsum/index_ops.h"
#include "einsum/index_parser.h"
#include "einsum/operators.h"
#include "einsum/printer.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

using Names = std::vector<std::string>;

constexpr std::size_t most_parameters = 8;
/// Operators declared on operators: their calls written out are at most so many, and so deep.
constexpr std::size_t largest_size = 10000;
constexpr std::size_t deepest_chain = 100;

bool is_built_in(const std::string& name) {
  return find_map_operator(name) != nullptr || find_reduce_operator(name) != nullptr ||
         find_select_operator(name) != nullptr;
}

/// What an operator costs when the calls inside it are written out.
struct Extent {
  std::size_t size = 0;
  std::size_t depth = 0;
};

/// Checks the operators in the order of the text: one may call those above it.
class OperatorsCheck {
 public:
  explicit OperatorsCheck(const Cascade& cascade) : cascade_(cascade) {}

  void run() {
    for (const auto& declared : cascade_.operators) {
      check_names(declared);
      Extent extent{1, 0};
      visit(declared.value, [&](const Expr& expr) { check_node(declared, expr, extent); });
      if (extent.size > largest_size || extent.depth > deepest_chain) {
        throw InputError(declared.place, "the operator '" + declared.name + "' is too large: " +
                                             "with the operators that it calls written out it " +
                                             "may hold " + std::to_string(largest_size) +
                                             " calls, " + std::to_string(deepest_chain) + " deep");
      }
      extents_[declared.name] = {extent.size, extent.depth + 1};
      if (declared.identity) check_identity(declared);
    }
  }

 private:
  void check_names(const Operator& declared) const {
    const std::string& name = declared.name;
    if (starts_upper_case(name)) {
      throw InputError(declared.place, "operator names start in lower case: '" + name + "'");
    }
    if (is_built_in(name) || extents_.count(name) != 0) {
      throw InputError(declared.place, "there already is an operator '" + name + "'");
    }
    const auto& parameters = declared.parameters;
    if (parameters.size() > most_parameters) {
      throw InputError(declared.place, "an operator takes at most " +
                                           std::to_string(most_parameters) + " arguments");
    }
    for (const auto& parameter : parameters) {
      if (!starts_upper_case(parameter) &&
          std::count(parameters.begin(), parameters.end(), parameter) == 1) {
        continue;
      }
      throw InputError(declared.place, name + ": the arguments of an operator are distinct names " +
                                           "in lower case, not '" + parameter + "'");
    }
    if (declared.identity && parameters.size() != 2) {
      throw InputError(declared.place, name + ": an operator with an identity combines two " +
                                           "arguments, not " + std::to_string(parameters.size()));
    }
  }

  void check_node(const Operator& declared, const Expr& expr, Extent& extent) const {
    ++extent.size;
    if (const auto* index = std::get_if<Index>(&expr.node)) {
      const auto variable = as_variable(*index);
      if (variable &&
          std::count(declared.parameters.begin(), declared.parameters.end(), *variable) != 0) {
        return;
      }
      throw InputError(
          expr.place,
          declared.name + ": " + unknown_name("argument", to_text(*index), declared.parameters));
    }
    if (const auto* call = std::get_if<Call>(&expr.node)) {
      check_call(declared, *call, expr.place, extent);
    } else if (!std::holds_alternative<Number>(expr.node)) {
      throw InputError(expr.place, declared.name + ": an operator is made of its arguments, " +
                                       "numbers and operators, not of " + to_text(expr));
    }
  }

  void check_call(const Operator& declared, const Call& call, const Place& place,
                  Extent& extent) const {
    const bool is_later = find_map_operator(call.op) == nullptr &&
                          cascade_.find_operator(call.op) != nullptr &&
                          extents_.count(call.op) == 0;
    if (is_later) {
      throw InputError(place,
                       declared.name + " calls '" + call.op + "', which is not declared above it");
    }
    check_arity(call.op, arity_of(cascade_, call.op, place), call.arguments.size(), place);
    const auto called = extents_.find(call.op);
    if (called == extents_.end()) return;
    extent.size += called->second.size;  // at most `largest_size` + 1 each, and a line is finite
    extent.depth = std::max(extent.depth, called->second.depth);
  }

  /// The value of the operator; its calls nest no deeper than `deepest_chain`.
  [[nodiscard]] double value_of(const Expr& expr, const Operator& declared,
                                const std::vector<double>& arguments) const {
    if (const auto* number = std::get_if<Number>(&expr.node)) return number->value;
    if (const auto* index = std::get_if<Index>(&expr.node)) {
      const auto& names = declared.parameters;
      const auto found = std::find(names.begin(), names.end(), *as_variable(*index));
      return arguments[static_cast<std::size_t>(found - names.begin())];
    }
    const auto& call = std::get<Call>(expr.node);
    std::vector<double> values;
    for (const auto& argument : call.arguments) {
      values.push_back(value_of(argument, declared, arguments));
    }
    if (const auto* op = find_map_operator(call.op)) return op->apply(values[0], values.back());
    const Operator& other = *cascade_.find_operator(call.op);
    return value_of(other.value, other, values);
  }

  /// An identity promises an associative, commutative operator: tried on a few numbers.
  void check_identity(const Operator& declared) const {
    static constexpr std::array<double, 4> samples = {0.25, 0.5, 1, 3};
    const auto apply = [&](double a, double b) {
      return value_of(declared.value, declared, {a, b});
    };
    for (const double a : samples) {
      expect(declared, {*declared.identity, a}, apply(*declared.identity, a), a,
             "the identity changes nothing");
      for (const double b : samples) {
        expect(declared, {a, b}, apply(a, b), apply(b, a), "what reduces is commutative");
      }
    }
    for (const double a : samples) {
      for (const double b : samples) {
        for (const double c : samples) {
          expect(declared, {a, b, c}, apply(apply(a, b), c), apply(a, apply(b, c)),
                 "what reduces is associative");
        }
      }
    }
  }

  static void expect(const Operator& declared, const std::vector<double>& of, double found,
                     double expected, const std::string& claim) {
    if (found == expected || std::fabs(found - expected) <= 1e-9 * std::fabs(expected)) return;
    std::string arguments;
    for (const double number : of) arguments += (arguments.empty() ? "" : ", ") + to_text(number);
    throw InputError(declared.place, "the operator '" + declared.name + "' cannot reduce: " +
                                         claim + ", but of " + arguments + " it makes " +
                                         to_text(found) + " and not " + to_text(expected));
  }

  const Cascade& cascade_;
  std::map<std::string, Extent> extents_;  ///< of the operators above
};

}  // namespace

std::size_t arity_of(const Cascade& cascade, const std::string& name, const Place& place) {
  if (const auto* op = find_map_operator(name)) return op->arity;
  if (const auto* declared = cascade.find_operator(name)) return declared->parameters.size();
  auto known = function_names();
  for (const auto& declared : cascade.operators) known.push_back(declared.name);
  throw InputError(place, unknown_name("operator", name, known));
}

void check_arity(const std::string& name, std::size_t arity, std::size_t given,
                 const Place& place) {
  if (given == arity) return;
  throw InputError(place, name + " takes " + std::to_string(arity) +
                              (arity == 1 ? " argument, not " : " arguments, not ") +
                              std::to_string(given));
}

void check_operators(const Cascade& cascade) { OperatorsCheck(cascade).run(); }

}  // namespace attnsim::einsum
