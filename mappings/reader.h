#pragma once

#include <string>
#include <vector>

#include "base/xml.h"
#include "mappings/mapping.h"

namespace attnsim::mappings {

/// The mapping that a `<mapping>` element describes. Checks the form only: names are looked up when
/// it meets a cascade and an architecture (`lower`).
/// @throws InputError at the element or attribute that is wrong
[[nodiscard]] Mapping read_mapping(const XmlElement& root);

/// `read_mapping` of a file ("-" is standard input), after the overrides of `--set`.
[[nodiscard]] Mapping load_mapping(const std::string& path,
                                   const std::vector<XmlOverride>& overrides = {});

}  // namespace attnsim::mappings
