#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "base/place.h"
#include "base/xml_override.h"

namespace attnsim {

/// A parsed XML file that also knows where everything stood. Holds elements, attributes and
/// comments only: text, CDATA, DOCTYPE, processing instructions, attributes given twice, entities
/// of one's own and more than 64 levels are refused.
class XmlDocument {
 public:
  /// @throws InputError pointing at the first thing that is wrong
  static std::shared_ptr<const XmlDocument> parse(std::string text, std::string path,
                                                  const std::vector<XmlOverride>& overrides);

  [[nodiscard]] pugi::xml_node root() const { return xml_.document_element(); }
  [[nodiscard]] Place place(std::size_t offset) const;
  [[nodiscard]] Place place(pugi::xml_node element) const;

  /// Where the attribute stands, the override that gave its value, or the element if it is absent.
  [[nodiscard]] Place place(pugi::xml_node element, const char* attribute) const;

 private:
  XmlDocument(std::string text, std::string path)
      : text_(std::move(text)), path_(std::move(path)) {}

  void read();
  void check_structure() const;
  void check_node(pugi::xml_node node, int depth) const;
  void check_attributes(pugi::xml_node element) const;
  void apply(const XmlOverride& override);
  [[noreturn]] void fail(std::size_t offset, const std::string& message) const;

  std::string text_;
  std::string path_;
  pugi::xml_document xml_;
  std::vector<std::size_t> line_starts_;
  std::map<std::size_t, std::string> overridden_;  ///< by hash of the attribute: the override
};

}  // namespace attnsim
