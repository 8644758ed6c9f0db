#include "einsum/token_stream.h"

#include <algorithm>
#include <utility>

#include "base/error.h"

namespace attnsim::einsum {

TokenStream::TokenStream(std::vector<Token> tokens, std::string file)
    : tokens_(std::move(tokens)), file_(std::move(file)) {
  std::erase_if(tokens_, [](const Token& token) { return token.kind == Token::Kind::comment; });
}

const Token& TokenStream::peek(std::size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

Token TokenStream::take() {
  const Token& token = peek();
  if (next_ + 1 < tokens_.size()) ++next_;
  return token;
}

bool TokenStream::is(std::string_view text, std::size_t ahead) const {
  const Token& token = peek(ahead);
  const bool is_word = token.kind == Token::Kind::symbol || token.kind == Token::Kind::name;
  return is_word && token.text == text;
}

bool TokenStream::accept(std::string_view text) {
  if (!is(text)) return false;
  take();
  return true;
}

void TokenStream::expect(std::string_view text, const std::string& purpose) {
  if (accept(text)) return;
  fail("expected '" + std::string(text) + "' " + purpose + ", not " + describe());
}

std::string TokenStream::expect_name(const std::string& what) {
  if (peek().kind != Token::Kind::name) fail("expected " + what + ", not " + describe());
  if (is_keyword(peek().text)) {
    fail("expected " + what + ", not the keyword '" + peek().text + "'");
  }
  return take().text;
}

bool TokenStream::at_end_of_line() const {
  return peek().kind == Token::Kind::newline || peek().kind == Token::Kind::end;
}

Place TokenStream::place() const { return {file_, peek().line, peek().column}; }

std::string TokenStream::describe() const {
  if (peek().kind == Token::Kind::newline) return "the end of the line";
  if (peek().kind == Token::Kind::end) return "the end of the file";
  return "'" + peek().text + "'";
}

void TokenStream::fail(const std::string& message) const { throw InputError(place(), message); }

Nesting::Nesting(TokenStream& stream) : stream_(stream) {
  if (stream.depth_ >= deepest_nesting) {
    stream.fail("nested more than " + std::to_string(deepest_nesting) + " deep");
  }
  ++stream.depth_;
}

const std::vector<std::string>& keywords() {
  static const std::vector<std::string> words = {
      "cascade", "rank", "param", "typical", "operator", "identity", "input", "output",
      "let",     "init", "where", "and",     "or",       "not",      "inf"};
  return words;
}

bool is_keyword(const std::string& name) {
  return std::find(keywords().begin(), keywords().end(), name) != keywords().end();
}

}  // namespace attnsim::einsum
