#pragma once

#include <iosfwd>

#include "validation/measured_rows.h"

namespace attnsim::validation {

/// A comparison for a terminal: what was measured where, the error of every kernel's time beside
/// that of the bound and of a roofline, of its energy, by problem, what bound it in the model, the
/// worst row of each kernel, and the rows without a result. The same study prints the same.
void print_measured(std::ostream& out, const MeasuredStudy& study);

}  // namespace attnsim::validation
