#pragma once

#include <iosfwd>
#include <string>

#include "sim/timeline.h"

namespace attnsim::report {

/// What a trace is of.
struct TraceTitle {
  std::string name;     ///< of the point
  double clock_hz = 0;  ///< > 0
};

/// Writes a timeline in the Trace Event format, which ui.perfetto.dev and chrome://tracing open: a
/// thread per lane, a complete event per slice, one more thread for what was skipped, a counter per
/// token. The format
/// counts in microseconds: here they are cycles, so that numbers are those of all other reports and
/// fractions of a cycle are kept (real times would be rounded to nanoseconds).
void write_trace_json(std::ostream& out, const sim::Timeline& timeline, const TraceTitle& title);

}  // namespace attnsim::report
