#include "einsum/index_parser.h"

#include <array>
#include <charconv>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.h"

namespace attnsim::einsum {

namespace {

void multiply_in(TokenStream& stream, Term& term) {
  const Place place = stream.place();
  const auto value = parse_integer(stream);
  if (__builtin_mul_overflow(term.factor, value, &term.factor)) {
    throw InputError(place, "the coefficient does not fit in 64 bits");
  }
}

void name_in(TokenStream& stream, Term& term) {
  const bool upper = starts_upper_case(stream.peek().text);
  std::string& slot = upper ? term.rank : term.variable;
  if (!slot.empty()) {
    stream.fail("an index is affine: '" + slot + "' and '" + stream.peek().text +
                "' cannot be multiplied");
  }
  slot = stream.expect_name("a rank variable or a rank's shape");
}

Term parse_term(TokenStream& stream, std::int64_t sign) {
  Term term;
  do {
    if (stream.peek().kind == Token::Kind::number) {
      multiply_in(stream, term);
    } else if (stream.peek().kind == Token::Kind::name) {
      name_in(stream, term);
    } else {
      stream.fail("expected an index such as p, m+1 or m1*M0+m0, not " + stream.describe());
    }
  } while (stream.accept("*"));
  term.factor *= sign;
  return term;
}

constexpr std::array<std::pair<std::string_view, Comparator>, 6> comparators = {{
    {"<", Comparator::less},
    {"<=", Comparator::less_equal},
    {">", Comparator::greater},
    {">=", Comparator::greater_equal},
    {"==", Comparator::equal},
    {"!=", Comparator::not_equal},
}};

Comparator parse_comparator(TokenStream& stream) {
  for (const auto& [text, comparator] : comparators) {
    if (stream.accept(text)) return comparator;
  }
  stream.fail("expected one of < <= > >= == !=, not " + stream.describe());
}

Condition parse_atom(TokenStream& stream) {
  if (stream.accept("(")) {
    const Nesting nesting(stream);
    Condition inner = parse_condition(stream);
    stream.expect(")", "to close the condition");
    return inner;
  }
  Condition condition;
  condition.place = stream.place();
  condition.comparison.left = parse_index(stream);
  condition.comparison.comparator = parse_comparator(stream);
  condition.comparison.right = parse_index(stream);
  return condition;
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
    index.terms.push_back(parse_term(stream, sign));
    if (stream.is("/")) {
      stream.fail("an index is a sum of products; division is not part of the language");
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

Condition parse_condition(TokenStream& stream) {
  return parse_joined(stream, "or", Condition::Kind::any_of, parse_conjunction);
}

}  // namespace attnsim::einsum
