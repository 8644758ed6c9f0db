#pragma once

#include <iosfwd>

#include "report/trace_json.h"
#include "sim/timeline.h"

namespace attnsim::report {

/// Writes a timeline as a value change dump (IEEE 1364), which GTKWave opens. Times are real, in
/// picoseconds by the clock. Each lane is a scope of
///   busy     1 bit
///   work     which Einsum or transfer: its number in the table of the header; 0: none
///   started  executions since the window began, so that each of several in a row is seen
/// each token is an integer: tiles that are ready, or slots that are taken; and `skipping` is 1
/// where periods were leapt over; busy and work of a lane are x there.
///
/// Not SystemC's sc_trace: that sees kernel time, which stands still in a leap, cannot start in the
/// middle, and only one of the two executors has a kernel.
void write_vcd(std::ostream& out, const sim::Timeline& timeline, const TraceTitle& title);

}  // namespace attnsim::report
