#pragma once

#include "mappings/space.h"

namespace attnsim::mappings {

/// The mapping that the choices mean, with nothing left open but pipelines' depths and their
/// buffers. Whether it is legal and fits is for `lower` to say.
[[nodiscard]] Mapping mapping_of(const Roles& roles, const Fusion& fusion, const Outline& outline,
                                 const Details& details);

}  // namespace attnsim::mappings
