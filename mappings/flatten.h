#pragma once

#include "einsum/cascade.h"
#include "mappings/mapping.h"
#include "mappings/problem.h"

namespace attnsim::mappings {

/// The cascade as the mapping's `<flatten>`s see it: where a tensor has all ranks of a flattening,
/// the one rank stands in their place. `shapes` receives the shapes of the new ranks.
/// @throws InputError for ranks that the cascade lacks or uses apart from each other
[[nodiscard]] einsum::Cascade flattened(einsum::Cascade cascade, const Mapping& mapping,
                                        Shapes& shapes);

}  // namespace attnsim::mappings
