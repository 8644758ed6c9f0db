#include "einsum/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace attnsim::einsum {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_letter(c) || is_digit(c); }

class Lexer {
 public:
  Lexer(const std::string& text, const std::string& file) : text_(text), file_(file) {}

  std::vector<Token> run() {
    while (position_ < text_.size()) step();
    push(Token::Kind::end, "");
    return std::move(tokens_);
  }

 private:
  void step() {
    const char c = text_[position_];
    if (c == '\n') return newline();
    if (c == ' ' || c == '\t' || c == '\r') {
      ++position_;
    } else if (c == '#') {
      comment();
    } else if (is_letter(c)) {
      name();
    } else if (is_digit(c)) {
      number();
    } else {
      symbol();
    }
  }

  void newline() {
    push(Token::Kind::newline, "\n");
    ++line_;
    line_start_ = position_;
    tokens_on_line_ = 0;
  }

  void comment() {
    const auto end = std::min(text_.find('\n', position_), text_.size());
    push(Token::Kind::comment, text_.substr(position_, end - position_));
    tokens_.back().text.erase(0, 1);
  }

  void name() {
    const auto end = end_of(position_, is_name_part);
    if (end - position_ > longest_name) {
      fail("a name has at most " + std::to_string(longest_name) + " letters, not " +
           std::to_string(end - position_));
    }
    push(Token::Kind::name, text_.substr(position_, end - position_));
  }

  void number() {
    auto end = end_of(position_, is_digit);
    if (at(end) == '.' && is_digit(at(end + 1))) end = end_of(end + 1, is_digit);
    if (at(end) == 'e' || at(end) == 'E') {
      const auto sign = at(end + 1) == '+' || at(end + 1) == '-' ? std::size_t{1} : std::size_t{0};
      if (is_digit(at(end + 1 + sign))) end = end_of(end + 1 + sign, is_digit);
    }
    if (is_name_part(at(end)) || at(end) == '.') {
      const auto whole =
          end_of(position_, [](char c) { return is_name_part(c) || c == '.'; }) - position_;
      fail("malformed number '" + text_.substr(position_, std::min<std::size_t>(whole, 40)) +
           "' (write it like 128, 0.5 or 1e-3)");
    }
    push(Token::Kind::number, text_.substr(position_, end - position_));
  }

  void symbol() {
    static constexpr std::array<std::string_view, 19> symbols = {
        "<=", ">=", "==", "!=", "<", ">", "[", "]", "(", ")",
        ",",  ";",  "=",  "+",  "-", "*", "/", "%", ":"};
    const auto rest = std::string_view(text_).substr(position_, 2);
    for (const auto candidate : symbols) {
      if (rest.substr(0, candidate.size()) != candidate) continue;
      return push(Token::Kind::symbol, std::string(candidate));
    }
    fail_at_byte();
  }

  [[noreturn]] void fail_at_byte() const {
    const auto byte = static_cast<unsigned char>(text_[position_]);
    if (std::isprint(byte) != 0) {
      fail(std::string("unexpected character '") + text_[position_] + "'");
    }
    static constexpr std::string_view digits = "0123456789abcdef";
    fail(std::string("unexpected byte 0x") + digits[byte / 16U] + digits[byte % 16U] +
         "; outside comments a cascade is plain ASCII");
  }

  void push(Token::Kind kind, std::string text) {
    if (++tokens_on_line_ > most_tokens_on_a_line) {
      fail("a line has at most " + std::to_string(most_tokens_on_a_line) +
           " names, numbers and signs");
    }
    tokens_.push_back({kind, std::move(text), line_, column()});
    position_ += tokens_.back().text.size();
  }

  template <class Belongs>
  [[nodiscard]] std::size_t end_of(std::size_t from, const Belongs& belongs) const {
    while (from < text_.size() && belongs(text_[from])) ++from;
    return from;
  }

  [[nodiscard]] char at(std::size_t position) const {
    return position < text_.size() ? text_[position] : '\0';
  }

  [[nodiscard]] int column() const { return static_cast<int>(position_ - line_start_) + 1; }

  [[noreturn]] void fail(const std::string& message) const {
    throw InputError(Place{file_, line_, column()}, message);
  }

  const std::string& text_;
  const std::string& file_;
  std::vector<Token> tokens_;
  std::size_t position_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  int tokens_on_line_ = 0;
};

}  // namespace

std::vector<Token> tokenize(const std::string& text, const std::string& file) {
  return Lexer(text, file).run();
}

}  // namespace attnsim::einsum
