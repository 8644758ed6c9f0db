#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/place.h"

/// Arithmetic over named numbers, as attributes of launches write it.
namespace attnsim::mappings {

/// What formulas may name: numbers, and lists of which `name[index]` is one.
struct Variables {
  std::map<std::string, double, std::less<>> numbers;
  std::map<std::string, std::vector<double>, std::less<>> lists;
};

/// Longer ones are refused, so that none nests deeper than a stack.
inline constexpr std::size_t most_formula_characters = 2000;

/// "causal ? min(tiles, ceil(P / 128)) : tiles": + - * / % ( ) comparisons, && || !, ?:, and the
/// functions min, max, ceil, floor, sqrt, log2. Numbers are doubles; true is 1, false 0.
class Formula {
 public:
  /// @param place  where the text stands, for messages
  /// @throws InputError if it is malformed
  static Formula parse(std::string_view text, const Place& place);

  /// @throws InputError for a name that is not there or an index outside its list
  [[nodiscard]] double evaluate(const Variables& variables) const;

  /// Whether it reads the variable or list.
  [[nodiscard]] bool reads(std::string_view name) const;
  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  friend class FormulaParser;

  enum class Kind { number, name, element, call, branch };
  /// A node of the tree, children by index.
  struct Node {
    Kind kind = Kind::number;
    double number = 0;
    std::string name;                ///< variable, list, function or operator
    std::vector<std::size_t> under;  ///< branch: condition, then, else
  };

  [[nodiscard]] double value(std::size_t node, const Variables& variables) const;
  [[nodiscard]] double call(const Node& node, const Variables& variables) const;
  [[nodiscard]] double lookup(const Node& node, const Variables& variables) const;
  [[nodiscard]] double element(const Node& node, const Variables& variables) const;

  std::string text_;
  Place place_;
  std::vector<Node> nodes_;
  std::size_t root_ = 0;
};

}  // namespace attnsim::mappings
