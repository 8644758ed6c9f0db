#include "base/xml_source.h"

#include <algorithm>
#include <array>

namespace attnsim {
namespace {

constexpr std::string_view white_space = " \t\r\n";

bool is_in(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

std::size_t skip_white_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_in(text[at], white_space)) ++at;
  return at;
}

std::size_t skip_name(std::string_view text, std::size_t at) {
  while (at < text.size() && !is_in(text[at], " \t\r\n=/>")) ++at;
  return at;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// "amp", "#65" or "#x41": what may stand between & and ;.
bool is_entity(std::string_view name) {
  constexpr std::array<std::string_view, 5> named{"amp", "lt", "gt", "quot", "apos"};
  if (std::find(named.begin(), named.end(), name) != named.end()) return true;
  if (name.size() < 2 || name.front() != '#') return false;
  name.remove_prefix(1);
  if (name.front() != 'x') return std::all_of(name.begin(), name.end(), is_digit);
  name.remove_prefix(1);
  return !name.empty() && std::all_of(name.begin(), name.end(), is_hex_digit);
}

}  // namespace

std::vector<SourceAttribute> scan_attributes(std::string_view text, std::size_t name_offset) {
  std::vector<SourceAttribute> attributes;
  std::size_t at = skip_name(text, std::min(name_offset, text.size()));
  while (true) {
    const std::size_t name = skip_white_space(text, at);
    const std::size_t name_end = skip_name(text, name);
    const std::size_t equals = skip_white_space(text, name_end);
    if (name == name_end || equals >= text.size() || text[equals] != '=') return attributes;
    const std::size_t quote = skip_white_space(text, equals + 1);
    if (quote >= text.size() || !is_in(text[quote], "\"'")) return attributes;
    const std::size_t close = text.find(text[quote], quote + 1);
    if (close == std::string_view::npos) return attributes;
    attributes.push_back(
        {text.substr(name, name_end - name), text.substr(quote + 1, close - quote - 1), name});
    at = close + 1;
  }
}

std::string_view problem_of_value(std::string_view value) {
  if (value.find('<') != std::string_view::npos) return "holds a bare '<' (write &lt;)";
  for (auto at = value.find('&'); at != std::string_view::npos; at = value.find('&', at + 1)) {
    const auto end = value.find(';', at);
    if (end == std::string_view::npos || !is_entity(value.substr(at + 1, end - at - 1))) {
      return "holds a '&' that starts no known entity (write &amp;)";
    }
  }
  return {};
}

}  // namespace attnsim
