#pragma once

#include <string>

#include "validation/study.h"

namespace attnsim::validation {

/// Every row, theirs beside ours, with the errors, the command that makes it and, if it has one,
/// its wall time.
[[nodiscard]] std::string study_csv(const StudyResult& study);

}  // namespace attnsim::validation
