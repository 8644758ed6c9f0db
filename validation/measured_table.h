#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/csv_table.h"
#include "base/place.h"

/// What was measured on a GPU: a kernel on a shape in each row, as `attnsim-gpu run` writes it
/// (docs/measuring_on_your_gpu.md).
namespace attnsim::validation {

/// One row whose outputs were right.
struct Measurement {
  std::string kernel;
  /// B batch, H query heads, J key-value heads, P queries, M keys, E and F head widths
  std::map<std::string, std::int64_t> ranks;
  bool causal = false;
  std::string dtype;                               ///< "bf16/int8": of queries / of the cache
  std::map<std::string, std::int64_t> parameters;  ///< "window=512 sinks=4", by name
  double median_us = 0;                            ///< of single runs, the L2 flushed before each
  std::optional<double> p10_us, p90_us;
  double sm_clock_mhz = 0;             ///< in those runs
  std::optional<double> tflops;        ///< 1e12 operations of products a second
  std::optional<double> gbytes_per_s;  ///< 1e9 bytes; inputs once, outputs once
  std::optional<double> energy_mj;     ///< of one run in a loop of many
  std::optional<double> power_w;       ///< of that loop
  Place place;                         ///< of the row

  [[nodiscard]] std::int64_t rank(const std::string& name) const { return ranks.at(name); }
  [[nodiscard]] double seconds() const { return median_us * 1e-6; }
  [[nodiscard]] double cycles() const { return median_us * sm_clock_mhz; }
  /// Operations of products, and bytes, that the problem needs; absent where not told.
  [[nodiscard]] std::optional<double> operations() const;
  [[nodiscard]] std::optional<double> bytes() const;
};

/// A row that holds no measurement, and what went wrong in it.
struct FailedMeasurement {
  std::string kernel;
  std::string why;
  Place place;
};

/// A file of measurements.
struct MeasuredTable {
  std::string file;
  std::string gpu;                      ///< "NVIDIA H200", from the comment "GPU: NVIDIA H200, ..."
  std::vector<std::string> provenance;  ///< the comments from GPU to command, as they stand
  std::map<std::string, std::string> facts;  ///< those, by what stands before their colon
  std::vector<Measurement> rows;             ///< in the order of the file
  std::vector<FailedMeasurement> failed;     ///< rows whose `check` is not "ok ..."
};

/// @throws InputError at "file:line:column" for a column that is missing or unknown, or a cell of a
///         row that passed its check and is no count, no time, or not positive where it must be
[[nodiscard]] MeasuredTable read_measured(const CsvTable& table);

/// The file, or standard input for "-". @throws InputError also if it cannot be read
[[nodiscard]] MeasuredTable load_measured(const std::string& path);

/// "B=1 H=16 J=16 P=4096 M=4096 E=128 F=128 causal window=512", in this order.
[[nodiscard]] std::string shape_text(const Measurement& row);

}  // namespace attnsim::validation
