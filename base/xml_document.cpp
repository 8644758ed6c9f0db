#include "base/xml_document.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/xml_source.h"

namespace attnsim {
namespace {

constexpr int deepest_level = 64;

/// Everything is kept that could be refused: what pugixml skips by default passes unseen.
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_fragment | pugi::parse_doctype |
                                 pugi::parse_pi | pugi::parse_declaration;

std::size_t offset_of(pugi::xml_node node) {
  return static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, node.offset_debug()));
}

/// The offset of the '<' before an element's name, which offset_debug points at.
std::size_t tag_offset(pugi::xml_node element) {
  const auto name = offset_of(element);
  return name == 0 ? 0 : name - 1;
}

}  // namespace

std::shared_ptr<const XmlDocument> XmlDocument::parse(std::string text, std::string path,
                                                      const std::vector<XmlOverride>& overrides) {
  const std::shared_ptr<XmlDocument> document(new XmlDocument(std::move(text), std::move(path)));
  document->read();
  document->check_structure();
  for (const auto& override : overrides) document->apply(override);
  return document;
}

void XmlDocument::read() {
  line_starts_ = {0};
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\0') fail(i, "a zero byte: this is not an XML text");
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
  }
  const auto result =
      xml_.load_buffer(text_.data(), text_.size(), parse_flags, pugi::encoding_utf8);
  if (!result) {
    fail(static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, result.offset)),
         std::string("malformed XML: ") + result.description());
  }
}

void XmlDocument::check_structure() const {
  int depth = 1;
  for (auto node = xml_.first_child(); !node.empty();) {
    check_node(node, depth);
    if (!node.first_child().empty()) {
      node = node.first_child();
      ++depth;
      continue;
    }
    while (!node.empty() && node.next_sibling().empty()) {
      node = node.parent();
      --depth;
    }
    if (!node.empty()) node = node.next_sibling();
  }
  if (root().empty()) fail(0, "holds no XML element");
}

void XmlDocument::check_node(pugi::xml_node node, int depth) const {
  switch (node.type()) {
    case pugi::node_element:
      if (depth > deepest_level) fail(tag_offset(node), "elements are nested more than 64 deep");
      if (depth == 1 && node != root()) fail(tag_offset(node), "a second root element");
      check_attributes(node);
      return;
    case pugi::node_declaration:
      return;
    case pugi::node_doctype:
      fail(offset_of(node), "a DOCTYPE is not allowed here");
    case pugi::node_pi:
      fail(tag_offset(node), "a processing instruction is not allowed here");
    default: {
      const auto start = text_.find_first_not_of(" \t\r\n", offset_of(node));
      const std::string holder = node.parent().name();
      fail(std::min(start, text_.size()),
           holder.empty() ? std::string("text outside of the root element")
                          : "<" + holder + "> holds text: values are written as attributes");
    }
  }
}

void XmlDocument::check_attributes(pugi::xml_node element) const {
  std::set<std::string_view> seen;
  for (const auto& attribute : scan_attributes(text_, offset_of(element))) {
    const std::string name(attribute.name);
    if (!seen.insert(attribute.name).second) {
      fail(attribute.offset,
           "<" + std::string(element.name()) + "> has the attribute '" + name + "' twice");
    }
    const auto problem = problem_of_value(attribute.value);
    if (!problem.empty()) {
      fail(attribute.offset,
           "<" + std::string(element.name()) + "> " + name + " " + std::string(problem));
    }
  }
}

void XmlDocument::apply(const XmlOverride& override) {
  for (const auto& target : set_by_xpath(xml_, override)) {
    overridden_[target.attribute().hash_value()] = shown(override);
  }
}

Place XmlDocument::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const auto line = next - line_starts_.begin();
  const auto start = next == line_starts_.begin() ? 0 : *std::prev(next);
  return {path_, static_cast<int>(line), static_cast<int>(offset - start) + 1};
}

Place XmlDocument::place(pugi::xml_node element) const { return place(tag_offset(element)); }

Place XmlDocument::place(pugi::xml_node element, const char* attribute) const {
  const auto overridden = overridden_.find(element.attribute(attribute).hash_value());
  if (overridden != overridden_.end()) return {overridden->second, 0, 0};
  for (const auto& written : scan_attributes(text_, offset_of(element))) {
    if (written.name == attribute) return place(written.offset);
  }
  return place(element);
}

void XmlDocument::fail(std::size_t offset, const std::string& message) const {
  throw InputError(place(offset), message);
}

}  // namespace attnsim
