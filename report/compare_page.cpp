#include "report/compare_page.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/did_you_mean.h"
#include "report/breakdown_charts.h"
#include "report/comparison.h"
#include "report/human.h"
#include "report/line_difference.h"
#include "report/why_faster.h"

namespace attnsim::report {
namespace {

std::vector<RunRecord> records_of(const ComparedBlock& block) {
  std::vector<RunRecord> records;
  for (const auto& run : block) records.push_back(run.record);
  return records;
}

const RunRecord& fastest(const ComparedBlock& block) {
  return std::min_element(block.begin(), block.end(),
                          [](const ComparedRun& a, const ComparedRun& b) {
                            return a.record.result.seconds < b.record.result.seconds;
                          })
      ->record;
}

HtmlFigures speed_figures(const ComparedBlock& block) {
  const auto& first = block.front().record;
  HtmlFigures figures;
  for (const auto& run : block) {
    const auto& result = run.record.result;
    const auto note = &run.record == &first
                          ? grouped(result.cycles) + " cycles"
                          : fmt::format("{} cycles, {} as fast as {}", grouped(result.cycles),
                                        factor(first.result.seconds / result.seconds), first.label);
    figures.push_back({run.record.label, human_seconds(result.seconds), note});
  }
  return figures;
}

void add_reasons(HtmlSection& section, const ComparedBlock& block) {
  const auto& best = fastest(block);
  for (const auto& run : block) {
    if (&run.record == &best) continue;
    const auto words = in_words(why_faster(best, run.record), best.label, run.record.label);
    section.blocks.emplace_back(HtmlParagraph{join(words, " ")});
  }
}

HtmlTable figure_table(const ComparedBlock& block) {
  const auto records = records_of(block);
  auto rows = comparison_of(records);
  for (auto& row : einsum_comparison(records)) rows.push_back(std::move(row));
  HtmlTable table;
  table.title = "Figures";
  table.note = "Marked: apart from the first run's by more than 1%, or another name.";
  table.differences = true;
  table.columns.push_back({"", "", "", Align::left});
  for (const auto& run : block) table.columns.push_back({run.record.label});
  std::string heading;
  for (const auto& row : rows) {
    const bool inside = row.name.starts_with("  ");
    if (!inside) heading = row.name;
    if (row.cells.empty()) continue;
    const auto name = inside ? row.name.substr(2) : row.name;
    std::vector<HtmlCell> cells{{inside ? heading + ", " + name : name}};
    for (const auto& cell : row.cells) {
      const ComparisonRow pair{row.name, {row.cells.front(), cell}};
      cells.push_back({cell.text, cell.value, differs(pair)});
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

HtmlListings loop_trees(const ComparedBlock& block) {
  HtmlListings trees{"Loop trees", "Marked: lines that the other one does not have.", {}};
  for (const auto& run : block) {
    HtmlListing listing{run.record.label, {}};
    for (const auto& line : run.loops) listing.lines.push_back({line});
    trees.listings.push_back(std::move(listing));
  }
  mark_differences(trees.listings);
  return trees;
}

std::string title_of(const ComparedBlock& block) {
  const auto& first = block.front().record;
  const bool alike = std::all_of(block.begin(), block.end(), [&](const ComparedRun& run) {
    return run.record.shapes == first.shapes && run.record.model == first.model;
  });
  if (!alike) return "Why";
  return (first.model.empty() ? "" : first.model + " ") + shapes_text(first.shapes);
}

HtmlSection section_of(const ComparedBlock& block) {
  HtmlSection section{title_of(block), {}};
  section.blocks.emplace_back(speed_figures(block));
  add_reasons(section, block);
  section.blocks.emplace_back(figure_table(block));
  std::vector<BreakdownRow> rows;
  for (const auto& run : block) rows.push_back({run.record.label, "", "", &run.record.result});
  for (auto& chart : breakdown_charts(rows)) section.blocks.emplace_back(std::move(chart));
  section.blocks.emplace_back(loop_trees(block));
  return section;
}

}  // namespace

HtmlPage compare_document(const std::vector<ComparedBlock>& blocks, const std::string& command) {
  std::vector<std::string> labels;
  for (const auto& run : blocks.front()) labels.push_back(run.record.label);
  HtmlPage page;
  page.title = join(labels, " and ");
  page.subtitle = command;
  for (const auto& block : blocks) page.sections.push_back(section_of(block));
  page.footer =
      "Times, traffic and energies are of the whole batch. Charts: Vega, Vega-Lite and Vega-Embed.";
  return page;
}

}  // namespace attnsim::report
