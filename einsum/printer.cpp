#include "einsum/printer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <set>

#include "base/overloaded.h"
#include "einsum/operators.h"

namespace attnsim::einsum {

namespace {

/// How tightly an expression holds together; a looser one needs parentheses inside a tighter one.
enum class Binding { sum, product, operand };

std::string text_of_part(const IndexPart& part);

std::string text_of_term(const Term& term, bool negated) {
  const std::int64_t factor = negated ? -term.factor : term.factor;
  std::string varying = term.variable;
  if (!term.part.empty()) {
    const auto& part = term.part.front();
    const bool bare =
        (factor == 1 && term.rank.empty()) || std::holds_alternative<Access>(part.node);
    varying = bare ? text_of_part(part) : "(" + text_of_part(part) + ")";
  }
  std::string text;
  if (factor != 1 || (varying.empty() && term.rank.empty())) text = std::to_string(factor);
  for (const std::string* name : std::initializer_list<const std::string*>{&varying, &term.rank}) {
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

/// What is multiplied or divided: one term that is not negative, or parentheses.
std::string text_of_operand(const Index& index) {
  const bool bare = index.terms.size() == 1 && index.terms.front().factor >= 0;
  return bare ? to_text(index) : "(" + to_text(index) + ")";
}

/// What stands behind `*`, `/` or `%`: an integer, a name, or parentheses.
std::string text_of_constant(const Index& index) {
  const bool single = index.terms.size() == 1 && index.terms.front().part.empty();
  const bool bare = single && index.terms.front().factor >= 0 &&
                    (index.terms.front().rank.empty() || index.terms.front().factor == 1);
  return bare ? to_text(index) : "(" + to_text(index) + ")";
}

std::string text_of_part(const IndexPart& part) {
  static constexpr std::array<const char*, 3> symbols = {"*", "/", "%"};
  if (const auto* gather = std::get_if<Access>(&part.node)) return to_text(*gather);
  const auto& operation = std::get<IndexOperation>(part.node);
  return text_of_operand(operation.operand) + symbols.at(static_cast<std::size_t>(operation.kind)) +
         text_of_constant(operation.constant);
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

/// Whether the expression ends in a product without parentheses: `sum[m] S[m]`, `argmax[m] S[m]`.
bool takes_product(const Expr& expr) {
  const auto* select = std::get_if<Select>(&expr.node);
  return std::holds_alternative<Reduce>(expr.node) ||
         (select != nullptr && select->arguments.size() == 1);
}

Binding binding_of(const Expr& expr) {
  if (const auto* call = std::get_if<Call>(&expr.node)) return binding_of(call->op);
  // A reduction takes all of the product to its right: no product may go on behind it.
  return takes_product(expr) ? Binding::product : Binding::operand;
}

std::string text_inside(const Expr& expr, Binding needed) {
  const std::string text = to_text(expr);
  return binding_of(expr) < needed ? "(" + text + ")" : text;
}

std::string text_of_infix(const Call& call, const char* symbol) {
  const Binding own = binding_of(call.op);
  const Expr& left = call.arguments[0];
  const bool left_reduces = takes_product(left) && own == Binding::product;
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

std::string text_of_select(const Select& select) {
  const std::string text = select.op + "[" + select.variable + "]";
  if (select.arguments.size() == 1) {
    return text + " " + text_inside(select.arguments.front(), Binding::product);
  }
  return text + "(" + to_text(select.arguments[0]) + ", " + to_text(select.arguments[1]) + ")";
}

const char* symbol_of(Comparator comparator) {
  static constexpr std::array<const char*, 6> symbols = {" < ",  " <= ", " > ",
                                                         " >= ", " == ", " != "};
  return symbols.at(static_cast<std::size_t>(comparator));
}

/// "rank B H M = M1 * M0": a part is declared where its whole is, and split behind it.
std::string text_of_ranks(const std::vector<Rank>& ranks) {
  std::string text = "rank";
  std::set<std::string> parts;
  for (const auto& rank : ranks) {
    if (parts.contains(rank.name) && rank.parts.empty()) continue;
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

std::string text_of_operator(const Operator& declared) {
  const std::string identity = declared.identity ? " identity " + to_text(*declared.identity) : "";
  return "operator " + declared.name + "(" + join_names(declared.parameters) + ")" + identity +
         " = " + to_text(declared.value) + "\n";
}

/// " : int8", or nothing.
std::string text_of_type(const Cascade& cascade, const Access& access) {
  for (const auto& declared : cascade.types) {
    if (declared.tensor == access.tensor) {
      return std::string(" : ") + format_of(declared.type).name;
    }
  }
  return "";
}

std::string text_of_init(const Init& init) {
  return to_text(init.target) + " = " + (init.from ? to_text(*init.from) : to_text(init.value));
}

std::string text_of_equation(const Einsum& einsum, const std::string& type) {
  const std::string text = to_text(einsum.output) + type + " = " + to_text(einsum.value);
  return einsum.where ? text + " where " + to_text(*einsum.where) : text;
}

std::string text_of_junction(const Condition& condition) {
  const bool all = condition.kind == Condition::Kind::all_of;
  std::string text;
  for (const auto& part : condition.parts) {
    const bool joins = part.kind == Condition::Kind::all_of || part.kind == Condition::Kind::any_of;
    const bool bare = !joins || (!all && part.kind == Condition::Kind::all_of);
    text += text.empty() ? "" : all ? " and " : " or ";
    text += bare ? to_text(part) : "(" + to_text(part) + ")";
  }
  return text;
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
                               [](const Reduce& reduce) { return text_of_reduce(reduce); },
                               [](const Index& index) { return text_of_index(index, " "); },
                               [](const Select& select) { return text_of_select(select); }},
                    expr.node);
}

std::string to_text(const Condition& condition) {
  const auto& [left, comparator, right] = condition.comparison;
  switch (condition.kind) {
    case Condition::Kind::comparison:
      return text_of_index(left, " ") + symbol_of(comparator) + text_of_index(right, " ");
    case Condition::Kind::values:
      return to_text(condition.sides[0]) + symbol_of(comparator) + to_text(condition.sides[1]);
    case Condition::Kind::negation:
      return "not (" + to_text(condition.parts.front()) + ")";
    case Condition::Kind::all_of:
    case Condition::Kind::any_of:
      break;
  }
  return text_of_junction(condition);
}

std::string to_text(const Einsum& einsum) { return text_of_equation(einsum, ""); }

std::string to_text(const Cascade& cascade) {
  const auto access = [](const Access& item) { return to_text(item); };
  const auto typed = [&](const Access& item) {
    return to_text(item) + text_of_type(cascade, item);
  };
  std::string text;
  for (const auto& line : cascade.header) text += line.empty() ? "#\n" : "# " + line + "\n";
  text += "cascade " + cascade.name + "\n";
  text += statement("param", cascade.params, " ", [](const Param& param) {
    return param.name + " = " + std::to_string(param.value);
  });
  if (!cascade.ranks.empty()) text += text_of_ranks(cascade.ranks);
  text += statement("typical", cascade.typicals, " ", [](const Typical& typical) {
    return typical.name + " = " + to_text(typical.value);
  });
  for (const auto& declared : cascade.operators) text += text_of_operator(declared);
  text += statement("input", cascade.inputs, " ", typed);
  text += statement("output", cascade.outputs, " ", access);
  for (const auto& view : cascade.views) {
    text += "let " + to_text(view.left) + " = " + to_text(view.right) + "\n";
  }
  text += statement("init", cascade.inits, " ; ", text_of_init);
  for (const auto& einsum : cascade.einsums) {
    text += text_of_equation(einsum, text_of_type(cascade, einsum.output)) + "\n";
  }
  return text;
}

}  // namespace attnsim::einsum
