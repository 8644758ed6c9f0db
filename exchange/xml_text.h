#pragma once

#include <string>
#include <utility>
#include <vector>

#include "arch/components.h"

namespace attnsim::exchange {

/// An element to be written: what base/xml.h reads.
struct XmlText {
  std::string name;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< in their order
  std::vector<XmlText> children;
};

/// A file with this root; `comment`, if any, stands above it.
[[nodiscard]] std::string to_text(const XmlText& root, const std::string& comment = "");

/// The file that `arch::read_architecture` makes this architecture of: compositions summed up,
/// figures of technology tables written out, without sources.
/// @throws InputError for a GPU
[[nodiscard]] std::string to_xml(const arch::Architecture& architecture,
                                 const std::string& comment = "");

}  // namespace attnsim::exchange
