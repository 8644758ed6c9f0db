#pragma once

#include <string>

#include "einsum/derive.h"

namespace attnsim::cli {

/// The steps of a derivation as text, one paragraph a step, then what keeps it from one pass.
[[nodiscard]] std::string derivation_text(const einsum::Cascade& cascade,
                                          const einsum::Derivation& derivation);

}  // namespace attnsim::cli
