#include "validation/measured_tables.h"

#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "report/human.h"
#include "validation/measured_parts.h"
#include "validation/measured_summary.h"

namespace attnsim::validation {
namespace {

using report::Align;
using report::HtmlCell;
using report::HtmlColumn;
using report::HtmlTable;
using Row = std::vector<HtmlCell>;

constexpr double no_limit = 1e9;

HtmlCell none() { return {"-", std::nullopt}; }

HtmlCell count(std::size_t rows) {
  return {std::to_string(rows), static_cast<double>(rows), false};
}

HtmlCell magnitude(const ErrorStatistics& of, double value, double limit) {
  if (of.rows == 0) return none();
  return {fmt::format("{:.1f}%", value * 100), value, value > limit};
}

HtmlCell with_sign(const ErrorStatistics& of, double value) {
  return of.rows == 0 ? none() : HtmlCell{error_text(value), value, false};
}

/// MAPE, median, worst, bias.
void add_statistics(const ErrorStatistics& of, double limit, Row& cells) {
  cells.push_back(magnitude(of, of.mape, limit));
  cells.push_back(magnitude(of, of.median, no_limit));
  cells.push_back(with_sign(of, of.worst));
  cells.push_back(with_sign(of, of.bias));
}

/// A group of columns: an error, and which of its statistics are shown.
struct ShownError {
  const MeasuredError& error;
  const char* title;
  bool all = false;  ///< MAPE, median, worst and bias; else MAPE and bias
  double limit = 0;  ///< above which it is marked
};

const std::vector<ShownError>& shown_errors() {
  static const std::vector<ShownError> shown{
      {measured_error::time, "simulated time", true, kernel_limit},
      {measured_error::cycles, "cycles", false, no_limit},
      {measured_error::bound, "bound", false, no_limit},
      {measured_error::roofline, "roofline", false, no_limit},
      {measured_error::energy, "simulated energy", true, no_limit}};
  return shown;
}

std::vector<HtmlColumn> statistics_columns(const std::string& first) {
  std::vector<HtmlColumn> columns{{first, "", "", Align::left}, {"rows"}};
  for (const auto& shown : shown_errors()) {
    columns.push_back({"MAPE", "", shown.title});
    if (shown.all) {
      columns.push_back({"median", "", shown.title});
      columns.push_back({"worst", "", shown.title});
    }
    columns.push_back({"bias", "", shown.title});
  }
  columns.push_back({"bias", "", "clock"});
  return columns;
}

Row statistics_row(const MeasuredStudy& study, const RowGroup& group) {
  const auto simulated = statistics_of(study, group.rows, measured_error::time).rows;
  Row cells{{group.name}, count(simulated)};
  for (const auto& shown : shown_errors()) {
    const auto of = statistics_of(study, group.rows, shown.error);
    if (shown.all) {
      add_statistics(of, shown.limit, cells);
    } else {
      cells.push_back(magnitude(of, of.mape, shown.limit));
      cells.push_back(with_sign(of, of.bias));
    }
  }
  const auto clock = statistics_of(study, group.rows, measured_error::clock);
  cells.push_back(with_sign(clock, clock.bias));
  return cells;
}

HtmlCell error_cell(const MeasuredError& error, const ComparedMeasurement& row, double limit) {
  const auto value = error.of(row);
  return {error_text(value), value, value && std::abs(*value) > limit};
}

HtmlCell number(const std::optional<double>& value) {
  return value ? HtmlCell{fmt::format("{:.5g}", *value), value, false} : none();
}

std::vector<HtmlColumn> row_columns() {
  std::vector<HtmlColumn> columns{{"Kernel", "", "", Align::left, true}};
  for (const auto* const rank : {"B", "H", "J", "P", "M", "E", "F"}) columns.push_back({rank});
  const std::vector<HtmlColumn> rest{{"mask", "", "", Align::left, true},
                                     {"parameters", "", "", Align::left},
                                     {"measured", "us", "time"},
                                     {"p90/p10", "", "time"},
                                     {"simulated", "us", "time"},
                                     {"error", "", "time"},
                                     {"measured", "MHz", "clock"},
                                     {"error", "", "clock"},
                                     {"simulated", "", "cycles"},
                                     {"error", "", "cycles"},
                                     {"bound", "us", "bounds"},
                                     {"error", "", "bounds"},
                                     {"roofline", "us", "bounds"},
                                     {"error", "", "bounds"},
                                     {"measured", "mJ", "energy"},
                                     {"simulated", "mJ", "energy"},
                                     {"error", "", "energy"},
                                     {"bound by", "", "", Align::left, true},
                                     {"busy"},
                                     {"why not", "", "", Align::left},
                                     {"simulated by", "", "", Align::left}};
  columns.insert(columns.end(), rest.begin(), rest.end());
  return columns;
}

Row problem_cells(const Measurement& row) {
  Row cells{{row.kernel}};
  for (const auto* const rank : {"B", "H", "J", "P", "M", "E", "F"}) {
    cells.push_back({std::to_string(row.rank(rank)), static_cast<double>(row.rank(rank)), false});
  }
  std::string parameters;
  for (const auto& [name, value] : row.parameters) {
    parameters += fmt::format("{}{}={}", parameters.empty() ? "" : " ", name, value);
  }
  cells.push_back({row.causal ? "causal" : "none"});
  cells.push_back({parameters});
  return cells;
}

void add_bound_by(const ComparedMeasurement& row, Row& cells) {
  const auto& model = row.simulated;
  cells.push_back({model ? model->bound_by : "-"});
  const auto busy = model ? model->busy.find(model->bound_by) : decltype(model->busy.end()){};
  const bool known = model && busy != model->busy.end();
  cells.push_back(known ? HtmlCell{report::percent(busy->second), busy->second, false} : none());
}

Row cells_of(const ComparedMeasurement& row) {
  using Value = std::optional<double>;
  const auto& measured = row.measured;
  const auto& model = row.simulated;
  const Value spread =
      measured.p10_us && measured.p90_us ? Value(*measured.p90_us / *measured.p10_us) : Value();
  const auto scaled = [](Value value, double scale) { return value ? *value * scale : Value(); };
  auto cells = problem_cells(measured);
  cells.push_back(number(measured.median_us));
  cells.push_back(spread ? HtmlCell{fmt::format("{:.3f}", *spread), spread, false} : none());
  cells.push_back(number(model ? Value(model->seconds * 1e6) : Value()));
  cells.push_back(error_cell(measured_error::time, row, kernel_limit));
  cells.push_back(number(measured.sm_clock_mhz));
  cells.push_back(error_cell(measured_error::clock, row, no_limit));
  cells.push_back(
      model ? HtmlCell{report::grouped(model->cycles), static_cast<double>(model->cycles), false}
            : none());
  cells.push_back(error_cell(measured_error::cycles, row, no_limit));
  cells.push_back(number(model ? Value(model->bound_seconds * 1e6) : Value()));
  cells.push_back(error_cell(measured_error::bound, row, no_limit));
  cells.push_back(number(scaled(row.roofline_s, 1e6)));
  cells.push_back(error_cell(measured_error::roofline, row, no_limit));
  cells.push_back(number(measured.energy_mj));
  cells.push_back(number(model ? Value(model->energy_pj * 1e-9) : Value()));
  cells.push_back(error_cell(measured_error::energy, row, no_limit));
  add_bound_by(row, cells);
  cells.push_back({row.failure, {}, !row.failure.empty()});
  cells.push_back({row.command});
  return cells;
}

}  // namespace

HtmlTable kernel_table(const MeasuredStudy& study) {
  HtmlTable table;
  table.title = "Errors by kernel";
  table.note = fmt::format(
      "Against the measured time: of the simulation, of its cycles (measured time by measured "
      "clock), of the mapping's bound (its busiest unit) and of a roofline; clock: that of the "
      "model against the measured one. A MAPE of the time above {:.0f}% is in red.",
      kernel_limit * 100);
  table.columns = statistics_columns("kernel");
  for (const auto& group : by_kernel(study).groups) {
    table.rows.push_back(statistics_row(study, group));
  }
  table.rows.push_back(statistics_row(study, {"all", all_rows_of(study)}));
  return table;
}

HtmlTable problem_table(const MeasuredStudy& study) {
  HtmlTable table;
  table.title = "Errors by problem";
  table.note = "The same rows, put together by what they differ in.";
  table.columns = statistics_columns("value");
  table.columns.insert(table.columns.begin(), {"rows differ in", "", "", Align::left});
  for (const auto& grouping : by_problem(study)) {
    for (const auto& group : grouping.groups) {
      auto cells = statistics_row(study, group);
      cells.insert(cells.begin(), {grouping.title});
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

HtmlTable missing_table(const MeasuredStudy& study) {
  HtmlTable table;
  table.title = "Rows without a result";
  table.columns = {{"kernel", "", "", Align::left}, {"rows"}, {"why", "", "", Align::left}};
  for (const auto& reason : missing_rows(study)) {
    table.rows.push_back({{reason.kernel}, count(reason.rows), {reason.why, {}, true}});
  }
  return table;
}

HtmlTable measured_row_table(const MeasuredStudy& study) {
  HtmlTable table;
  table.title = fmt::format("All {} rows", study.rows.size());
  table.note = fmt::format(
      "A click on a title sorts. Errors of the time above {:.0f}% are in red; p90/p10 is how much "
      "the measured runs differ; behind each row stands the command that simulates it.",
      kernel_limit * 100);
  table.filter = true;
  table.columns = row_columns();
  for (const auto& row : study.rows) table.rows.push_back(cells_of(row));
  return table;
}

}  // namespace attnsim::validation
