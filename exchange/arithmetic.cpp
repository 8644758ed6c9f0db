#include "exchange/arithmetic.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace attnsim::exchange {
namespace {

constexpr int deepest = 64;

/// sum = product { ("+" | "-") product }, product = power { ("*" | "/") power },
/// power = unary [ "**" power ], unary = { "-" | "+" } (number | "(" sum ")").
class Evaluator {
 public:
  explicit Evaluator(std::string_view text) : text_(text) {}

  std::optional<double> run() {
    const auto value = sum(0);
    skip_blanks();
    if (!value || !text_.empty() || std::isnan(*value)) return std::nullopt;
    return value;
  }

 private:
  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t'))
      text_.remove_prefix(1);
  }

  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.starts_with(sign)) return false;
    if (sign == "*" && text_.starts_with("**")) return false;
    text_.remove_prefix(sign.size());
    return true;
  }

  std::optional<double> sum(int depth) {
    auto value = product(depth);
    while (value) {
      const bool add = take("+");
      if (!add && !take("-")) break;
      const auto right = product(depth);
      if (!right) return std::nullopt;
      *value += add ? *right : -*right;
    }
    return value;
  }

  std::optional<double> product(int depth) {
    auto value = power(depth);
    while (value) {
      const bool times = take("*");
      if (!times && !take("/")) break;
      const auto right = power(depth);
      if (!right) return std::nullopt;
      *value = times ? *value * *right : *value / *right;
    }
    return value;
  }

  std::optional<double> power(int depth) {
    const auto base = unary(depth);
    if (!base || !take("**")) return base;
    if (depth >= deepest) return std::nullopt;
    const auto exponent = power(depth + 1);
    return exponent ? std::optional(std::pow(*base, *exponent)) : std::nullopt;
  }

  std::optional<double> unary(int depth) {
    if (depth >= deepest) return std::nullopt;
    if (take("+")) return unary(depth + 1);
    if (take("-")) {
      const auto value = unary(depth + 1);
      return value ? std::optional(-*value) : std::nullopt;
    }
    if (!take("(")) return number();
    const auto value = sum(depth + 1);
    return value && take(")") ? value : std::nullopt;
  }

  std::optional<double> number() {
    if (take("inf") || take(".inf")) return std::numeric_limits<double>::infinity();
    skip_blanks();
    if (text_.empty() ||
        !((text_.front() >= '0' && text_.front() <= '9') || text_.front() == '.')) {
      return std::nullopt;
    }
    double value = 0;
    const auto result = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (result.ec != std::errc()) return std::nullopt;
    text_.remove_prefix(static_cast<std::size_t>(result.ptr - text_.data()));
    return value;
  }

  std::string_view text_;
};

}  // namespace

std::optional<double> evaluate_arithmetic(std::string_view text) { return Evaluator(text).run(); }

double inverse(double number) {
  std::array<char, 40> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), 1 / number,
                                     std::chars_format::scientific, 11);
  double rounded = 0;
  std::from_chars(text.data(), written.ptr, rounded);
  return rounded;
}

}  // namespace attnsim::exchange
