#pragma once

#include <string>
#include <vector>

namespace attnsim::einsum {

/// One word of a cascade's text.
struct Token {
  enum class Kind { name, number, symbol, comment, newline, end };
  Kind kind = Kind::end;
  std::string text;  ///< as written; of a comment: what follows the '#'
  int line = 1;      ///< counts from 1
  int column = 1;    ///< in bytes, counts from 1
};

/// Longest name, and most tokens on one line: no author comes near them, and they bound the depth
/// of every tree that is built from a line.
inline constexpr int longest_name = 64;
inline constexpr int most_tokens_on_a_line = 2000;

/// Cuts the text into tokens; the last one is `end`. A statement ends where its line does.
/// @param file  only used in messages
/// @throws InputError for a byte that starts no token, a malformed number, or a limit above
[[nodiscard]] std::vector<Token> tokenize(const std::string& text, const std::string& file);

}  // namespace attnsim::einsum
