#pragma once

#include "mappings/lowered.h"
#include "mappings/problem.h"

namespace attnsim::mappings {

/// Makes a mapping concrete: fills in the open sizes, checks that it is legal, and turns it into a
/// Schedule. A pure function.
///
/// Open sizes: each `tile="fit"` becomes the largest divisor of the rank's tiles that the
/// capacities allow, innermost first; `depth="fit"` and `buffers="fit"` as `fit_pipelines` says, a
/// depth being reduced until the buffers fit.
/// @param shapes  of the cascade's whole ranks; every shape > 0
/// @throws InputError for what is wrong with a file, InfeasibleError for what does not fit
[[nodiscard]] Lowered lower(const einsum::Cascade& cascade, const arch::Architecture& architecture,
                            const Mapping& mapping, const Shapes& shapes);

}  // namespace attnsim::mappings
