#include "exchange/xml_text.h"

#include <cstddef>

namespace attnsim::exchange {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '"') {
      out += "&quot;";
    } else {
      out += c;
    }
  }
  return out;
}

void write(const XmlText& element, std::size_t depth, std::string& out) {
  out += std::string(2 * depth, ' ') + "<" + element.name;
  for (const auto& [name, value] : element.attributes) {
    out += " " + name + "=\"" + escaped(value) + "\"";
  }
  if (element.children.empty()) {
    out += "/>\n";
    return;
  }
  out += ">\n";
  for (const auto& child : element.children) write(child, depth + 1, out);
  out += std::string(2 * depth, ' ') + "</" + element.name + ">\n";
}

/// "--" ends a comment.
std::string as_comment(std::string text) {
  for (auto at = text.find("--"); at != std::string::npos; at = text.find("--", at)) {
    text.replace(at, 2, "- ");
  }
  return text;
}

}  // namespace

std::string to_text(const XmlText& root, const std::string& comment) {
  std::string out = "<?xml version=\"1.0\"?>\n";
  if (!comment.empty()) out += "<!-- " + as_comment(comment) + " -->\n";
  write(root, 0, out);
  return out;
}

}  // namespace attnsim::exchange
