#pragma once

#include <string>
#include <vector>

#include "arch/components.h"
#include "base/xml.h"

namespace attnsim::arch {

/// The architecture that an `<architecture>` element describes, every default filled in. Checks
/// what arch/architecture.xsd cannot, so that a reader of the result checks nothing again.
/// @throws InputError at the element or attribute that is wrong
[[nodiscard]] Architecture read_architecture(const XmlElement& root);

/// `read_architecture` of a file ("-" is standard input), after the overrides of `--set`.
[[nodiscard]] Architecture load_architecture(const std::string& path,
                                             const std::vector<XmlOverride>& overrides = {});

}  // namespace attnsim::arch
