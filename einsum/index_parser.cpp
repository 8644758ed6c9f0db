#include "einsum/index_parser.h"

#include <charconv>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "einsum/index_ops.h"
#include "einsum/printer.h"

namespace attnsim::einsum {

namespace {

std::int64_t multiply(std::int64_t a, std::int64_t b, const Place& place) {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  throw InputError(place, "the coefficient does not fit in 64 bits");
}

/// Made of integers, shapes and parameters only.
bool is_constant(const Index& index) {
  return variables_of(index).empty() && gathers_of(index).empty();
}

Index with_part(IndexPart part) {
  Term term;
  term.part.push_back(std::move(part));
  return {{std::move(term)}};
}

Index operation(IndexOperation::Kind kind, Index operand, Index constant) {
  return with_part({IndexOperation{kind, std::move(operand), std::move(constant)}});
}

Index parse_name(TokenStream& stream) {
  if (stream.is("[", 1)) {
    const Nesting nesting(stream);
    return with_part({parse_access(stream)});
  }
  Term term;
  const bool upper = starts_upper_case(stream.peek().text);
  (upper ? term.rank : term.variable) = stream.expect_name("a rank variable or a rank's shape");
  return {{std::move(term)}};
}

Index parse_factor(TokenStream& stream) {
  if (stream.peek().kind == Token::Kind::number) return {{Term{parse_integer(stream), "", ""}}};
  if (stream.peek().kind == Token::Kind::name) return parse_name(stream);
  if (stream.is("(")) {
    const Nesting nesting(stream);
    stream.expect("(", "here");
    Index inner = parse_index(stream);
    stream.expect(")", "to close the parenthesis");
    return inner;
  }
  stream.fail("expected an index such as p, m+1 or m1*M0+m0, not " + stream.describe());
}

/// One term's product with another, as one term, if one has room for both.
bool multiply_terms(Term& term, const Term& other, const Place& place) {
  const bool varies = !term.variable.empty() || !term.part.empty();
  const bool other_varies = !other.variable.empty() || !other.part.empty();
  if ((varies && other_varies) || (!term.rank.empty() && !other.rank.empty())) return false;
  term.factor = multiply(term.factor, other.factor, place);
  if (term.rank.empty()) term.rank = other.rank;
  if (other_varies) {
    term.variable = other.variable;
    term.part = other.part;
  }
  return true;
}

Index product(Index left, Index right, const Place& place) {
  const bool single = left.terms.size() == 1 && right.terms.size() == 1;
  if (single && multiply_terms(left.terms.front(), right.terms.front(), place)) return left;
  if (!is_constant(right)) std::swap(left, right);
  if (!is_constant(right)) {
    throw InputError(place, "an index is affine: '" + to_text(right) + "' and '" + to_text(left) +
                                "' cannot be multiplied");
  }
  return operation(IndexOperation::Kind::product, std::move(left), std::move(right));
}

Index divided(TokenStream& stream, IndexOperation::Kind kind, Index operand) {
  const Place place = stream.place();
  Index divisor = parse_factor(stream);
  if (!is_constant(divisor)) {
    throw InputError(place, "an index is divided by an integer, a shape or a parameter, not by '" +
                                to_text(divisor) + "'");
  }
  return operation(kind, std::move(operand), std::move(divisor));
}

Index parse_term(TokenStream& stream) {
  Index term = parse_factor(stream);
  while (true) {
    if (stream.accept("*")) {
      const Place place = stream.place();
      Index right = parse_factor(stream);
      term = product(std::move(term), std::move(right), place);
    } else if (stream.accept("/")) {
      term = divided(stream, IndexOperation::Kind::quotient, std::move(term));
    } else if (stream.accept("%")) {
      term = divided(stream, IndexOperation::Kind::remainder, std::move(term));
    } else {
      return term;
    }
  }
}

}  // namespace

bool starts_upper_case(const std::string& name) {
  return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

std::int64_t parse_integer(TokenStream& stream) {
  const std::string& text = stream.peek().text;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    stream.fail("the number " + text.substr(0, 40) + " does not fit in 64 bits");
  }
  if (stream.peek().kind != Token::Kind::number || end != text.data() + text.size()) {
    stream.fail("expected a whole number, not " + stream.describe());
  }
  stream.take();
  return value;
}

Index parse_index(TokenStream& stream) {
  Index index;
  std::int64_t sign = stream.accept("-") ? -1 : 1;
  while (true) {
    const Place place = stream.place();
    auto parsed = parse_term(stream);
    for (auto& term : parsed.terms) {
      term.factor = multiply(term.factor, sign, place);
      index.terms.push_back(std::move(term));
    }
    if (stream.accept("+")) {
      sign = 1;
    } else if (stream.accept("-")) {
      sign = -1;
    } else {
      return index;
    }
  }
}

Access parse_access(TokenStream& stream) {
  Access access;
  access.place = stream.place();
  access.tensor = stream.expect_name("a tensor");
  stream.expect("[", "after the tensor '" + access.tensor + "' (its indices)");
  if (stream.accept("]")) return access;
  do access.indices.push_back(parse_index(stream));
  while (stream.accept(","));
  stream.expect("]", "or ',' after an index of " + access.tensor);
  return access;
}

}  // namespace attnsim::einsum
