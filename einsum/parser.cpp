#include "einsum/parser.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
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

/// A rank and, behind it, the part ranks that it declares.
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
    if (parts.size() < 2) {
      stream.fail("expected '*' and another part of " + rank.name + ", not " + stream.describe());
    }
  }
  rank.parts = names_of(parts);
  cascade.ranks.push_back(std::move(rank));
  cascade.ranks.insert(cascade.ranks.end(), parts.begin(), parts.end());
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

void parse_init(TokenStream& stream, Cascade& cascade) {
  do {
    Init init{parse_access(stream), 0};
    stream.expect("=", "and the initial value of " + init.target.tensor);
    init.value = parse_number(stream);
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

void parse_equation_or_fail(TokenStream& stream, Cascade& cascade) {
  const std::string& word = stream.peek().text;
  const bool is_name = stream.peek().kind == Token::Kind::name;
  if (is_name && !is_keyword(word) && stream.is("[", 1)) return parse_equation(stream, cascade);
  const std::vector<std::string> starts = {"rank", "param", "input", "output", "let", "init"};
  const std::string close = is_name ? suggest(word, starts) : "";
  stream.fail("expected an equation or one of rank, param, input, output, let, init, not " +
              stream.describe() + close);
}

void parse_statement(TokenStream& stream, Cascade& cascade) {
  if (stream.accept("rank")) {
    parse_list(stream, [&] { parse_rank(stream, cascade); });
  } else if (stream.accept("param")) {
    parse_list(stream, [&] { parse_param(stream, cascade); });
  } else if (stream.accept("input")) {
    parse_list(stream, [&] { cascade.inputs.push_back(parse_access(stream)); });
  } else if (stream.accept("output")) {
    parse_list(stream, [&] { cascade.outputs.push_back(parse_access(stream)); });
  } else if (stream.accept("let")) {
    parse_view(stream, cascade);
  } else if (stream.accept("init")) {
    parse_init(stream, cascade);
  } else {
    parse_equation_or_fail(stream, cascade);
  }
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
