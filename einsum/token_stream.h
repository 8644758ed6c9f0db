#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"
#include "einsum/lexer.h"

namespace attnsim::einsum {

/// The tokens of a cascade, read from left to right by the parser; comments are left out.
class TokenStream {
 public:
  TokenStream(std::vector<Token> tokens, std::string file);

  /// The next token, or the one `ahead` of it; `end` once and for all after the last.
  [[nodiscard]] const Token& peek(std::size_t ahead = 0) const;
  Token take();

  /// Takes the next token if it is this symbol or keyword.
  bool accept(std::string_view text);
  [[nodiscard]] bool is(std::string_view text, std::size_t ahead = 0) const;

  /// @throws InputError "expected ']' to close the index list, not 'x'" for the purpose "to ..."
  void expect(std::string_view text, const std::string& purpose);
  /// The name that must come next, e.g. `what` = "a rank"; keywords are no names.
  std::string expect_name(const std::string& what);

  [[nodiscard]] bool at_end_of_line() const;
  [[nodiscard]] Place place() const;
  [[nodiscard]] const std::string& file() const { return file_; }

  /// "'x'", or "the end of the line", of the next token.
  [[nodiscard]] std::string describe() const;
  /// @throws InputError at the next token
  [[noreturn]] void fail(const std::string& message) const;

 private:
  friend class Nesting;
  std::vector<Token> tokens_;
  std::string file_;
  std::size_t next_ = 0;
  int depth_ = 0;
};

/// How deep parentheses, calls and reductions may nest.
inline constexpr int deepest_nesting = 200;

/// Held by each level of a nested construct, so that no text can exhaust the stack.
class Nesting {
 public:
  /// @throws InputError beyond `deepest_nesting`
  explicit Nesting(TokenStream& stream);
  ~Nesting() { --stream_.depth_; }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;

 private:
  TokenStream& stream_;
};

/// The words that are neither tensors, ranks, variables nor operators.
[[nodiscard]] const std::vector<std::string>& keywords();
[[nodiscard]] bool is_keyword(const std::string& name);

}  // namespace attnsim::einsum
