#include "validation/measured_summary.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/did_you_mean.h"
#include "report/human.h"

namespace attnsim::validation {
namespace {

std::string percent(double ratio) { return fmt::format("{:.1f}%", ratio * 100); }

void count(const std::string& kernel, const std::string& why, std::vector<MissingRows>& reasons) {
  const auto found = std::find_if(reasons.begin(), reasons.end(), [&](const MissingRows& reason) {
    return reason.kernel == kernel && reason.why == why;
  });
  if (found != reasons.end()) {
    ++found->rows;
  } else {
    reasons.push_back({kernel, why, 1});
  }
}

std::size_t simulated(const MeasuredStudy& study) {
  return static_cast<std::size_t>(
      std::count_if(study.rows.begin(), study.rows.end(),
                    [](const ComparedMeasurement& row) { return row.simulated.has_value(); }));
}

/// "1 row was", "2 rows were".
std::string rows_were(std::size_t rows) {
  return fmt::format("{} row{} ", rows, rows == 1 ? " was" : "s were");
}

std::string counts_line(const MeasuredStudy& study) {
  auto line = fmt::format("Simulated on {} at up to {}: {} of {} rows.", study.arch,
                          report::human_hertz(study.clock_hz), simulated(study), study.rows.size());
  if (!study.table.failed.empty()) {
    line += fmt::format(" {} more failed the check of their measurement and are left out.",
                        study.table.failed.size());
  }
  return line;
}

std::string errors_line(const MeasuredStudy& study) {
  const auto rows = all_rows_of(study);
  const auto of = [&](const MeasuredError& error) { return statistics_of(study, rows, error); };
  const auto time = of(measured_error::time);
  auto line = fmt::format(
      "Time: MAPE {} (aim: {:.0f}%), median {}, bias {:+.1f}%; of the cycles {}, of the mapping's "
      "bound {}",
      percent(time.mape), total_limit * 100, percent(time.median), time.bias * 100,
      percent(of(measured_error::cycles).mape), percent(of(measured_error::bound).mape));
  const auto roofline = of(measured_error::roofline);
  if (roofline.rows > 0) line += ", of a roofline " + percent(roofline.mape);
  const auto energy = of(measured_error::energy);
  line += ".";
  if (energy.rows > 0) {
    line +=
        fmt::format(" Energy: MAPE {}, bias {:+.1f}%.", percent(energy.mape), energy.bias * 100);
  }
  return line;
}

std::string names_with(const MeasuredStudy& study, const std::vector<RowGroup>& groups,
                       const MeasuredError& error) {
  std::vector<std::string> names;
  for (const auto& group : groups) {
    names.push_back(group.name + " " + percent(statistics_of(study, group.rows, error).mape));
  }
  return join(names);
}

/// Rows that took less than the machine's peaks allow: then its figures, or the row's, are wrong.
std::size_t beyond_roofline(const MeasuredStudy& study) {
  return static_cast<std::size_t>(
      std::count_if(study.rows.begin(), study.rows.end(), [](const ComparedMeasurement& row) {
        return row.roofline_s && *row.roofline_s > row.measured.seconds();
      }));
}

}  // namespace

std::vector<MissingRows> missing_rows(const MeasuredStudy& study) {
  std::vector<MissingRows> reasons;
  for (const auto& row : study.rows) {
    if (!row.failure.empty()) count(row.measured.kernel, row.failure, reasons);
  }
  for (const auto& row : study.table.failed) {
    count(row.kernel, "its measurement: " + row.why, reasons);
  }
  return reasons;
}

std::vector<RowGroup> kernels_off(const MeasuredStudy& study, double limit) {
  auto groups = by_kernel(study).groups;
  std::erase_if(groups, [&](const RowGroup& group) {
    return statistics_of(study, group.rows, measured_error::time).mape <= limit;
  });
  return groups;
}

bool within_limits(const MeasuredStudy& study, const MeasuredLimits& limits) {
  const auto all = statistics_of(study, all_rows_of(study), measured_error::time);
  return all.rows > 0 && all.rows == study.rows.size() && all.mape <= limits.all &&
         kernels_off(study, limits.kernel).empty();
}

std::vector<RowGroup> kernels_unearned(const MeasuredStudy& study, const MeasuredError& simpler) {
  auto groups = by_kernel(study).groups;
  std::erase_if(groups, [&](const RowGroup& group) {
    const auto time = statistics_of(study, group.rows, measured_error::time);
    const auto other = statistics_of(study, group.rows, simpler);
    return time.rows == 0 || other.rows == 0 || time.mape < other.mape;
  });
  return groups;
}

std::vector<std::string> summary_lines(const MeasuredStudy& study) {
  std::vector<std::string> lines{counts_line(study)};
  if (simulated(study) == 0) return lines;
  lines.push_back(errors_line(study));
  const auto off = kernels_off(study, kernel_limit);
  lines.push_back(
      off.empty()
          ? fmt::format("No kernel is off by more than {:.0f}% in the mean.", kernel_limit * 100)
          : fmt::format("Off by more than {:.0f}% in the mean: {}.", kernel_limit * 100,
                        names_with(study, off, measured_error::time)));
  for (const auto* simpler : {&measured_error::roofline, &measured_error::bound}) {
    const auto unearned = kernels_unearned(study, *simpler);
    if (unearned.empty()) continue;
    lines.push_back(fmt::format("The {} does as well as the simulation for: {}.", simpler->title,
                                names_with(study, unearned, *simpler)));
  }
  const auto beyond = beyond_roofline(study);
  if (beyond > 0) {
    lines.push_back(
        fmt::format("{}measured faster than the roofline allows: the peaks of {} or those "
                    "measurements are wrong.",
                    rows_were(beyond), study.arch));
  }
  return lines;
}

}  // namespace attnsim::validation
