#include "mappings/formula.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/did_you_mean.h"
#include "base/error.h"

namespace attnsim::mappings {
namespace {

struct Binary {
  const char* sign;
  int strength;  ///< of two operators the stronger binds first
  double (*apply)(double, double);
};
/// Two-character signs first, so that they are found first.
constexpr std::array<Binary, 13> binaries{
    {{"||", 1, [](double a, double b) { return double(a != 0 || b != 0); }},
     {"&&", 2, [](double a, double b) { return double(a != 0 && b != 0); }},
     {"==", 3, [](double a, double b) { return double(a == b); }},
     {"!=", 3, [](double a, double b) { return double(a != b); }},
     {"<=", 4, [](double a, double b) { return double(a <= b); }},
     {">=", 4, [](double a, double b) { return double(a >= b); }},
     {"<", 4, [](double a, double b) { return double(a < b); }},
     {">", 4, [](double a, double b) { return double(a > b); }},
     {"+", 5, [](double a, double b) { return a + b; }},
     {"-", 5, [](double a, double b) { return a - b; }},
     {"*", 6, [](double a, double b) { return a * b; }},
     {"/", 6, [](double a, double b) { return a / b; }},
     {"%", 6, [](double a, double b) { return a - b * std::floor(a / b); }}}};

struct Function {
  const char* name;
  std::size_t arguments;
  double (*apply)(double, double);
};
constexpr std::array<Function, 7> functions{
    {{"min", 2, [](double a, double b) { return std::min(a, b); }},
     {"max", 2, [](double a, double b) { return std::max(a, b); }},
     {"ceil", 1, [](double a, double) { return std::ceil(a); }},
     {"floor", 1, [](double a, double) { return std::floor(a); }},
     {"sqrt", 1, [](double a, double) { return std::sqrt(a); }},
     {"log2", 1, [](double a, double) { return std::log2(a); }},
     {"!", 1, [](double a, double) { return double(a == 0); }}}};

template <class Table>
const auto* find(const Table& table, std::string_view name,
                 const char* std::remove_cvref_t<decltype(table[0])>::*field) {
  const auto* const found = std::find_if(table.begin(), table.end(),
                                         [&](const auto& each) { return name == each.*field; });
  return found == table.end() ? nullptr : found;
}

bool starts_name(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

/// Recursive descent; operators by strength.
class FormulaParser {
 public:
  FormulaParser(std::string_view text, const Place& place) : text_(text) {
    formula_.text_ = text;
    formula_.place_ = place;
  }

  Formula parse() {
    if (text_.size() > most_formula_characters) {
      throw InputError(formula_.place_, "the formula has " + std::to_string(text_.size()) +
                                            " characters, more than " +
                                            std::to_string(most_formula_characters) +
                                            ": parts of it can be <let>s");
    }
    formula_.root_ = choice();
    skip();
    if (at_ < text_.size()) fail("has '" + std::string(text_.substr(at_)) + "' too much");
    return std::move(formula_);
  }

 private:
  using Node = Formula::Node;
  using Kind = Formula::Kind;

  [[noreturn]] void fail(const std::string& what) const {
    throw InputError(formula_.place_, "the formula \"" + formula_.text_ + "\" " + what);
  }
  void skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool take(std::string_view sign) {
    skip();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }
  void expect(std::string_view sign) {
    if (!take(sign)) fail("lacks a '" + std::string(sign) + "'");
  }
  std::size_t add(Node node) {
    formula_.nodes_.push_back(std::move(node));
    return formula_.nodes_.size() - 1;
  }

  std::size_t choice() {
    const auto condition = operation(1);
    if (!take("?")) return condition;
    const auto then = choice();
    expect(":");
    const auto otherwise = choice();
    return add({Kind::branch, 0, "?", {condition, then, otherwise}});
  }

  std::size_t operation(int least) {
    auto left = operand();
    for (;;) {
      skip();
      const auto* const found =
          std::find_if(binaries.begin(), binaries.end(), [&](const Binary& each) {
            return text_.substr(at_).starts_with(each.sign) && each.strength >= least;
          });
      if (found == binaries.end()) return left;
      static_cast<void>(take(found->sign));
      const auto right = operation(found->strength + 1);
      left = add({Kind::call, 0, found->sign, {left, right}});
    }
  }

  std::size_t operand() {
    skip();
    if (take("(")) {
      const auto inside = choice();
      expect(")");
      return inside;
    }
    if (take("-")) return add({Kind::call, 0, "-", {add({}), operand()}});
    if (take("!")) return add({Kind::call, 0, "!", {operand()}});
    if (at_ == text_.size()) fail("ends too soon");
    return starts_name(text_[at_]) ? named() : number();
  }

  std::size_t number() {
    Node node;
    const auto* const first = text_.data() + at_;
    const auto result = std::from_chars(first, text_.data() + text_.size(), node.number);
    if (result.ec != std::errc())
      fail("has '" + std::string(text_.substr(at_, 1)) + "' where a value is due");
    at_ += static_cast<std::size_t>(result.ptr - first);
    return add(std::move(node));
  }

  std::size_t named() {
    const auto start = at_;
    while (at_ < text_.size() && in_name(text_[at_])) ++at_;
    Node node{Kind::name, 0, std::string(text_.substr(start, at_ - start)), {}};
    if (take("[")) {
      node.kind = Kind::element;
      node.under = {choice()};
      expect("]");
    } else if (take("(")) {
      node.kind = Kind::call;
      do node.under.push_back(choice());
      while (take(","));
      expect(")");
      check_call(node);
    }
    return add(std::move(node));
  }

  void check_call(const Node& node) const {
    const auto* const function = find(functions, node.name, &Function::name);
    if (function == nullptr)
      fail("calls the unknown function '" + node.name +
           "' (known: min, max, ceil, floor, sqrt, log2)");
    if (function->arguments != node.under.size()) {
      fail("gives " + node.name + " " + std::to_string(node.under.size()) + " values, not " +
           std::to_string(function->arguments));
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Formula formula_;
};

Formula Formula::parse(std::string_view text, const Place& place) {
  return FormulaParser(text, place).parse();
}

double Formula::evaluate(const Variables& variables) const { return value(root_, variables); }

bool Formula::reads(std::string_view name) const {
  return std::any_of(nodes_.begin(), nodes_.end(), [&](const Node& node) {
    return (node.kind == Kind::name || node.kind == Kind::element) && node.name == name;
  });
}

double Formula::value(std::size_t index, const Variables& variables) const {
  const auto& node = nodes_[index];
  switch (node.kind) {
    case Kind::number:
      return node.number;
    case Kind::name:
      return lookup(node, variables);
    case Kind::element:
      return element(node, variables);
    case Kind::call:
      return call(node, variables);
    case Kind::branch:
      return value(node.under[value(node.under[0], variables) != 0 ? 1 : 2], variables);
  }
  return 0;
}

double Formula::call(const Node& node, const Variables& variables) const {
  const double a = value(node.under[0], variables);
  const double b = node.under.size() > 1 ? value(node.under[1], variables) : 0;
  if (const auto* const binary = find(binaries, node.name, &Binary::sign)) {
    if (node.under.size() > 1) return binary->apply(a, b);
  }
  return find(functions, node.name, &Function::name)->apply(a, b);
}

double Formula::lookup(const Node& node, const Variables& variables) const {
  const auto found = variables.numbers.find(node.name);
  if (found != variables.numbers.end()) return found->second;
  std::vector<std::string> known;
  for (const auto& [name, number] : variables.numbers) known.push_back(name);
  throw InputError(place_, "the formula \"" + text_ + "\" names '" + node.name +
                               "', which is not there" + did_you_mean(node.name, known) +
                               " (known: " + join(known) + ")");
}

double Formula::element(const Node& node, const Variables& variables) const {
  const auto found = variables.lists.find(node.name);
  const double index = value(node.under[0], variables);
  if (found != variables.lists.end() && index >= 0 &&
      index < static_cast<double>(found->second.size())) {
    return found->second[static_cast<std::size_t>(index)];
  }
  throw InputError(place_, "the formula \"" + text_ + "\" takes element " + std::to_string(index) +
                               " of the list '" + node.name + "', which is not there");
}

}  // namespace attnsim::mappings
