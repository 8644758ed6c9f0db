#include "validation/measured_page.h"

#include <fmt/format.h>
#include <utility>

#include "base/did_you_mean.h"
#include "report/human.h"
#include "validation/measured_charts.h"
#include "validation/measured_parts.h"
#include "validation/measured_summary.h"
#include "validation/measured_tables.h"

namespace attnsim::validation {
namespace {

using report::HtmlPage;
using report::HtmlSection;

/// One error over all rows, large.
void add_figure(const MeasuredStudy& study, const MeasuredError& error, const char* title,
                report::HtmlFigures& figures) {
  const auto of = statistics_of(study, all_rows_of(study), error);
  if (of.rows == 0) return;
  figures.push_back({title, fmt::format("{:.1f}%", of.mape * 100),
                     fmt::format("median {:.1f}%, bias {:+.1f}%, worst {:+.1f}%, {} rows",
                                 of.median * 100, of.bias * 100, of.worst * 100, of.rows)});
}

HtmlSection summary(const MeasuredStudy& study) {
  HtmlSection section{"Summary", {}};
  report::HtmlFigures figures;
  add_figure(study, measured_error::time, "MAPE of the simulated time", figures);
  add_figure(study, measured_error::cycles, "of the cycles: without the clock's error", figures);
  add_figure(study, measured_error::bound, "of the mapping's bound", figures);
  add_figure(study, measured_error::roofline, "of a roofline", figures);
  add_figure(study, measured_error::energy, "of the simulated energy", figures);
  if (!figures.empty()) section.blocks.emplace_back(std::move(figures));
  const auto lines = summary_lines(study);
  for (std::size_t i = 1; i < lines.size(); ++i) {  // the first leads the page
    section.blocks.emplace_back(report::HtmlParagraph{lines[i]});
  }
  auto missing = missing_table(study);
  if (!missing.rows.empty()) section.blocks.emplace_back(std::move(missing));
  return section;
}

/// Not with which commands: those stand at the end.
std::string where_and_when(const MeasuredTable& table) {
  std::vector<std::string> lines;
  for (const auto& line : table.provenance) {
    if (!line.starts_with("command")) lines.push_back(line);
  }
  return join(lines, "; ");
}

/// Where, when and how it was measured.
HtmlSection provenance(const MeasuredStudy& study) {
  report::HtmlTable table;
  table.title = "Where it was measured";
  table.columns = {{"", "", "", report::Align::left}, {"", "", "", report::Align::left}};
  table.rows.push_back({{"file"}, {study.table.file}});
  for (const auto& line : study.table.provenance) {
    const auto colon = line.find(": ");
    const bool split = colon != std::string::npos;
    table.rows.push_back({{line.substr(0, colon)}, {split ? line.substr(colon + 2) : ""}});
  }
  table.rows.push_back(
      {{"simulated on"},
       {fmt::format("{} at up to {}", study.arch, report::human_hertz(study.clock_hz))}});
  return {"Measurement", {std::move(table)}};
}

template <class Block>
void add(std::optional<Block> block, HtmlSection& section) {
  if (block) section.blocks.emplace_back(std::move(*block));
}

HtmlSection accuracy(const MeasuredStudy& study) {
  HtmlSection section{"How far off", {kernel_table(study)}};
  add(error_by_kernel(study), section);
  add(time_scatter(study), section);
  add(error_over_time(study), section);
  add(error_map(study), section);
  auto problems = problem_table(study);
  if (!problems.rows.empty()) section.blocks.emplace_back(std::move(problems));
  return section;
}

HtmlSection earned(const MeasuredStudy& study) {
  HtmlSection section{"Beside a bound", {}};
  add(earned_chart(study), section);
  add(measured_roofline(study), section);
  return section;
}

HtmlSection where(const MeasuredStudy& study) {
  HtmlSection section{"Where the time goes", {}};
  add(busy_map(study), section);
  return section;
}

}  // namespace

HtmlPage measured_document(const MeasuredStudy& study) {
  HtmlPage page;
  page.title = study.table.gpu.empty() ? "Simulated and measured"
                                       : "Simulated and measured: " + study.table.gpu;
  page.subtitle = where_and_when(study.table);
  page.lead = summary_lines(study).front();
  const auto add_section = [&](HtmlSection section) {
    if (!section.blocks.empty()) page.sections.push_back(std::move(section));
  };
  add_section(summary(study));
  if (!study.rows.empty()) {
    add_section(accuracy(study));
    add_section(earned(study));
    add_section(where(study));
    add_section({"All rows", {measured_row_table(study)}});
  }
  add_section(provenance(study));
  page.footer =
      "Times and energies are of the whole batch. Measured: median of single runs with the L2 "
      "flushed, energy of a run in a loop of many. Charts: Vega, Vega-Lite and Vega-Embed.";
  return page;
}

std::string measured_page(const MeasuredStudy& study) {
  return report::to_html(measured_document(study), report::load_web_parts(report::web_folder()));
}

}  // namespace attnsim::validation
