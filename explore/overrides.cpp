#include "explore/overrides.h"

#include <functional>
#include <pugixml.hpp>

#include "base/error.h"
#include "base/text_file.h"

namespace attnsim::explore {
namespace {

/// Text that is no XML gives an empty document: its reader says what is wrong with it.
pugi::xml_document parsed(const std::string& text) {
  pugi::xml_document xml;
  if (!xml.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8)) {
    xml.reset();
  }
  return xml;
}

bool selects(const Document& document, const XmlOverride& override) {
  auto xml = parsed(document.text);
  try {
    return !xml.select_nodes(override.xpath.c_str()).empty();
  } catch (const pugi::xpath_exception&) {
    static_cast<void>(set_by_xpath(xml, override));  // throws it with its place
    return false;
  }
}

bool can_add(const Document& document, const XmlOverride& override) {
  auto xml = parsed(document.text);
  try {
    return !set_by_xpath(xml, override).empty();
  } catch (const InputError&) {
    return false;
  }
}

bool assign(const XmlOverride& override, const std::vector<Document*>& documents,
            const std::function<bool(const Document&, const XmlOverride&)>& is_for) {
  bool assigned = false;
  for (auto* document : documents) {
    if (!is_for(*document, override)) continue;
    document->overrides.push_back(override);
    assigned = true;
  }
  return assigned;
}

std::string paths_of(const std::vector<Document*>& documents) {
  std::string text;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (i > 0) text += i + 1 == documents.size() ? " or " : ", ";
    text += shown_path(documents[i]->path);
  }
  return text;
}

}  // namespace

Document read_document(const std::string& path) { return {path, read_text_file(path), {}}; }

void assign_overrides(const std::vector<std::string>& sets,
                      const std::vector<Document*>& documents) {
  for (const auto& set : sets) {
    const auto override = parse_override(set);
    if (assign(override, documents, selects) || assign(override, documents, can_add)) continue;
    throw InputError(shown(override), "the XPath selects nothing in " + paths_of(documents) +
                                          " (to add an attribute, end it in /@name)");
  }
}

std::string root_name(const std::string& text) { return parsed(text).document_element().name(); }

}  // namespace attnsim::explore
