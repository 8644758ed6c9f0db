#include "validation/study_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <ostream>
#include <vector>

#include "report/table.h"
#include "validation/errors.h"

namespace attnsim::validation {
namespace {

using report::Align;
using report::Table;

std::string error_text(const std::optional<double>& error, bool relative) {
  if (!error) return "-";
  return relative ? fmt::format("{:+.3f}%", *error * 100) : fmt::format("{:+.4f}", *error);
}

/// Of one configuration: the error of the greatest size in each column.
struct Summary {
  std::size_t rows = 0;
  std::size_t outside = 0;
  RowErrors worst;
};

void take_worst(const RowErrors& errors, RowErrors& worst) {
  for (const auto& column : error_columns()) {
    const auto& error = errors.*column.error;
    auto& greatest = worst.*column.error;
    if (error && (!greatest || std::abs(*error) > std::abs(*greatest))) greatest = error;
  }
}

Summary summary_of(const StudyResult& study, const std::string& configuration) {
  Summary summary;
  for (const auto& row : study.rows) {
    if (row.key.configuration != configuration) continue;
    ++summary.rows;
    take_worst(errors_of(row), summary.worst);
    if (!misses(row, study.tolerances.at(configuration)).empty()) ++summary.outside;
  }
  return summary;
}

std::vector<std::string> configurations_of(const StudyResult& study) {
  std::vector<std::string> names;
  for (const auto& row : study.rows) {
    if (std::find(names.begin(), names.end(), row.key.configuration) == names.end()) {
      names.push_back(row.key.configuration);
    }
  }
  return names;
}

void print_errors(std::ostream& out, const StudyResult& study) {
  out << "Greatest error of any row, ours against published:\n";
  Table table({{"configuration", Align::left},
               {"rows"},
               {"outside"},
               {"latency"},
               {"utilization"},
               {"traffic"},
               {"energy (recounted)"},
               {"area"}});
  for (const auto& name : configurations_of(study)) {
    const auto summary = summary_of(study, name);
    std::vector<std::string> cells{name, std::to_string(summary.rows),
                                   std::to_string(summary.outside)};
    for (const auto& column : error_columns()) {
      cells.push_back(error_text(summary.worst.*column.error, column.relative));
    }
    table.add(std::move(cells));
  }
  table.print(out, "  ");
}

void print_headlines(std::ostream& out, const StudyResult& study) {
  if (study.headlines.empty()) return;
  out << "\nClaims, as the mean over models and lengths:\n";
  Table table({{"", Align::left},
               {"claimed"},
               {"their table"},
               {"ours"},
               {"error"},
               {"every action counted"}});
  for (const auto& headline : study.headlines) {
    const auto error = headline.published == 0
                           ? std::nullopt
                           : std::optional(headline.ours / headline.published - 1);
    table.add({headline.name, fmt::format("{}", headline.claimed),
               fmt::format("{:.4f}", headline.published), fmt::format("{:.4f}", headline.ours),
               error_text(error, true),
               headline.ours_uncorrected ? fmt::format("{:.4f}", *headline.ours_uncorrected) : ""});
  }
  table.print(out, "  ");
}

void print_corrections(std::ostream& out, const StudyResult& study) {
  std::string headline;
  for (const auto& correction : study.corrections) {
    if (correction.headline != headline) {
      headline = correction.headline;
      out << "\nWhat becomes of the " << headline << " as their counting rules are given up:\n";
    }
    out << fmt::format("  {:.4f} ({:+.4f})  {}: {}\n", correction.ratio, correction.change,
                       correction.rule, correction.why);
  }
}

std::string name_of(const RowKey& key) {
  auto name = key.configuration + " " + key.model + " " + key.sequence_length;
  if (key.pe_dimension) name += fmt::format(" {0}x{0}", *key.pe_dimension);
  return name;
}

void print_misses(std::ostream& out, const StudyResult& study) {
  Table table({{"", Align::left}, {"", Align::left}});
  for (const auto& row : study.rows) {
    const auto outside = misses(row, study.tolerances.at(row.key.configuration));
    if (outside.empty()) continue;
    std::string text;
    for (const auto& column : error_columns()) {
      if (std::find(outside.begin(), outside.end(), column.name) == outside.end()) continue;
      text += fmt::format("{} {}  ", column.name,
                          error_text(errors_of(row).*column.error, column.relative));
    }
    table.add({name_of(row.key), row.failure.empty() ? text : row.failure});
  }
  if (table.empty()) {
    out << "\nAll " << study.rows.size() << " rows lie within their tolerances.\n";
    return;
  }
  out << "\nOutside of their tolerances:\n";
  table.print(out, "  ");
}

/// Of one configuration: milliseconds a row.
struct Times {
  std::size_t rows = 0;
  double sum = 0;
  double greatest = 0;
};

}  // namespace

void print_times(std::ostream& out, const StudyResult& study) {
  Table table({{"configuration", Align::left}, {"rows"}, {"ms a row"}, {"at most"}});
  for (const auto& name : configurations_of(study)) {
    Times times;
    for (const auto& row : study.rows) {
      if (row.key.configuration != name || !row.wall_seconds) continue;
      const auto milliseconds = *row.wall_seconds * 1000;
      ++times.rows;
      times.sum += milliseconds;
      times.greatest = std::max(times.greatest, milliseconds);
    }
    if (times.rows == 0) continue;
    table.add({name, std::to_string(times.rows),
               fmt::format("{:.1f}", times.sum / static_cast<double>(times.rows)),
               fmt::format("{:.1f}", times.greatest)});
  }
  if (table.empty()) return;
  out << "\nTime to load, lower and execute:\n";
  table.print(out, "  ");
}

void print_study(std::ostream& out, const StudyResult& study) {
  out << study.title << "\n\n";
  print_errors(out, study);
  print_headlines(out, study);
  print_corrections(out, study);
  print_misses(out, study);
}

}  // namespace attnsim::validation
