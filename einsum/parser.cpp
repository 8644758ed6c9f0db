#include "einsum/parser.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "einsum/condition_parser.h"
#include "einsum/expression_parser.h"
#include "einsum/index_parser.h"
#include "einsum/spelling.h"
#include "einsum/token_stream.h"

namespace attnsim::einsum {

namespace {

/// The comment lines above `cascade`, without '#', one blank after it, and trailing blanks.
std::vector<std::string> header_lines(const std::vector<Token>& tokens) {
  std::vector<std::string> lines;
  for (const auto& token : tokens) {
    if (token.kind == Token::Kind::newline) continue;
    if (token.kind != Token::Kind::comment) break;
    std::string line = token.text.substr(token.text.starts_with(' ') ? 1 : 0);
    line.erase(line.find_last_not_of(" \t\r") + 1);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string expect_upper_case(TokenStream& stream, const std::string& kind) {
  const Place place = stream.place();
  std::string name = stream.expect_name("the name of a " + kind);
  if (starts_upper_case(name)) return name;
  std::string upper = name;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  throw InputError(place, kind + " names start in upper case: '" + name + "'" +
                              (upper == name ? "" : "; did you mean '" + upper + "'?"));
}

/// A rank and, behind it, the part ranks that it declares. A part may get parts of its own later.
void parse_rank(TokenStream& stream, Cascade& cascade) {
  Rank rank;
  rank.place = stream.place();
  rank.name = expect_upper_case(stream, "rank");
  std::vector<Rank> parts;
  if (stream.accept("=")) {
    do {
      const Place place = stream.place();
      parts.push_back({expect_upper_case(stream, "rank"), {}, place});
    } while (stream.accept("*"));
  }
  rank.parts = names_of(parts);
  const auto is_part = [&](const Rank& whole) {
    return std::find(whole.parts.begin(), whole.parts.end(), rank.name) != whole.parts.end();
  };
  const auto known = std::find_if(cascade.ranks.begin(), cascade.ranks.end(),
                                  [&](const Rank& other) { return other.name == rank.name; });
  const bool splits_part = known != cascade.ranks.end() && known->parts.empty() &&
                           !rank.parts.empty() &&
                           std::any_of(cascade.ranks.begin(), cascade.ranks.end(), is_part);
  if (splits_part) {
    known->parts = rank.parts;
  } else {
    cascade.ranks.push_back(std::move(rank));
  }
  cascade.ranks.insert(cascade.ranks.end(), parts.begin(), parts.end());
}

/// `operator relu6(x) = min(6, max(0, x))`
void parse_operator(TokenStream& stream, Cascade& cascade) {
  Operator declared;
  declared.place = stream.place();
  declared.name = stream.expect_name("the name of an operator");
  stream.expect("(", "and the parameters of '" + declared.name + "'");
  do declared.parameters.push_back(stream.expect_name("a parameter of '" + declared.name + "'"));
  while (stream.accept(","));
  stream.expect(")", "or ',' after a parameter of '" + declared.name + "'");
  if (stream.accept("identity")) declared.identity = parse_number(stream);
  stream.expect("=", "and what '" + declared.name + "' computes");
  declared.value = parse_expression(stream);
  cascade.operators.push_back(std::move(declared));
}

/// What may stand behind a tensor's declaration: `: int8`.
void parse_type(TokenStream& stream, Cascade& cascade, const Access& access) {
  if (!stream.accept(":")) return;
  const Place place = stream.place();
  const std::string name = stream.expect_name("an element type");
  const auto* format = find_element_format(name);
  if (format == nullptr) {
    throw InputError(place, unknown_name("element type", name, names_of(element_formats())));
  }
  cascade.types.push_back({access.tensor, format->type, place});
}

void parse_tensor(TokenStream& stream, Cascade& cascade, std::vector<Access>& declared) {
  declared.push_back(parse_access(stream));
  parse_type(stream, cascade, declared.back());
}

void parse_param(TokenStream& stream, Cascade& cascade) {
  Param param;
  param.place = stream.place();
  param.name = expect_upper_case(stream, "parameter");
  stream.expect("=", "and the value of " + param.name);
  const std::int64_t sign = stream.accept("-") ? -1 : 1;
  param.value = sign * parse_integer(stream);
  cascade.params.push_back(std::move(param));
}

/// `typical N = M / 16 W = 64`
void parse_typical(TokenStream& stream, Cascade& cascade) {
  Typical typical;
  typical.place = stream.place();
  typical.name = expect_upper_case(stream, "rank or parameter");
  stream.expect("=", "and the size that " + typical.name + " has in practice");
  typical.value = parse_expression(stream);
  cascade.typicals.push_back(std::move(typical));
}

void parse_init(TokenStream& stream, Cascade& cascade) {
  do {
    Init init{parse_access(stream)};
    stream.expect("=", "and the initial value of " + init.target.tensor);
    Expr value = parse_expression(stream);
    if (const auto* number = std::get_if<Number>(&value.node)) {
      init.value = number->value;
    } else {
      init.from = std::move(value);
    }
    cascade.inits.push_back(std::move(init));
  } while (stream.accept(";"));
}

void parse_view(TokenStream& stream, Cascade& cascade) {
  View view;
  view.left = parse_access(stream);
  stream.expect("=", "and the tensor that " + view.left.tensor + " is a view of");
  view.right = parse_access(stream);
  cascade.views.push_back(std::move(view));
}

void parse_equation(TokenStream& stream, Cascade& cascade) {
  Einsum einsum;
  einsum.place = stream.place();
  einsum.output = parse_access(stream);
  parse_type(stream, cascade, einsum.output);
  stream.expect("=", "after " + einsum.output.tensor + "[...]");
  einsum.value = parse_expression(stream);
  if (stream.accept("where")) einsum.where = parse_condition(stream);
  cascade.einsums.push_back(std::move(einsum));
}

/// One or more of a kind, up to the end of the line.
template <class ParseOne>
void parse_list(TokenStream& stream, const ParseOne& parse_one) {
  do parse_one();
  while (!stream.at_end_of_line());
}

/// The statements that start with a keyword, by it.
struct StatementRow {
  const char* keyword;
  void (*parse)(TokenStream&, Cascade&);
};

constexpr std::array<StatementRow, 8> statements = {{
    {"rank", [](TokenStream& stream,
                Cascade& cascade) { parse_list(stream, [&] { parse_rank(stream, cascade); }); }},
    {"param", [](TokenStream& stream,
                 Cascade& cascade) { parse_list(stream, [&] { parse_param(stream, cascade); }); }},
    {"typical",
     [](TokenStream& stream, Cascade& cascade) {
       parse_list(stream, [&] { parse_typical(stream, cascade); });
     }},
    {"operator", parse_operator},
    {"input",
     [](TokenStream& stream, Cascade& cascade) {
       parse_list(stream, [&] { parse_tensor(stream, cascade, cascade.inputs); });
     }},
    {"output",
     [](TokenStream& stream, Cascade& cascade) {
       parse_list(stream, [&] { parse_tensor(stream, cascade, cascade.outputs); });
     }},
    {"let", parse_view},
    {"init", parse_init},
}};

void parse_statement(TokenStream& stream, Cascade& cascade) {
  std::vector<std::string> starts;
  for (const auto& row : statements) {
    if (stream.accept(row.keyword)) return row.parse(stream, cascade);
    starts.emplace_back(row.keyword);
  }
  const std::string& word = stream.peek().text;
  const bool is_name = stream.peek().kind == Token::Kind::name;
  if (is_name && !is_keyword(word) && stream.is("[", 1)) return parse_equation(stream, cascade);
  const std::string close = is_name ? suggest(word, starts) : "";
  stream.fail("expected an equation or one of " + list_names(starts) + ", not " +
              stream.describe() + close);
}

void expect_end_of_line(TokenStream& stream) {
  if (!stream.at_end_of_line()) {
    stream.fail("expected the end of the line, not " + stream.describe());
  }
}

void skip_blank_lines(TokenStream& stream) {
  while (stream.peek().kind == Token::Kind::newline) stream.take();
}

}  // namespace

Cascade parse(const std::string& text, const std::string& file) {
  auto tokens = tokenize(text, file);
  Cascade cascade;
  cascade.file = file;
  cascade.header = header_lines(tokens);
  TokenStream stream(std::move(tokens), file);
  skip_blank_lines(stream);
  stream.expect("cascade", "and its name, above everything else");
  cascade.name = stream.expect_name("the name of the cascade");
  expect_end_of_line(stream);
  skip_blank_lines(stream);
  while (stream.peek().kind != Token::Kind::end) {
    parse_statement(stream, cascade);
    expect_end_of_line(stream);
    skip_blank_lines(stream);
  }
  return cascade;
}

}  // namespace attnsim::einsum
