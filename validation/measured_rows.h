#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "report/roofline.h"
#include "validation/measured_table.h"

/// What holding the model against a file of measurements gives: every row, simulated beside
/// measured.
namespace attnsim::validation {

/// What the model says of a row, for the whole batch.
struct Prediction {
  std::int64_t cycles = 0;
  double seconds = 0;
  double clock_hz = 0;  ///< at which it ran in the model
  double energy_pj = 0;
  std::int64_t bound_cycles = 0;  ///< of the mapping's schedule: its busiest unit
  double bound_seconds = 0;
  std::string bound_by;                ///< that unit
  std::map<std::string, double> busy;  ///< share of the cycles that a unit or port is busy, 0..1
};

/// Predicts a row; what it throws is that row's failure. Any number of threads call it.
using RowPredictor = std::function<Prediction(const Measurement&)>;

struct ComparedMeasurement {
  Measurement measured;
  std::string family;                   ///< of the kernel: what it computes, whatever the way
  std::optional<Prediction> simulated;  ///< absent if `failure` says why
  std::optional<double> roofline_s;     ///< what the problem takes at the machine's peaks
  std::string failure;
  std::string command;  ///< that simulates this row
};

/// A file of measurements beside what the model says of it.
struct MeasuredStudy {
  MeasuredTable table;  ///< its `rows` are in `rows` below
  std::string arch;
  double clock_hz = 0;                      ///< of the architecture
  std::optional<report::Roofline> machine;  ///< absent where the architecture has none
  std::vector<ComparedMeasurement> rows;    ///< in the order of the file
};

/// Seconds that a problem takes at the peaks of a machine; absent unless the row tells what the
/// problem needs.
[[nodiscard]] std::optional<double> roofline_seconds(const Measurement& row,
                                                     const report::Roofline& machine);

/// Predicts every row.
/// @param workers  threads; 0: one a core
/// @param done     called after each row, one call at a time, with how many are done
[[nodiscard]] std::vector<ComparedMeasurement> predict_rows(
    const std::vector<Measurement>& rows, const RowPredictor& predict, unsigned workers,
    const std::function<void(std::size_t)>& done = {});

/// Leaves the rows of the kernels that one of the patterns fits ('*' stands for any letters, '?'
/// for one). @throws InputError for a pattern that fits none
void keep_kernels(const std::vector<std::string>& patterns, MeasuredTable& table);

}  // namespace attnsim::validation
