#pragma once

#include <iosfwd>

#include "report/run_record.h"

namespace attnsim::report {

/// One run in full, for a terminal: time and its bound, then each unit, Einsum, memory and
/// component with its part of it.
void print_simulation(std::ostream& out, const RunRecord& run);

}  // namespace attnsim::report
