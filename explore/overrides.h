#pragma once

#include <string>
#include <vector>

#include "base/xml_override.h"

namespace attnsim::explore {

/// An XML file, read once, and the overrides that are meant for it.
struct Document {
  std::string path;  ///< "-" is standard input; empty: not given
  std::string text;
  std::vector<XmlOverride> overrides;
};

/// Reads the file. @throws InputError
[[nodiscard]] Document read_document(const std::string& path);

/// Gives each override to the documents in which its XPath selects something or, where it selects
/// nothing anywhere and ends in /@name, to those in which the attribute can be added.
/// @param documents  null where there is none
/// @throws InputError if an override is malformed or is for none of them
void assign_overrides(const std::vector<std::string>& sets,
                      const std::vector<Document*>& documents);

/// The name of the root element, or "" where the text is no XML.
[[nodiscard]] std::string root_name(const std::string& text);

}  // namespace attnsim::explore
