#include "exchange/names.h"

namespace attnsim::exchange {
namespace {

constexpr std::size_t longest = 48;  // leaves room for a number behind it

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char to_capital(char c) { return is_small(c) ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::string NameMaker::rank(const std::string& source) {
  std::string name;
  for (const char c : source) {
    if (is_small(c) || is_capital(c) || is_digit(c)) name += to_capital(c);
  }
  if (name.empty() || is_digit(name.front())) name = "R" + name;
  return unique(name.substr(0, longest), ranks_);
}

std::string NameMaker::tensor(const std::string& source) {
  std::string name;
  for (const char c : source) {
    name += is_small(c) || is_capital(c) || is_digit(c) ? c : '_';
  }
  if (!name.empty()) name.front() = to_capital(name.front());
  if (name.empty() || !is_capital(name.front())) name = "T" + name;
  return unique(name.substr(0, longest), tensors_);
}

std::string NameMaker::unique(std::string name, std::set<std::string>& taken) {
  auto result = name;
  for (int i = 2; !taken.insert(result).second; ++i) result = name + std::to_string(i);
  return result;
}

}  // namespace attnsim::exchange
