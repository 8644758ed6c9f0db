#include "arch/reading.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace attnsim::arch {
namespace {

constexpr std::uint64_t greatest_count = std::uint64_t{1} << 24U;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool is_name_character(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

}  // namespace

std::string read_name(const XmlElement& element) {
  auto name = element.required<std::string>("name");
  if (!is_letter(name.front()) || !std::all_of(name.begin(), name.end(), is_name_character)) {
    element.fail("name", "is not a name: letters, digits, '_', '-' and '.', a letter first");
  }
  return name;
}

std::uint64_t read_count(const XmlElement& element, const char* attribute) {
  const auto count = element.required<std::uint64_t>(attribute);
  if (count == 0) element.fail(attribute, "must be greater than 0");
  if (count > greatest_count) {
    element.fail(attribute, "is too large (at most " + std::to_string(greatest_count) + ")");
  }
  return count;
}

std::optional<std::uint64_t> product(std::uint64_t a, std::uint64_t b) {
  if (b != 0 && a > std::numeric_limits<std::uint64_t>::max() / b) return std::nullopt;
  return a * b;
}

void finish(const XmlElement& element) {
  static_cast<void>(element.optional<std::string>("source"));
  element.reject_unread();
}

void finish_leaf(const XmlElement& element) {
  finish(element);
  static_cast<void>(element.children(std::vector<std::string>()));
}

}  // namespace attnsim::arch
