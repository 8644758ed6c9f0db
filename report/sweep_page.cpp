#include "report/sweep_page.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <sstream>

#include "report/breakdown_charts.h"
#include "report/human.h"
#include "report/sweep_charts.h"
#include "report/sweep_grid.h"

namespace attnsim::report {
namespace {

std::size_t failures(const SweepView& view) {
  return static_cast<std::size_t>(
      std::count(view.workload.begin(), view.workload.end(), std::nullopt));
}

std::string count(std::size_t number, const std::string& thing) {
  return fmt::format("{} {}{}", grouped(static_cast<std::int64_t>(number)), thing,
                     number == 1 ? "" : "s");
}

std::string lead(const SweepView& view) {
  const auto rows = view.sweep->rows.size();
  auto text = fmt::format("{} of {}", grouped(static_cast<std::int64_t>(rows)),
                          count(static_cast<std::size_t>(view.sweep->points), "point"));
  text += rows == 1 ? " is done" : " are done";
  const auto failed = failures(view);
  text += failed == 0 ? ", none failed."
                      : fmt::format(", {} failed.", grouped(static_cast<std::int64_t>(failed)));
  return text;
}

HtmlFigures speedup_figures(const Speedups& speedups) {
  constexpr std::size_t few = 8;
  HtmlFigures figures;
  for (const auto& speedup : speedups.overall) {
    if (figures.size() == few) break;
    figures.push_back(
        {fmt::format("{} {}", speedups.baseline.axis, speedup.level), factor(speedup.mean),
         fmt::format("over {}, geometric mean of {}, {} to {}", speedups.baseline.level,
                     count(static_cast<std::size_t>(speedup.pairs), "pair"), factor(speedup.least),
                     factor(speedup.most))});
  }
  return figures;
}

HtmlSection speedup_section(const SweepView& view, const std::optional<Baseline>& baseline) {
  HtmlSection section{"Speedup", {}};
  if (!baseline) return section;
  const auto speedups = speedups_of(view, *baseline);
  if (speedups.by_workload.empty()) return section;
  section.blocks.emplace_back(speedup_figures(speedups));
  section.blocks.emplace_back(speedup_chart(view, speedups));
  return section;
}

std::vector<ChosenRows> chosen_rows(const SweepView& view) {
  return {front_rows(view), fastest_rows(view)};
}

std::string what_is_shown(const std::vector<ChosenRows>& chosen) {
  std::string text = "Of each workload: ";
  for (const auto& set : chosen) {
    text += (set.title == chosen.front().title ? "the " : ", or the ") + set.title;
    if (set.left_out > 0) {
      text += fmt::format(" ({} points in a chart at most, evenly along it; {} are left out)",
                          most_rows, set.left_out);
    }
  }
  return text + ". Choose above each chart.";
}

std::vector<BreakdownRow> breakdown_rows(const SweepView& view,
                                         const std::vector<ChosenRows>& chosen) {
  std::vector<BreakdownRow> rows;
  for (const auto& set : chosen) {
    for (const auto row : set.rows) {
      rows.push_back({fmt::format("#{} {}", view.row(row).position, view.label(row)),
                      view.workloads[*view.workload[row]].label, set.title, view.result(row)});
    }
  }
  return rows;
}

HtmlSection details(const SweepView& view, const SweepMachines& machines) {
  HtmlSection section{"Where it goes", {}};
  const auto chosen = chosen_rows(view);
  section.blocks.emplace_back(HtmlParagraph{what_is_shown(chosen)});
  for (auto& chart : breakdown_charts(breakdown_rows(view, chosen))) {
    section.blocks.emplace_back(std::move(chart));
  }
  if (auto chart = sweep_roofline(view, chosen, machines.rooflines)) {
    section.blocks.emplace_back(std::move(*chart));
  }
  return section;
}

HtmlSection timeline(const SweepMachines& machines) {
  HtmlSection section{"A closer look", {}};
  if (machines.timeline) section.blocks.emplace_back(gantt_chart(*machines.timeline));
  for (const auto& why : machines.missing) section.blocks.emplace_back(HtmlParagraph{why});
  if (!machines.loops.lines.empty()) {
    section.blocks.emplace_back(HtmlListings{"", "", {machines.loops}});
  }
  return section;
}

/// The same message of many points is one line.
HtmlTable failure_table(const SweepView& view) {
  HtmlTable table;
  table.title = "Points that failed";
  table.columns = {{"status", "", "", Align::left},
                   {"points"},
                   {"first point", "", "", Align::left},
                   {"error", "", "", Align::left}};
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> same;
  for (std::size_t i = 0; i < view.workload.size(); ++i) {
    if (view.workload[i]) continue;
    const auto& record = view.row(i).record;
    same[{explore::name_of(record.status), record.error}].push_back(i);
  }
  for (const auto& [what, rows] : same) {
    table.rows.push_back(
        {{what.first},
         {grouped(static_cast<std::int64_t>(rows.size())), static_cast<double>(rows.size())},
         {fmt::format("#{} {}", view.row(rows[0]).position, view.label(rows[0]))},
         {what.second}});
  }
  return table;
}

HtmlTable run_table(const explore::SweepResults& sweep) {
  HtmlTable table;
  table.title = "Commands that made it";
  table.columns = {{"command", "", "", Align::left},
                   {"version", "", "", Align::left},
                   {"started", "UTC", "", Align::left},
                   {"finished", "UTC", "", Align::left},
                   {"computed"},
                   {"failed"}};
  for (const auto& run : sweep.runs) {
    table.rows.push_back(
        {{run.command},
         {run.version},
         {run.started},
         {run.finished.empty() ? "not finished" : run.finished, std::nullopt, run.finished.empty()},
         {grouped(run.computed), static_cast<double>(run.computed)},
         {grouped(run.failed), static_cast<double>(run.failed)}});
  }
  return table;
}

HtmlListing listing_of(const std::string& title, const std::string& text) {
  HtmlListing listing{title, {}};
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) listing.lines.push_back({line});
  return listing;
}

HtmlSection provenance(const explore::SweepResults& sweep) {
  HtmlSection section{"What made it", {}};
  if (!sweep.runs.empty()) section.blocks.emplace_back(run_table(sweep));
  if (!sweep.text.empty()) {
    section.blocks.emplace_back(HtmlListings{"", "", {listing_of("The sweep's file", sweep.text)}});
  }
  return section;
}

std::string subtitle(const explore::SweepResults& sweep) {
  if (sweep.runs.empty()) return "";
  const auto& last = sweep.runs.back();
  return fmt::format("{} (attnsim {}, {})", last.command, last.version, last.started);
}

}  // namespace

