#pragma once

#include <string>

#include "base/xml.h"
#include "explore/sweep.h"

namespace attnsim::explore {

/// The sweep that a `<sweep>` element describes. Checks what can be checked without opening what it
/// names; `path` and `text` are left empty.
/// @throws InputError at the element or attribute that is wrong
[[nodiscard]] Sweep read_sweep(const XmlElement& root);

/// The sweep in a file; "-" is standard input. @throws InputError
[[nodiscard]] Sweep load_sweep(const std::string& path);

}  // namespace attnsim::explore
