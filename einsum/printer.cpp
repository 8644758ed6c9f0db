#include "einsum/printer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <set>

#include "base/overloaded.h"
#include "einsum/operators.h"

namespace attnsim::einsum {

namespace {

/// How tightly an expression holds together; a looser one needs parentheses inside a tighter one.
enum class Binding { sum, product, operand };

std::string text_of_term(const Term& term, bool negated) {
  const std::int64_t factor = negated ? -term.factor : term.factor;
  std::string text;
  if (factor != 1 || (term.variable.empty() && term.rank.empty())) text = std::to_string(factor);
  for (const auto* name : {&term.variable, &term.rank}) {
    if (!name->empty()) text += (text.empty() ? "" : "*") + *name;
  }
  return text;
}

std::string text_of_index(const Index& index, const std::string& blank) {
  std::string text;
  for (const auto& term : index.terms) {
    const bool negative = term.factor < 0;
    const bool first = text.empty();
    if (!first) text += blank;
    if (negative || !first) text += negative ? '-' : '+';
    if (!first) text += blank;
    text += text_of_term(term, negative);
  }
  return text.empty() ? "0" : text;
}

std::string join_names(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
  return text;
}

Binding binding_of(const std::string& op) {
  if (op == "add" || op == "sub") return Binding::sum;
  return op == "mul" || op == "div" ? Binding::product : Binding::operand;
}

Binding binding_of(const Expr& expr) {
  if (const auto* call = std::get_if<Call>(&expr.node)) return binding_of(call->op);
  // A reduction takes all of the product to its right: no product may go on behind it.
  return std::holds_alternative<Reduce>(expr.node) ? Binding::product : Binding::operand;
}

std::string text_inside(const Expr& expr, Binding needed) {
  const std::string text = to_text(expr);
  return binding_of(expr) < needed ? "(" + text + ")" : text;
}

std::string text_of_infix(const Call& call, const char* symbol) {
  const Binding own = binding_of(call.op);
  const Expr& left = call.arguments[0];
  const bool left_reduces = std::holds_alternative<Reduce>(left.node) && own == Binding::product;
  const Binding tighter = own == Binding::sum ? Binding::product : Binding::operand;
  return text_inside(left, left_reduces ? Binding::operand : own) + " " + symbol + " " +
         text_inside(call.arguments[1], tighter);
}

std::string text_of_call(const Call& call) {
  const auto* op = find_map_operator(call.op);
  if (call.op == "neg" && call.arguments.size() == 1) {
    const bool number = std::holds_alternative<Number>(call.arguments[0].node);
    const std::string inner = text_inside(call.arguments[0], Binding::operand);
    return number ? "-(" + inner + ")" : "-" + inner;
  }
  if (op != nullptr && *op->infix != '\0' && call.arguments.size() == 2) {
    return text_of_infix(call, op->infix);
  }
  std::string text;
  for (const auto& argument : call.arguments)
    text += (text.empty() ? "" : ", ") + to_text(argument);
  return call.op + "(" + text + ")";
}

std::string text_of_reduce(const Reduce& reduce) {
  return reduce.op + "[" + join_names(reduce.variables) + "] " +
         text_inside(reduce.argument.front(), Binding::product);
}

const char* symbol_of(Comparator comparator) {
  static constexpr std::array<const char*, 6> symbols = {" < ",  " <= ", " > ",
                                                         " >= ", " == ", " != "};
  return symbols.at(static_cast<std::size_t>(comparator));
}

/// "rank B H M = M1 * M0": a part is declared where its whole is.
std::string text_of_ranks(const std::vector<Rank>& ranks) {
  std::string text = "rank";
  std::set<std::string> parts;
  for (const auto& rank : ranks) {
    if (parts.contains(rank.name)) continue;
    text += " " + rank.name;
    const char* joint = " = ";
    for (const auto& part : rank.parts) {
      text += joint + part;
      parts.insert(part);
      joint = " * ";
    }
  }
  return text + "\n";
}

template <class Items, class Text>
std::string statement(const std::string& keyword, const Items& items, const char* separator,
                      const Text& text_of) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? " " : separator) + text_of(item);
  return text.empty() ? "" : keyword + text + "\n";
}

}  // namespace

std::string to_text(double number) {
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  std::array<char, 32> buffer{};
  auto* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  return {buffer.data(), end};
}

std::string to_text(const Index& index) { return text_of_index(index, ""); }

std::string to_text(const Access& access) {
  std::string text;
  for (const auto& index : access.indices) text += (text.empty() ? "" : ",") + to_text(index);
  return access.tensor + "[" + text + "]";
}

std::string to_text(const Expr& expr) {
  return std::visit(Overloaded{[](const Number& number) { return to_text(number.value); },
                               [](const Access& access) { return to_text(access); },
                               [](const Call& call) { return text_of_call(call); },
                               [](const Reduce& reduce) { return text_of_reduce(reduce); }},
                    expr.node);
}

std::string to_text(const Condition& condition) {
  if (condition.kind == Condition::Kind::comparison) {
    const auto& [left, comparator, right] = condition.comparison;
    return text_of_index(left, " ") + symbol_of(comparator) + text_of_index(right, " ");
  }
  const bool all = condition.kind == Condition::Kind::all_of;
  std::string text;
  for (const auto& part : condition.parts) {
    const bool joined = part.kind != Condition::Kind::comparison;
    const bool bare = !joined || (!all && part.kind == Condition::Kind::all_of);
    text += text.empty() ? "" : all ? " and " : " or ";
    text += bare ? to_text(part) : "(" + to_text(part) + ")";
  }
  return text;
}

std::string to_text(const Einsum& einsum) {
  const std::string text = to_text(einsum.output) + " = " + to_text(einsum.value);
  return einsum.where ? text + " where " + to_text(*einsum.where) : text;
}

std::string to_text(const Cascade& cascade) {
  const auto access = [](const Access& item) { return to_text(item); };
  std::string text;
  for (const auto& line : cascade.header) text += line.empty() ? "#\n" : "# " + line + "\n";
  text += "cascade " + cascade.name + "\n";
  text += statement("param", cascade.params, " ", [](const Param& param) {
    return param.name + " = " + std::to_string(param.value);
  });
  if (!cascade.ranks.empty()) text += text_of_ranks(cascade.ranks);
  text += statement("input", cascade.inputs, " ", access);
  text += statement("output", cascade.outputs, " ", access);
  for (const auto& view : cascade.views) {
    text += "let " + to_text(view.left) + " = " + to_text(view.right) + "\n";
  }
  text += statement("init", cascade.inits, " ; ", [](const Init& init) {
    return to_text(init.target) + " = " + to_text(init.value);
  });
  for (const auto& einsum : cascade.einsums) text += to_text(einsum) + "\n";
  return text;
}

}  // namespace attnsim::einsum