std::vector<std::size_t> detailed_rows(const SweepView& view) {
  std::set<std::size_t> rows;
  for (const auto& set : chosen_rows(view)) rows.insert(set.rows.begin(), set.rows.end());
  return {rows.begin(), rows.end()};
}

std::optional<std::size_t> best_row(const SweepView& view) {
  if (view.workloads.empty()) return std::nullopt;
  const auto rows = view.rows_of(view.workloads.size() - 1);
  return *std::min_element(rows.begin(), rows.end(), [&](std::size_t a, std::size_t b) {
    return view.result(a)->seconds < view.result(b)->seconds;
  });
}

HtmlPage sweep_document(const SweepView& view, const std::optional<Baseline>& baseline,
                        const SweepMachines& machines) {
  HtmlPage page;
  page.title = "Sweep " + view.sweep->name;
  page.subtitle = subtitle(*view.sweep);
  page.lead = lead(view);
  const auto add = [&](HtmlSection section) {
    if (!section.blocks.empty()) page.sections.push_back(std::move(section));
  };
  if (!view.workloads.empty()) {
    add({"Time and cost", {pareto_chart(view)}});
    add(speedup_section(view, baseline ? baseline : default_baseline(view)));
    add(details(view, machines));
    add(timeline(machines));
  }
  HtmlSection all{"All points", {}};
  if (failures(view) > 0) all.blocks.emplace_back(failure_table(view));
  all.blocks.emplace_back(sweep_grid(view));
  add(std::move(all));
  add(provenance(*view.sweep));
  page.footer =
      "Times, traffic and energies are of the whole batch. Charts: Vega, Vega-Lite and Vega-Embed.";
  return page;
}

}  // namespace attnsim::report
