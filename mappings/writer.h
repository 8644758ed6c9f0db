#pragma once

#include <string>

#include "mappings/mapping.h"

namespace attnsim::mappings {

/// A mapping of loops as the XML text that `read_mapping` reads back to the same value, places
/// apart; attributes that hold their default are left out.
/// @throws std::logic_error for a mapping of launches, which has no text of this form
[[nodiscard]] std::string to_xml(const Mapping& mapping);

}  // namespace attnsim::mappings
