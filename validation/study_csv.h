#pragma once

#include <string>

#include "validation/study.h"

namespace attnsim::validation {

/// Every row, theirs beside ours, with the errors and the command that makes it. No wall times: the
/// same model gives the same bytes.
[[nodiscard]] std::string study_csv(const StudyResult& study);

}  // namespace attnsim::validation
