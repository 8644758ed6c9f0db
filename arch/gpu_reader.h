#pragma once

#include "arch/gpu.h"
#include "base/xml.h"

namespace attnsim::arch {

/// Reads a `<gpu>` element. @throws InputError
[[nodiscard]] Gpu read_gpu(const XmlElement& element);

}  // namespace attnsim::arch
