#include "einsum/expression_parser.h"

#include <charconv>
#include <limits>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "einsum/index_parser.h"
#include "einsum/operators.h"
#include "einsum/spelling.h"

namespace attnsim::einsum {

namespace {

Expr parse_operand(TokenStream& stream);
Expr parse_product(TokenStream& stream);

bool is_number(const TokenStream& stream, std::size_t ahead = 0) {
  return stream.peek(ahead).kind == Token::Kind::number || stream.is("inf", ahead);
}

Expr parse_call(TokenStream& stream, const Place& place) {
  const Nesting nesting(stream);
  Call call{stream.expect_name("an operator"), {}};
  const auto* op = find_map_operator(call.op);
  if (op != nullptr && *op->infix != '\0') {  // "add" is an operator, but written a + b
    throw InputError(place, unknown_name("operator", call.op, function_names()));
  }
  stream.expect("(", "after '" + call.op + "'");
  do call.arguments.push_back(parse_expression(stream));
  while (stream.accept(","));
  stream.expect(")", "or ',' after an argument of '" + call.op + "'");
  return {std::move(call), place};
}

Expr parse_reduction(TokenStream& stream, const Place& place) {
  const Nesting nesting(stream);
  Reduce reduce{stream.expect_name("a reduction"), {}, {}};
  stream.expect("[", "after '" + reduce.op + "'");
  do reduce.variables.push_back(stream.expect_name("a rank variable to reduce over"));
  while (stream.accept(","));
  stream.expect("]", "or ',' after a rank variable of '" + reduce.op + "'");
  reduce.argument.push_back(parse_product(stream));
  return {std::move(reduce), place};
}

/// `argmax[m] S[m]`, `topk[m](S[m], k)`
Expr parse_selection(TokenStream& stream, const SelectOperator& op, const Place& place) {
  const Nesting nesting(stream);
  Select select{stream.expect_name("a selection"), "", {}};
  stream.expect("[", "after '" + select.op + "'");
  select.variable = stream.expect_name("a rank variable to select a coordinate of");
  stream.expect("]", "after the one rank variable of '" + select.op + "'");
  if (!op.takes_position) {
    select.arguments.push_back(parse_product(stream));
    return {std::move(select), place};
  }
  stream.expect("(", "and what orders the coordinates, as in topk[m](S[m,p], k)");
  select.arguments.push_back(parse_expression(stream));
  stream.expect(",", "and the position, as in topk[m](S[m,p], k)");
  select.arguments.push_back(parse_expression(stream));
  stream.expect(")", "to close '" + select.op + "'");
  return {std::move(select), place};
}

Expr parse_parenthesised(TokenStream& stream) {
  const Nesting nesting(stream);
  stream.expect("(", "here");
  Expr inner = parse_expression(stream);
  stream.expect(")", "to close the parenthesis");
  return inner;
}

/// `m`, `E`, `W`: a coordinate, a shape or a parameter as a value.
Expr parse_lone_name(TokenStream& stream, const Place& place) {
  Term term;
  const bool upper = starts_upper_case(stream.peek().text);
  (upper ? term.rank : term.variable) =
      stream.expect_name("a tensor, a number, an operator or '('");
  return {Index{{std::move(term)}}, place};
}

Expr parse_named(TokenStream& stream, const Place& place) {
  const std::string name = stream.peek().text;
  if (stream.is("(", 1)) return parse_call(stream, place);
  if (!stream.is("[", 1)) return parse_lone_name(stream, place);
  if (const auto* select = find_select_operator(name)) {
    return parse_selection(stream, *select, place);
  }
  if (!starts_upper_case(name) && !is_keyword(name)) return parse_reduction(stream, place);
  return {parse_access(stream), place};
}

Expr parse_negation(TokenStream& stream, const Place& place) {
  if (is_number(stream, 1)) return {Number{parse_number(stream)}, place};
  const Nesting nesting(stream);
  stream.expect("-", "here");
  Call call{"neg", {}};
  call.arguments.push_back(parse_operand(stream));
  return {std::move(call), place};
}

Expr parse_operand(TokenStream& stream) {
  const Place place = stream.place();
  if (stream.is("-")) return parse_negation(stream, place);
  if (stream.is("(")) return parse_parenthesised(stream);
  if (is_number(stream)) return {Number{parse_number(stream)}, place};
  if (stream.peek().kind == Token::Kind::name) return parse_named(stream, place);
  stream.fail("expected a tensor, a number, an operator or '(', not " + stream.describe());
}

Expr join(const char* op, Expr left, Expr right) {
  const Place place = left.place;
  Call call{op, {}};
  call.arguments.push_back(std::move(left));
  call.arguments.push_back(std::move(right));
  return {std::move(call), place};
}

Expr parse_product(TokenStream& stream) {
  Expr left = parse_operand(stream);
  while (true) {
    if (stream.accept("*")) {
      left = join("mul", std::move(left), parse_operand(stream));
    } else if (stream.accept("/")) {
      left = join("div", std::move(left), parse_operand(stream));
    } else {
      return left;
    }
  }
}

}  // namespace

double parse_number(TokenStream& stream) {
  const double sign = stream.accept("-") ? -1 : 1;
  if (stream.accept("inf")) return sign * std::numeric_limits<double>::infinity();
  const std::string text = stream.peek().text;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (stream.peek().kind != Token::Kind::number || end != text.data() + text.size()) {
    stream.fail("expected a number or inf, not " + stream.describe());
  }
  if (error == std::errc::result_out_of_range) {
    stream.fail("the number " + text.substr(0, 40) + " does not fit in double precision");
  }
  stream.take();
  return sign * value;
}

Expr parse_expression(TokenStream& stream) {
  Expr left = parse_product(stream);
  while (true) {
    if (stream.accept("+")) {
      left = join("add", std::move(left), parse_product(stream));
    } else if (stream.accept("-")) {
      left = join("sub", std::move(left), parse_product(stream));
    } else {
      return left;
    }
  }
}

}  // namespace attnsim::einsum
