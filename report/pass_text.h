#pragma once

#include <iosfwd>

#include "report/pass_report.h"

namespace attnsim::report {

/// The report as `attnsim passes` prints it: the class, each Einsum's place among the passes, the
/// proof, what stays live, and, at given shapes, operations and traffic.
void print_passes(std::ostream& out, const PassReport& report);

/// One line a rank: its passes and the footprint.
void print_passes_of_ranks(std::ostream& out, const einsum::Cascade& cascade);

}  // namespace attnsim::report
