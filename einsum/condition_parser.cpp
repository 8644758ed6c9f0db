#include "einsum/condition_parser.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "einsum/expression_parser.h"
#include "einsum/index_parser.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

constexpr std::array<std::pair<std::string_view, Comparator>, 6> comparators = {{
    {"<", Comparator::less},
    {"<=", Comparator::less_equal},
    {">", Comparator::greater},
    {">=", Comparator::greater_equal},
    {"==", Comparator::equal},
    {"!=", Comparator::not_equal},
}};

bool is_comparator(const TokenStream& stream, std::size_t ahead) {
  return std::any_of(comparators.begin(), comparators.end(),
                     [&](const auto& row) { return stream.is(row.first, ahead); });
}

bool is_junction(const TokenStream& stream, std::size_t ahead) {
  return stream.is("and", ahead) || stream.is("or", ahead) || stream.is("not", ahead);
}

bool opens(const TokenStream& stream, std::size_t ahead) {
  return stream.is("(", ahead) || stream.is("[", ahead);
}

bool closes(const TokenStream& stream, std::size_t ahead) {
  return stream.is(")", ahead) || stream.is("]", ahead);
}

bool ends_line(const TokenStream& stream, std::size_t ahead) {
  const auto kind = stream.peek(ahead).kind;
  return kind == Token::Kind::newline || kind == Token::Kind::end;
}

/// Whether the parenthesis that opens here holds a condition, not a part of an index or a value.
bool holds_condition(const TokenStream& stream) {
  int depth = 0;
  for (std::size_t ahead = 0; !ends_line(stream, ahead); ++ahead) {
    if (opens(stream, ahead)) ++depth;
    if (closes(stream, ahead) && --depth == 0) return false;
    if (is_comparator(stream, ahead) || is_junction(stream, ahead)) return true;
  }
  return false;
}

/// Whether a number that is not written as a whole one stands here: `0.5`, `-1e3`, `inf`.
bool is_lone_number(const TokenStream& stream) {
  const std::size_t first = stream.is("-") ? 1 : 0;
  const bool fraction = stream.peek(first).kind == Token::Kind::number &&
                        stream.peek(first).text.find_first_of(".eE") != std::string::npos;
  return fraction || stream.is("inf", first);
}

/// Whether a tensor or a call stands in the side of a comparison that starts here.
bool is_value(const TokenStream& stream) {
  int depth = 0;
  for (std::size_t ahead = 0; !ends_line(stream, ahead); ++ahead) {
    const bool named = stream.peek(ahead).kind == Token::Kind::name && !is_junction(stream, ahead);
    if (stream.is("[", ahead) || (named && stream.is("(", ahead + 1))) return true;
    if (opens(stream, ahead)) ++depth;
    if (closes(stream, ahead) && --depth < 0) return false;
    if (is_comparator(stream, ahead) || is_junction(stream, ahead)) return false;
  }
  return false;
}

/// A whole number is an index however it is written, so that it reads back as what it was.
Expr parse_lone_number(TokenStream& stream) {
  constexpr double too_large = 0x1p63;
  const Place place = stream.place();
  const double value = parse_number(stream);
  if (std::isinf(value) || value != std::trunc(value)) return {Number{value}, place};
  if (std::fabs(value) >= too_large) {
    throw InputError(place, "the number " + to_text(value) + " does not fit in 64 bits");
  }
  return {Index{{Term{static_cast<std::int64_t>(value), "", ""}}}, place};
}

Expr parse_side(TokenStream& stream) {
  const Place place = stream.place();
  if (is_lone_number(stream)) return parse_lone_number(stream);
  if (is_value(stream)) return parse_expression(stream);
  return {parse_index(stream), place};
}

std::optional<Comparator> accept_comparator(TokenStream& stream) {
  for (const auto& [text, comparator] : comparators) {
    if (stream.accept(text)) return comparator;
  }
  return std::nullopt;
}

Condition parse_comparison(TokenStream& stream) {
  Condition condition;
  condition.place = stream.place();
  Expr left = parse_side(stream);
  const auto comparator = accept_comparator(stream);
  const bool left_is_index = std::holds_alternative<Index>(left.node);
  if (!comparator && left_is_index) {
    stream.fail("expected one of < <= > >= == !=, not " + stream.describe());
  }
  condition.comparison.comparator = comparator.value_or(Comparator::not_equal);
  Expr right = comparator ? parse_side(stream) : Expr{Index{{Term{0, "", ""}}}, left.place};
  if (left_is_index && std::holds_alternative<Index>(right.node)) {
    condition.comparison.left = std::get<Index>(std::move(left.node));
    condition.comparison.right = std::get<Index>(std::move(right.node));
    return condition;
  }
  condition.kind = Condition::Kind::values;
  condition.sides.push_back(std::move(left));
  condition.sides.push_back(std::move(right));
  return condition;
}

Condition parse_atom(TokenStream& stream) {
  const Place place = stream.place();
  const Nesting nesting(stream);
  if (stream.accept("not")) {
    Condition negation;
    negation.kind = Condition::Kind::negation;
    negation.place = place;
    negation.parts.push_back(parse_atom(stream));
    return negation;
  }
  if (!stream.is("(") || !holds_condition(stream)) return parse_comparison(stream);
  stream.expect("(", "here");
  Condition inner = parse_condition(stream);
  stream.expect(")", "to close the condition");
  return inner;
}

/// `part word part word part`, or just the one part.
template <class Parse>
Condition parse_joined(TokenStream& stream, const char* word, Condition::Kind kind,
                       const Parse& parse_part) {
  Condition first = parse_part(stream);
  if (!stream.is(word)) return first;
  Condition joined;
  joined.kind = kind;
  joined.place = first.place;
  joined.parts.push_back(std::move(first));
  while (stream.accept(word)) joined.parts.push_back(parse_part(stream));
  return joined;
}

Condition parse_conjunction(TokenStream& stream) {
  return parse_joined(stream, "and", Condition::Kind::all_of, parse_atom);
}

}  // namespace

Condition parse_condition(TokenStream& stream) {
  return parse_joined(stream, "or", Condition::Kind::any_of, parse_conjunction);
}

}  // namespace attnsim::einsum
