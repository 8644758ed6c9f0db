#pragma once

#include <string>

#include "einsum/derive.h"
#include "report/json.h"

namespace attnsim::cli {

/// The steps of a derivation as text, one paragraph a step, then what keeps it from one pass.
[[nodiscard]] std::string derivation_text(const einsum::Cascade& cascade,
                                          const einsum::Derivation& derivation);

/// The same as data: `passes` before and after, `steps` with rule, Einsum, side condition and
/// error, `assumes`, `obstacles` with place and reason, and the derived `cascade` as text.
[[nodiscard]] report::Json derivation_json(const einsum::Cascade& cascade,
                                           const einsum::Derivation& derivation);

}  // namespace attnsim::cli
