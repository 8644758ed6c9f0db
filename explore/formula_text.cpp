#include "explore/formula_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/error.h"

namespace attnsim::explore {

FormulaText FormulaText::parse(const std::string& text, const Place& place) {
  FormulaText parsed;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find_first_of("{}", at);
    if (open == std::string::npos) {
      parsed.pieces_.push_back({text.substr(at), {}});
      break;
    }
    const auto close = text.find_first_of("{}", open + 1);
    if (text[open] == '}' || close == std::string::npos || text[close] == '{') {
      throw InputError(place, "\"" + text + "\" has a brace without its other one: a formula " +
                                  "stands in a pair, as in \"{16 * pe} b\"");
    }
    const auto inside = text.substr(open + 1, close - open - 1);
    parsed.pieces_.push_back(
        {text.substr(at, open - at), {mappings::Formula::parse(inside, place)}});
    at = close + 1;
  }
  return parsed;
}

std::string FormulaText::filled(const NamedValues& values) const {
  std::string text;
  for (const auto& piece : pieces_) {
    text += piece.literal;
    for (const auto& formula : piece.formula) {
      const auto found = values.texts.find(formula.text());
      if (found != values.texts.end()) {
        text += found->second;
        continue;
      }
      const auto number = formula.evaluate(values.variables);
      if (!std::isfinite(number)) {
        throw InputError(formula.place(),
                         "the formula \"" + formula.text() + "\" gives no finite number");
      }
      text += decimal(number);
    }
  }
  return text;
}

std::string decimal(double number) {
  if (number == 0) return "0";  // and not "-0"
  std::array<char, 400> buffer{};
  const auto result =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed);
  return {buffer.data(), result.ptr};
}

}  // namespace attnsim::explore
