#include "validation/study_tables.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <string_view>

#include "report/human.h"

namespace attnsim::validation {
namespace {

using report::Align;
using report::HtmlCell;
using report::HtmlColumn;
using report::HtmlTable;
using Row = std::vector<HtmlCell>;

HtmlCell number(const std::string& text, std::optional<double> value) { return {text, value}; }

HtmlCell error_cell(std::optional<double> error) {
  return {signed_percent(error), error, error && std::fabs(*error) > tolerance};
}

std::string magnitude(double ratio) { return report::percent(ratio); }

/// Which measures any row has both sides of.
std::vector<Measure> present_measures(const StudyResult& study, Side side) {
  std::vector<Measure> present;
  for (const auto& measure : measures()) {
    for (const auto& row : study.rows) {
      if (!value_of(row, measure, side)) continue;
      present.push_back(measure);
      break;
    }
  }
  return present;
}

/// Whether a column says what counting every action gives.
bool is_counted(const StudyResult& study, const Measure& measure) {
  return std::any_of(study.rows.begin(), study.rows.end(), [&](const ComparedRow& row) {
    return value_of(row, measure, Side::counted).has_value();
  });
}

using ErrorsOf = std::function<void(const ComparedRow&, std::vector<std::optional<double>>&)>;

/// A figure's column in the table of errors: its name and a row's errors in it.
struct MeasureErrors {
  std::string title;
  ErrorsOf add;
};

std::vector<MeasureErrors> measure_errors(const StudyResult& study) {
  std::vector<MeasureErrors> columns;
  for (const auto& measure : present_measures(study, Side::published)) {
    columns.push_back({measure.title, [measure](const auto& row, auto& errors) {
                         errors.push_back(relative_error(value_of(row, measure, Side::ours),
                                                         value_of(row, measure, Side::published)));
                       }});
  }
  const bool by_einsum = !einsum_points(study).points.empty();
  if (by_einsum) {
    columns.push_back({"2D, by Einsum", [](const auto& row, auto& errors) {
                         for (const auto& [einsum, published] : row.published.einsum_utilization) {
                           const auto own = row.ours.einsum_utilization.find(einsum);
                           if (own == row.ours.einsum_utilization.end()) continue;
                           errors.push_back(relative_error(own->second, published));
                         }
                       }});
  }
  return columns;
}

void add_summary(const ErrorSummary& summary, Row& cells) {
  if (summary.rows == 0) {
    cells.insert(cells.end(), 3, {"-", std::nullopt});
    return;
  }
  const int outside = summary.rows - summary.within;
  cells.push_back({magnitude(summary.largest), summary.largest, summary.largest > tolerance});
  cells.push_back({magnitude(summary.mean), summary.mean, summary.mean > tolerance});
  cells.push_back({fmt::format("{}", outside), outside, outside > 0});
}

/// @param configuration  empty: of all
Row error_row(const StudyResult& study, const std::vector<MeasureErrors>& columns,
              const std::string& configuration) {
  std::vector<const ComparedRow*> rows;
  for (const auto& row : study.rows) {
    const bool in = configuration.empty() || row.key.configuration == configuration;
    if (in && row.failure.empty()) rows.push_back(&row);
  }
  Row cells{{configuration.empty() ? "All" : configuration_title(study, configuration), {}},
            {fmt::format("{}", rows.size()), static_cast<double>(rows.size())}};
  for (const auto& column : columns) {
    std::vector<std::optional<double>> errors;
    for (const auto* const row : rows) column.add(*row, errors);
    add_summary(summarize_errors(errors), cells);
  }
  return cells;
}

bool is_timed(const StudyResult& study) {
  return std::any_of(study.rows.begin(), study.rows.end(),
                     [](const ComparedRow& row) { return row.wall_seconds.has_value(); });
}

std::vector<HtmlColumn> row_columns(const StudyResult& study, const std::vector<Measure>& shown) {
  std::vector<HtmlColumn> columns{{"Configuration", "", "", Align::left, true},
                                  {"Model", "", "", Align::left, true},
                                  {"Length", "tokens", "", Align::right, true},
                                  {"PEs", "", "", Align::right, true}};
  for (const auto& measure : shown) {
    const auto unit = measure.unit;
    columns.push_back({"published", unit, measure.title});
    columns.push_back({"ours", unit, measure.title});
    columns.push_back({"error", "", measure.title});
    if (is_counted(study, measure)) columns.push_back({"all counted", unit, measure.title});
  }
  for (const auto* const title : {"Cycles", "Cycles over bound"}) columns.push_back({title});
  columns.push_back({"Bound by", "", "", Align::left, true});
  if (is_timed(study)) columns.push_back({"Wall time", "ms"});
  columns.push_back({"Failure", "", "", Align::left});
  columns.push_back({"Made by", "", "", Align::left});
  return columns;
}

/// "64K" as 65536, to sort by; absent where it is no such text.
std::optional<double> tokens(const std::string& length) {
  double count = 0;
  const auto* const end = length.data() + length.size();
  const auto [rest, error] = std::from_chars(length.data(), end, count);
  if (error != std::errc()) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (unit == "K") return count * 1024;
  if (unit == "M") return count * 1024 * 1024;
  return unit.empty() ? std::optional(count) : std::nullopt;
}

Row key_cells(const StudyResult& study, const RowKey& key) {
  const auto pes = key.pe_dimension ? fmt::format("{0} x {0}", *key.pe_dimension) : "-";
  Row cells{{configuration_title(study, key.configuration), {}},
            {model_title(key.model), {}},
            {key.sequence_length, tokens(key.sequence_length)},
            {pes, {}}};
  if (key.pe_dimension) cells.back().sort_by = static_cast<double>(*key.pe_dimension);
  return cells;
}

void add_run(const ComparedRow& row, bool timed, Row& cells) {
  const bool ran = row.cycles > 0;
  const auto cycles = static_cast<double>(row.cycles);
  const auto over = row.bound_cycles > 0 ? cycles / static_cast<double>(row.bound_cycles) : 0;
  cells.push_back(ran ? number(report::grouped(row.cycles), cycles) : HtmlCell{"-", {}});
  cells.push_back(ran && over > 0 ? number(fmt::format("{:.4f}", over), over) : HtmlCell{"-", {}});
  cells.push_back({row.bound_by, {}});
  if (timed) {
    const auto milliseconds = row.wall_seconds.value_or(0) * 1000;
    cells.push_back(number(fmt::format("{:.3g}", milliseconds), milliseconds));
  }
  cells.push_back({row.failure, {}, !row.failure.empty()});
  cells.push_back({row.command, {}});
}

Row full_row(const StudyResult& study, const std::vector<Measure>& shown, const ComparedRow& row) {
  auto cells = key_cells(study, row.key);
  for (const auto& measure : shown) {
    const auto published = value_of(row, measure, Side::published);
    const auto ours = value_of(row, measure, Side::ours);
    cells.push_back(number(measured(published, measure), published));
    cells.push_back(number(measured(ours, measure), ours));
    cells.push_back(error_cell(relative_error(ours, published)));
    if (!is_counted(study, measure)) continue;
    const auto counted = value_of(row, measure, Side::counted);
    cells.push_back(number(measured(counted, measure), counted));
  }
  add_run(row, is_timed(study), cells);
  return cells;
}

}  // namespace

std::string signed_percent(std::optional<double> ratio) {
  if (!ratio) return "-";
  const auto text = fmt::format("{:+.3f}%", *ratio * 100);
  // Neither "+0.000%" nor "-0.000%": no sign where there is nothing.
  return text == "+0.000%" || text == "-0.000%" ? "0.000%" : text;
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string percentage(double ratio) { return fmt::format("{:.4g}%", ratio * 100); }

std::string measured(std::optional<double> value, const Measure& measure) {
  if (!value) return "-";
  if (measure.unit.empty()) return report::percent(*value);
  const auto shown = *value * measure.scale;
  constexpr double five_digits = 99999.5;
  return std::fabs(shown) < five_digits ? fmt::format("{:.5g}", shown) : report::grouped(shown);
}

std::string headline_value(const Headline& headline, double ratio) {
  return headline.ours_uncorrected ? percentage(ratio) : report::factor(ratio);
}

HtmlTable headline_table(const StudyResult& study) {
  HtmlTable table;
  table.title = "Headline ratios";
  table.note =
      "Claimed: in the paper's text. From the table: the same mean over the rows of its table. "
      "Energies of ours by the rules of the table's makers; beside them with every action counted.";
  table.columns = {{"Ratio", "", "", Align::left},
                   {"Claimed"},
                   {"From the table"},
                   {"Ours"},
                   {"Error to the table"}};
  bool counted = false;
  for (const auto& headline : study.headlines) counted |= headline.ours_uncorrected.has_value();
  if (counted) table.columns.push_back({"Every action counted"});
  for (const auto& headline : study.headlines) {
    const auto cell = [&](double ratio) { return number(headline_value(headline, ratio), ratio); };
    table.rows.push_back({{sentence(headline.name), {}},
                          cell(headline.claimed),
                          cell(headline.published),
                          cell(headline.ours),
                          error_cell(relative_error(headline.ours, headline.published))});
    if (!counted) continue;
    const auto every = headline.ours_uncorrected;
    table.rows.back().push_back(every ? cell(*every) : HtmlCell{"-", {}});
  }
  return table;
}

HtmlTable error_table(const StudyResult& study) {
  HtmlTable table;
  table.title = "Errors by configuration";
  table.note = fmt::format(
      "Magnitudes of the relative error of ours against the table: the largest, the mean, and how "
      "many rows are further off than {:.0f}%. By Einsum, a row counts once for each.",
      tolerance * 100);
  table.columns = {{"Configuration", "", "", Align::left}, {"Rows"}};
  const auto columns = measure_errors(study);
  const auto outside = fmt::format("> {:.0f}%", tolerance * 100);
  for (const auto& column : columns) {
    for (const auto& title : {std::string("max"), std::string("mean"), outside}) {
      table.columns.push_back({title, "", column.title});
    }
  }
  std::vector<std::string> seen;
  for (const auto& row : study.rows) {
    const auto& name = row.key.configuration;
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    seen.push_back(name);
    table.rows.push_back(error_row(study, columns, name));
  }
  if (!seen.empty()) table.rows.push_back(error_row(study, columns, ""));
  return table;
}

HtmlTable row_table(const StudyResult& study) {
  HtmlTable table;
  table.title = fmt::format("All {} rows", study.rows.size());
  table.note =
      "A click on a title sorts. Errors above 1% are in red; behind each row stands the command "
      "that "
      "makes it.";
  if (is_timed(study)) table.note += " Wall time: loading, lowering and executing the row.";
  table.filter = true;
  const auto shown = present_measures(study, Side::published);
  const bool counted = !present_measures(study, Side::counted).empty();
  if (counted) table.note += " Energies of ours are recounted by the rules of the table's makers.";
  table.columns = row_columns(study, shown);
  for (const auto& row : study.rows) table.rows.push_back(full_row(study, shown, row));
  return table;
}

HtmlTable failure_table(const StudyResult& study) {
  HtmlTable table;
  table.title = "Rows without a result";
  table.columns = {{"Configuration", "", "", Align::left},
                   {"Model", "", "", Align::left},
                   {"Length", "tokens"},
                   {"PEs"},
                   {"Why", "", "", Align::left}};
  for (const auto& row : study.rows) {
    if (row.failure.empty()) continue;
    auto cells = key_cells(study, row.key);
    cells.push_back({row.failure, {}, true});
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace attnsim::validation
