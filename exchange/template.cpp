#include "exchange/template.h"

#include <algorithm>
#include <map>
#include <optional>

#include "exchange/arithmetic.h"

namespace attnsim::exchange {
namespace {

bool is_part(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_name(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_part);
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t-");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t-\r") - first + 1);
}

/// A number or a quoted text, without its quotes; nothing for an expression.
std::optional<std::string> literal(const std::string& text) {
  const auto value = trimmed(text);
  const bool quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                      value.find(value.front(), 1) == value.size() - 1;
  if (quoted) return value.substr(1, value.size() - 2);
  return evaluate_arithmetic(value) ? std::optional(value) : std::nullopt;
}

using Values = std::map<std::string, std::string>;

/// "8" of "N | default(8)", where N has no value, and of "8".
std::optional<std::string> value_of(const std::string& text, const Values& values) {
  const auto bar = text.find('|');
  if (bar == std::string::npos) return literal(text);
  const auto filter = trimmed(text.substr(bar + 1));
  constexpr std::size_t open = 8;  // behind "default("
  const auto name = trimmed(text.substr(0, bar));
  if (!is_name(name) || !filter.starts_with("default(") || !filter.ends_with(')')) {
    return std::nullopt;
  }
  const auto known = values.find(name);
  if (known != values.end()) return known->second;
  return literal(filter.substr(open, filter.size() - open - 1));
}

class Filler {
 public:
  Filler(const std::string& file, Losses& losses) : file_(file), losses_(losses) {}

  std::string line(std::string text, int number) {
    take_settings(text, number);
    for (auto at = text.find("{{"); at != std::string::npos; at = text.find("{{", at + 1)) {
      const auto end = text.find("}}", at);
      if (end == std::string::npos) break;
      const auto found = values_.find(trimmed(text.substr(at + 2, end - at - 2)));
      if (found != values_.end()) text.replace(at, end + 2 - at, found->second);
    }
    return text;
  }

 private:
  /// Blanks stand for a setting that is understood.
  void take_settings(std::string& text, int number) {
    for (auto at = text.find("{%"); at != std::string::npos; at = text.find("{%", at + 1)) {
      const auto end = text.find("%}", at);
      if (end == std::string::npos) return;
      if (!take(trimmed(text.substr(at + 2, end - at - 2)), number, static_cast<int>(at) + 1)) {
        continue;
      }
      text.replace(at, end + 2 - at, end + 2 - at, ' ');
    }
  }

  bool take(const std::string& statement, int line, int column) {
    const auto equals = statement.find('=');
    if (!statement.starts_with("set ") || equals == std::string::npos) return false;
    const auto name = trimmed(statement.substr(4, equals - 4));
    const auto value = value_of(statement.substr(equals + 1), values_);
    if (!is_name(name) || !value) return false;
    values_[name] = *value;
    losses_.push_back(
        {Place{file_, line, column}, "the template's '" + name + "': it is set to " + *value});
    return true;
  }

  const std::string& file_;
  Losses& losses_;
  Values values_;
};

}  // namespace

std::string fill_defaults(const std::string& text, const std::string& file, Losses& losses) {
  if (text.find("{%") == std::string::npos) return text;
  Filler filler(file, losses);
  std::string filled;
  int number = 1;
  for (std::size_t start = 0; start <= text.size(); ++number) {
    const auto end = std::min(text.find('\n', start), text.size());
    const auto line = text.substr(start, end - start);
    const auto comment = line.find('#');
    const auto sign = std::min(line.find("{%"), line.find("{{"));
    filled += comment < sign ? line : filler.line(line, number);
    if (end < text.size()) filled += '\n';
    start = end + 1;
  }
  return filled;
}

}  // namespace attnsim::exchange
