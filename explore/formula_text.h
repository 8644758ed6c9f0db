#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/place.h"
#include "mappings/formula.h"

namespace attnsim::explore {

/// What a text with formulas in braces may name.
struct NamedValues {
  std::map<std::string, std::string> texts;  ///< what a name alone in braces becomes: "1 MiB"
  mappings::Variables variables;             ///< what it is in a formula: 1048576
};

/// A text with formulas in braces: "{16 * pe} b", "{buffer}".
class FormulaText {
 public:
  FormulaText() = default;

  /// @throws InputError for a brace without its other one, or a formula that is malformed
  static FormulaText parse(const std::string& text, const Place& place);

  /// The text with a value in place of each brace: the value's own text where there is but a name,
  /// else the number that the formula gives, in decimal.
  /// @throws InputError for a name that is not there, or a number that is not finite
  [[nodiscard]] std::string filled(const NamedValues& values) const;

  [[nodiscard]] bool empty() const { return pieces_.empty(); }

 private:
  struct Piece {
    std::string literal;                     ///< before the formula
    std::vector<mappings::Formula> formula;  ///< one, or none at the end
  };
  std::vector<Piece> pieces_;
};

/// The shortest decimal text that reads back as the number, without an exponent.
[[nodiscard]] std::string decimal(double number);

}  // namespace attnsim::explore
