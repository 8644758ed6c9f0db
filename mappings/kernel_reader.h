#pragma once

#include "base/xml.h"
#include "mappings/kernel.h"

namespace attnsim::mappings {

/// Whether a `<mapping>` is one of kernel launches.
[[nodiscard]] bool maps_launches(const XmlElement& root);

/// Reads what stands inside of such a `<mapping>`. @throws InputError
[[nodiscard]] KernelMapping read_kernel_mapping(const XmlElement& root);

}  // namespace attnsim::mappings
