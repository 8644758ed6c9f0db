#pragma once

#include <iosfwd>

#include "validation/study.h"

namespace attnsim::validation {

/// The message of a study for a terminal: errors by configuration, the claims, what becomes of the
/// energy, every row that lies outside of its tolerance, and the wall times.
void print_study(std::ostream& out, const StudyResult& study);

}  // namespace attnsim::validation
