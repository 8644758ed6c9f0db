#pragma once

#include <pugixml.hpp>
#include <string>
#include <vector>

namespace attnsim {

/// One `--set XPATH=VALUE`: every attribute that the XPath selects gets the value.
struct XmlOverride {
  std::string xpath;
  std::string value;
};

/// Splits "//memory[@name='dram']/@bandwidth=800 GiB/s" at the first '=' that stands outside of
/// brackets and quotes.
/// @throws InputError if there is none, or nothing before it
[[nodiscard]] XmlOverride parse_override(const std::string& text);

/// "--set XPATH=VALUE": the place that errors about an overridden attribute name.
[[nodiscard]] std::string shown(const XmlOverride& override);

/// Sets what the XPath of `override` selects. Where it selects nothing and ends in /@name, the
/// attribute is added to the elements that the part before selects.
/// @return the attributes set, at least one
/// @throws InputError if the XPath is malformed, selects nothing or selects elements
std::vector<pugi::xpath_node> set_by_xpath(pugi::xml_document& document,
                                           const XmlOverride& override);

}  // namespace attnsim
