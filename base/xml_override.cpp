#include "base/xml_override.h"

#include <algorithm>
#include <string_view>

#include "base/error.h"

namespace attnsim {
namespace {

pugi::xpath_node_set select(const pugi::xml_document& document, const std::string& xpath,
                            const XmlOverride& override) {
  try {
    return document.select_nodes(xpath.c_str());
  } catch (const pugi::xpath_exception& error) {
    throw InputError(shown(override), "the XPath \"" + xpath + "\" is malformed at character " +
                                          std::to_string(error.result().offset + 1) + ": " +
                                          error.what());
  }
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.';
}

/// "memory/@width" -> "memory" and "width"; an empty name where the XPath does not end so.
struct AttributePath {
  std::string element;
  std::string name;
};

AttributePath split_attribute_path(const std::string& xpath) {
  const auto at = xpath.rfind("/@");
  if (at == std::string::npos || at == 0) return {xpath, ""};
  const auto name = xpath.substr(at + 2);
  const bool named = !name.empty() && std::all_of(name.begin(), name.end(), is_name_character) &&
                     name.find_first_of("0123456789-.") != 0;
  return {xpath.substr(0, at), named ? name : ""};
}

std::vector<pugi::xpath_node> add_attribute(pugi::xml_document& document,
                                            const XmlOverride& override) {
  const auto [element, name] = split_attribute_path(override.xpath);
  if (name.empty()) {
    throw InputError(shown(override),
                     "the XPath selects nothing (to add an attribute, end it in "
                     "/@name)");
  }
  std::vector<pugi::xpath_node> added;
  for (const auto& match : select(document, element, override)) {
    if (!match.attribute().empty() || match.node().type() != pugi::node_element) continue;
    added.emplace_back(match.node().append_attribute(name.c_str()), match.node());
  }
  if (added.empty()) {
    throw InputError(shown(override),
                     "the XPath selects nothing: \"" + element + "\" matches 0 elements");
  }
  return added;
}

}  // namespace

XmlOverride parse_override(const std::string& text) {
  int depth = 0;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == ']') {
      depth += c == '[' ? 1 : -1;
    } else if (c == '=' && depth == 0 && i > 0) {
      return {text.substr(0, i), text.substr(i + 1)};
    }
  }
  throw InputError("--set " + text,
                   "is not XPATH=VALUE, as in \"//memory[@name='dram']/@bandwidth=800 GiB/s\"");
}

std::string shown(const XmlOverride& override) {
  return "--set " + override.xpath + "=" + override.value;
}

std::vector<pugi::xpath_node> set_by_xpath(pugi::xml_document& document,
                                           const XmlOverride& override) {
  const auto matches = select(document, override.xpath, override);
  std::vector<pugi::xpath_node> targets(matches.begin(), matches.end());
  if (targets.empty()) targets = add_attribute(document, override);
  for (const auto& target : targets) {
    if (target.attribute().empty()) {
      throw InputError(shown(override), "the XPath selects <" + std::string(target.node().name()) +
                                            ">, not an attribute: end it in /@name");
    }
    target.attribute().set_value(override.value.c_str());
  }
  return targets;
}

}  // namespace attnsim
