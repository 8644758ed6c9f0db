#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace attnsim {

/// An attribute as it stands in the source text, before entities are replaced.
struct SourceAttribute {
  std::string_view name;
  std::string_view value;
  std::size_t offset = 0;  ///< of the name, in bytes from the start of the text
};

/// The attributes of the start tag whose element name stands at `name_offset`, in order. pugixml
/// keeps no position of an attribute and accepts one given twice, so the text is read again.
[[nodiscard]] std::vector<SourceAttribute> scan_attributes(std::string_view text,
                                                           std::size_t name_offset);

/// What XML forbids in an attribute value and pugixml lets pass (a bare '<', an entity of its own),
/// or "" for a sound one.
[[nodiscard]] std::string_view problem_of_value(std::string_view value);

}  // namespace attnsim
