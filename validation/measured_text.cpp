#include "validation/measured_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "base/did_you_mean.h"
#include "report/human.h"
#include "report/table.h"
#include "validation/measured_errors.h"
#include "validation/measured_summary.h"

namespace attnsim::validation {
namespace {

using report::Align;
using report::Table;

std::string magnitude(const ErrorStatistics& statistics, double value) {
  return statistics.rows == 0 ? "-" : fmt::format("{:.1f}%", value * 100);
}

std::string with_sign(const ErrorStatistics& statistics, double value) {
  return statistics.rows == 0 ? "-" : fmt::format("{:+.1f}%", value * 100);
}

/// How many of the rows, MAPE, median, worst and bias.
void add_statistics(const ErrorStatistics& of, std::vector<std::string>& cells) {
  cells.push_back(std::to_string(of.rows));
  cells.push_back(magnitude(of, of.mape));
  cells.push_back(magnitude(of, of.median));
  cells.push_back(with_sign(of, of.worst));
  cells.push_back(with_sign(of, of.bias));
}

std::vector<std::string> time_cells(const MeasuredStudy& study, const RowGroup& group) {
  std::vector<std::string> cells{group.name};
  add_statistics(statistics_of(study, group.rows, measured_error::time), cells);
  for (const auto* error :
       {&measured_error::cycles, &measured_error::bound, &measured_error::roofline}) {
    const auto statistics = statistics_of(study, group.rows, *error);
    cells.push_back(magnitude(statistics, statistics.mape));
  }
  const auto clock = statistics_of(study, group.rows, measured_error::clock);
  cells.push_back(with_sign(clock, clock.bias));
  return cells;
}

std::vector<report::Column> time_columns(const std::string& first) {
  return {{first, Align::left}, {"rows"},    {"MAPE"},       {"median"}, {"worst"}, {"bias"},
          {"cycles' MAPE"},     {"bound's"}, {"roofline's"}, {"clock"}};
}

void print_kernels(std::ostream& out, const MeasuredStudy& study) {
  out << "\nError of the simulated time by kernel; beside it that of the cycles (no clock in it), "
         "of the\nmapping's bound, of a roofline, and the bias of the clock:\n";
  Table table(time_columns("kernel"));
  for (const auto& group : by_kernel(study).groups) table.add(time_cells(study, group));
  table.add(time_cells(study, {"all", all_rows_of(study)}));
  table.print(out, "  ");
}

void print_energy(std::ostream& out, const MeasuredStudy& study) {
  if (statistics_of(study, all_rows_of(study), measured_error::energy).rows == 0) return;
  out << "\nError of the simulated energy (measured in a loop of runs, where the L2 is warm):\n";
  Table table({{"kernel", Align::left}, {"rows"}, {"MAPE"}, {"median"}, {"worst"}, {"bias"}});
  auto groups = by_kernel(study).groups;
  groups.push_back({"all", all_rows_of(study)});
  for (const auto& group : groups) {
    std::vector<std::string> cells{group.name};
    add_statistics(statistics_of(study, group.rows, measured_error::energy), cells);
    table.add(std::move(cells));
  }
  table.print(out, "  ");
}

void print_problems(std::ostream& out, const MeasuredStudy& study) {
  const auto groupings = by_problem(study);
  if (groupings.empty()) return;
  out << "\nError of the simulated time by problem:\n";
  Table table(time_columns(""));
  for (const auto& grouping : groupings) {
    table.add_heading(grouping.title);
    for (auto group : grouping.groups) {
      group.name = "  " + group.name;
      table.add(time_cells(study, group));
    }
  }
  table.print(out, "  ");
}

/// "tensor 83%, hbm 41%": of the units that are busy at all.
std::string busy_text(const std::vector<UnitShare>& shares) {
  constexpr double hardly = 0.005;
  std::vector<std::string> parts;
  for (const auto& share : shares) {
    if (share.busy >= hardly)
      parts.push_back(fmt::format("{} {:.0f}%", share.unit, share.busy * 100));
  }
  return join(parts);
}

std::string bounds_text(std::vector<UnitShare> shares) {
  std::stable_sort(shares.begin(), shares.end(),
                   [](const auto& a, const auto& b) { return a.bounds > b.bounds; });
  std::vector<std::string> parts;
  for (const auto& share : shares) {
    if (share.bounds > 0) parts.push_back(fmt::format("{} {}", share.unit, share.bounds));
  }
  return join(parts);
}

void print_where(std::ostream& out, const MeasuredStudy& study) {
  Table table(
      {{"kernel", Align::left}, {"rows bound by", Align::left}, {"busy in the mean", Align::left}});
  for (const auto& group : by_kernel(study).groups) {
    const auto shares = shares_of(study, group.rows);
    if (!shares.empty()) table.add({group.name, bounds_text(shares), busy_text(shares)});
  }
  if (table.empty()) return;
  out << "\nWhere the time goes in the model:\n";
  table.print(out, "  ");
}

std::string microseconds(double seconds) { return report::human_seconds(seconds); }

void print_worst(std::ostream& out, const MeasuredStudy& study) {
  Table table({{"kernel", Align::left},
               {"shape", Align::left},
               {"measured"},
               {"simulated"},
               {"error"},
               {"bound by", Align::left}});
  for (const auto& group : by_kernel(study).groups) {
    const auto statistics = statistics_of(study, group.rows, measured_error::time);
    if (statistics.rows == 0) continue;
    const auto& row = study.rows[statistics.worst_row];
    table.add({group.name, shape_text(row.measured), microseconds(row.measured.seconds()),
               microseconds(row.simulated->seconds), with_sign(statistics, statistics.worst),
               row.simulated->bound_by});
  }
  if (table.empty()) return;
  out << "\nThe worst row of each kernel:\n";
  table.print(out, "  ");
}

void print_missing(std::ostream& out, const MeasuredStudy& study) {
  const auto reasons = missing_rows(study);
  if (reasons.empty()) return;
  out << "\nRows without a result:\n";
  Table table({{"rows"}, {"kernel", Align::left}, {"why", Align::left}});
  for (const auto& reason : reasons) {
    table.add({std::to_string(reason.rows), reason.kernel, reason.why});
  }
  table.print(out, "  ");
}

}  // namespace

void print_measured(std::ostream& out, const MeasuredStudy& study) {
  out << study.table.file << '\n';
  for (const auto& line : study.table.provenance) out << "  " << line << '\n';
  out << '\n';
  for (const auto& line : summary_lines(study)) out << line << '\n';
  const bool any = std::any_of(study.rows.begin(), study.rows.end(),
                               [](const auto& row) { return row.simulated.has_value(); });
  if (any) {
    print_kernels(out, study);
    print_energy(out, study);
    print_problems(out, study);
    print_where(out, study);
    print_worst(out, study);
  }
  print_missing(out, study);
}

}  // namespace attnsim::validation
