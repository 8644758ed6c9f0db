#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "explore/record.h"

/// A sweep as its page looks at it: what varies, what the points are, and what each costs.
namespace attnsim::report {

/// Something that names a point: its mapping, its model, a parameter. A text for each row.
struct SweepAxis {
  std::string name;
  std::vector<std::string> values;             ///< by row
  std::vector<std::string> levels;             ///< distinct, numbers by size, else as they come
  std::vector<std::optional<double>> numbers;  ///< by row; all absent unless all are numbers

  [[nodiscard]] bool varies() const { return levels.size() > 1; }
};

/// What a point has to compute: rows of one workload may be compared with each other.
struct Workload {
  std::string label;   ///< "bert 64K"
  std::string model;   ///< "" where shapes were given
  std::string length;  ///< "64K", or the shapes
};

struct SweepView {
  const explore::SweepResults* sweep = nullptr;
  SweepAxis configuration;            ///< the mapping, with "@arch" where that varies
  SweepAxis cascade;                  ///< what the mapping computes
  std::vector<SweepAxis> parameters;  ///< what the sweep varies, less what workloads say
  std::vector<Workload> workloads;    ///< of the rows that are ok, as they come
  std::vector<std::optional<std::size_t>> workload;  ///< by row: absent where it failed

  [[nodiscard]] const explore::SweepRow& row(std::size_t at) const { return sweep->rows[at]; }
  /// Null where it failed.
  [[nodiscard]] const sim::SimResult* result(std::size_t at) const;
  /// Of the rows that are ok.
  [[nodiscard]] std::vector<std::size_t> rows_of(std::size_t of_workload) const;
  /// The configuration, if there are several, and the parameters that vary: "flat, pe 32".
  [[nodiscard]] std::string label(std::size_t at) const;
};

/// @param sweep  must outlive the view
[[nodiscard]] SweepView view_of(const explore::SweepResults& sweep);

/// A figure that points are compared by, the less the better; absent where it is not known.
struct SweepMeasure {
  std::string name;   ///< "energy": a field of the page's data
  std::string title;  ///< "energy (J)"
  std::optional<double> (*of)(const explore::Record& record);
};

/// Cycles and seconds; then energy, area, buffer and traffic.
[[nodiscard]] const std::vector<SweepMeasure>& time_measures();
[[nodiscard]] const std::vector<SweepMeasure>& cost_measures();

/// The rows of a workload that no other of its rows beats in both figures, by the first.
[[nodiscard]] std::vector<std::size_t> front_of(const SweepView& view, std::size_t workload,
                                                const SweepMeasure& across, const SweepMeasure& up);

}  // namespace attnsim::report
