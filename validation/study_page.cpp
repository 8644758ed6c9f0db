#include "validation/study_page.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

#include "base/did_you_mean.h"
#include "report/human.h"
#include "validation/study_charts.h"
#include "validation/study_energy.h"
#include "validation/study_points.h"
#include "validation/study_tables.h"

namespace attnsim::validation {
namespace {

using report::HtmlPage;
using report::HtmlSection;

constexpr const char* filled_and_outlined = "Filled: ours. Outline: published.";

std::size_t failures(const StudyResult& study) {
  return static_cast<std::size_t>(
      std::count_if(study.rows.begin(), study.rows.end(),
                    [](const ComparedRow& row) { return !row.failure.empty(); }));
}

/// "latency 0.21%, traffic 0.00%": how far off the worst row of each figure is.
std::string largest_errors(const StudyResult& study) {
  std::vector<std::string> parts;
  for (const auto& measure : measures()) {
    std::vector<std::optional<double>> errors;
    for (const auto& row : study.rows) {
      errors.push_back(relative_error(value_of(row, measure, Side::ours),
                                      value_of(row, measure, Side::published)));
    }
    const auto summary = summarize_errors(errors);
    if (summary.rows == 0) continue;
    auto name = measure.title;
    // "Latency" inside a sentence; "2D utilization", "DRAM traffic" as they are.
    if (name.size() > 1 && name[1] >= 'a' && name[1] <= 'z')
      name[0] = static_cast<char>(name[0] | 0x20);
    parts.push_back(fmt::format("{} {:.2f}%", name, summary.largest * 100));
  }
  return join(parts);
}

bool within_tolerance(const ComparedRow& row) {
  return std::all_of(measures().begin(), measures().end(), [&](const Measure& measure) {
    const auto error =
        relative_error(value_of(row, measure, Side::ours), value_of(row, measure, Side::published));
    return !error || std::fabs(*error) <= tolerance;
  });
}

std::string lead(const StudyResult& study) {
  if (study.rows.empty()) return "The study has no rows.";
  const auto within = std::count_if(study.rows.begin(), study.rows.end(), [](const auto& row) {
    return row.failure.empty() && within_tolerance(row);
  });
  auto text = fmt::format("{} of {} published rows come out within {:.0f}% in every figure.",
                          within, study.rows.size(), tolerance * 100);
  const auto failed = failures(study);
  if (failed > 0) text += fmt::format(" {} failed.", failed);
  const auto errors = largest_errors(study);
  if (!errors.empty()) text += " Largest error of any row: " + errors + ".";
  return text;
}

report::HtmlFigures headline_figures(const StudyResult& study) {
  report::HtmlFigures figures;
  for (const auto& headline : study.headlines) {
    auto note =
        fmt::format("the paper says {}, its table {}", headline_value(headline, headline.claimed),
                    headline_value(headline, headline.published));
    if (headline.ours_uncorrected) {
      note += fmt::format("; with every action counted {}",
                          headline_value(headline, *headline.ours_uncorrected));
    }
    figures.push_back(
        {sentence(headline.name), headline_value(headline, headline.ours), std::move(note)});
  }
  return figures;
}

HtmlSection summary(const StudyResult& study) {
  HtmlSection section{"Summary", {}};
  if (!study.headlines.empty()) {
    section.blocks.emplace_back(headline_figures(study));
    section.blocks.emplace_back(headline_table(study));
  }
  auto failed = failure_table(study);
  if (!failed.rows.empty()) section.blocks.emplace_back(std::move(failed));
  return section;
}

HtmlSection accuracy(const StudyResult& study) {
  HtmlSection section{"How far off", {}};
  if (study.rows.empty()) return section;
  section.blocks.emplace_back(error_table(study));
  if (auto chart = error_chart(study)) section.blocks.emplace_back(std::move(*chart));
  return section;
}

const Measure& measure_of(std::optional<double> Figures::*field) {
  return *std::find_if(measures().begin(), measures().end(),
                       [&](const Measure& measure) { return measure.field == field; });
}

void add_bars(HtmlSection& section, const StudyResult& study, const BarChart& chart,
              const std::vector<Point>& points) {
  if (!points.empty()) section.blocks.emplace_back(bar_chart(study, chart, points));
}

HtmlSection utilization(const StudyResult& study) {
  HtmlSection section{"Utilization", {}};
  add_bars(section, study,
           {"Utilization of the 1D array (paper: Fig. 6a)", filled_and_outlined, "1D utilization"},
           attention_points(study, measure_of(&Figures::utilization_1d)));
  add_bars(section, study,
           {"Utilization of the 2D array (paper: Fig. 6b)", filled_and_outlined, "2D utilization"},
           attention_points(study, measure_of(&Figures::utilization_2d)));
  const auto einsums = einsum_points(study);
  if (!einsums.points.empty()) section.blocks.emplace_back(einsum_chart(einsums));
  return section;
}

/// Speedup and energy against Unfused, which both charts show as a line at 1.
void add_relative(HtmlSection& section, const StudyResult& study, Scope scope,
                  const std::string& speedup_title, const std::string& energy_title) {
  const auto note = std::string(filled_and_outlined) + " Dashed: Unfused.";
  add_bars(section, study, {speedup_title, note, "speedup over Unfused", Spelling::factor, true},
           relative_points(study, measure_of(&Figures::latency_s), scope));
  const auto energies = relative_points(study, measure_of(&Figures::energy_pj), scope);
  const bool counted = std::any_of(energies.begin(), energies.end(),
                                   [](const Point& point) { return point.counted.has_value(); });
  add_bars(section, study,
           {energy_title,
            counted ? "Filled: ours, recounted by the rules of the table's makers. Outline: "
                      "published. Diamond: ours, every action counted. Dashed: Unfused."
                    : note,
            "energy relative to Unfused", Spelling::percent, true},
           energies);
}

HtmlSection attention(const StudyResult& study) {
  HtmlSection section{"Attention", {}};
  add_relative(section, study, Scope::attention, "Speedup of attention (paper: Fig. 8)",
               "Energy of attention (paper: Fig. 9)");
  return section;
}

HtmlSection end_to_end(const StudyResult& study) {
  HtmlSection section{"End to end", {}};
  add_relative(section, study, Scope::end_to_end,
               "Speedup of attention and linear layers (paper: Fig. 10)",
               "Energy of attention and linear layers (paper: Fig. 11)");
  return section;
}

HtmlSection pareto(const StudyResult& study) {
  HtmlSection section{"Area", {}};
  if (auto chart = pareto_chart(study)) section.blocks.emplace_back(std::move(*chart));
  return section;
}

HtmlSection all_rows(const StudyResult& study) {
  HtmlSection section{"All rows", {}};
  if (!study.rows.empty()) section.blocks.emplace_back(row_table(study));
  return section;
}

}  // namespace

HtmlPage study_document(const StudyResult& study) {
  HtmlPage page;
  page.title = study.title.empty() ? study.name : study.title;
  page.subtitle = study.source;
  page.lead = lead(study);
  const auto add = [&](HtmlSection section) {
    if (!section.blocks.empty()) page.sections.push_back(std::move(section));
  };
  add(summary(study));
  add(accuracy(study));
  if (auto energy = energy_section(study)) add(std::move(*energy));
  add(utilization(study));
  add(attention(study));
  add(end_to_end(study));
  add(pareto(study));
  add(all_rows(study));
  page.footer =
      "Times, traffic and energies are of the whole batch. Charts: Vega, Vega-Lite and Vega-Embed.";
  return page;
}

std::string study_page(const StudyResult& study) {
  return report::to_html(study_document(study), report::load_web_parts(report::web_folder()));
}

}  // namespace attnsim::validation
