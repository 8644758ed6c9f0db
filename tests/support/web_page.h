#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/web_parts.h"

namespace attnsim::test {

/// Parts that need no installed library.
inline report::WebParts small_parts() {
  return {"p { color: red; }\n", {"const a = 1;", "const b = 2;"}, "Licence <1>"};
}

/// The specifications of a page's charts, as a browser would read them.
inline std::vector<nlohmann::json> chart_specs(const std::string& html) {
  const std::string start = R"(<script type="application/json" id="chart-)";
  std::vector<nlohmann::json> specs;
  for (auto at = html.find(start); at != std::string::npos; at = html.find(start, at + 1)) {
    const auto first = html.find('>', at) + 1;
    specs.push_back(
        nlohmann::json::parse(html.substr(first, html.find("</script", first) - first)));
  }
  return specs;
}

/// What in a page's own markup would make a browser load something.
inline std::vector<std::string> loads(const std::string& html) {
  std::vector<std::string> found;
  for (const auto* const text : {"src=", "href=\"http", "href=\"//", "<link", "@import", "url("}) {
    if (html.find(text) != std::string::npos) found.emplace_back(text);
  }
  return found;
}

}  // namespace attnsim::test
