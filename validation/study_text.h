#pragma once

#include <iosfwd>

#include "validation/study.h"

namespace attnsim::validation {

/// The message of a study for a terminal: errors by configuration, the claims, what becomes of the
/// energy, and every row that lies outside of its tolerance. The same model prints the same.
void print_study(std::ostream& out, const StudyResult& study);

/// Wall times a row, by configuration.
void print_times(std::ostream& out, const StudyResult& study);

}  // namespace attnsim::validation
