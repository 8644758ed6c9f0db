#pragma once

#include <string>
#include <vector>

#include "validation/study.h"
#include "validation/study_description.h"

namespace attnsim::validation {

/// The claims, from their table and from ours: the arithmetic mean, over the models and lengths
/// for which all configurations of a claim have a result, of sum over `of` / sum over `over`.
[[nodiscard]] std::vector<Headline> headlines_of(const std::vector<Claim>& claims,
                                                 const std::vector<ComparedRow>& rows);

/// What becomes of the energy claims as one rule after the other is given up.
[[nodiscard]] std::vector<EnergyCorrection> corrections_of(const std::vector<Claim>& claims,
                                                           const std::vector<ComparedRow>& rows,
                                                           const std::vector<CountingRule>& rules);

}  // namespace attnsim::validation
