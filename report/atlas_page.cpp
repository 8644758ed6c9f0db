#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/did_you_mean.h"
#include "report/atlas.h"
#include "report/human.h"

namespace attnsim::report {
namespace {

std::map<int, std::vector<std::string>> classes_of(const Atlas& atlas) {
  std::map<int, std::vector<std::string>> classes;
  for (const auto& row : atlas.rows) {
    classes[row.prefill.analysis.most()].push_back(row.name);
  }
  return classes;
}

HtmlFigures class_figures(const Atlas& atlas) {
  HtmlFigures figures;
  for (const auto& [passes, names] : classes_of(atlas)) {
    figures.push_back({fmt::format("{}-pass", passes),
                       fmt::format("{} cascade{}", names.size(), names.size() == 1 ? "" : "s"),
                       join(names)});
  }
  return figures;
}

HtmlCell number(double value, const std::string& text) { return {text, value, false}; }

std::string scientific(std::int64_t count) {
  return fmt::format("{:.4g}", static_cast<double>(count));
}

HtmlCell bytes_cell(double bytes) {
  return number(bytes, human_bytes(static_cast<std::int64_t>(bytes)));
}

/// Five figures of a phase; empty cells where there are none.
void add_phase(std::vector<HtmlCell>& cells, const PassReport* report) {
  if (report == nullptr || !report->counts) {
    for (int i = 0; i < 5; ++i) cells.push_back({"-", std::nullopt, false});
    return;
  }
  const auto& counts = *report->counts;
  cells.push_back(number(static_cast<double>(counts.flops), scientific(counts.flops)));
  cells.push_back(
      number(static_cast<double>(counts.exponentials), scientific(counts.exponentials)));
  cells.push_back(bytes_cell(report->bytes(counts.compulsory_words())));
  cells.push_back(
      number(report->intensity_kept(), fmt::format("{:.4g}", report->intensity_kept())));
  cells.push_back(
      number(report->intensity_spilled(), fmt::format("{:.4g}", report->intensity_spilled())));
}

std::vector<HtmlCell> cells_of(const AtlasRow& row) {
  const auto& report = row.prefill;
  std::vector<std::string> live;
  for (const auto& tensor : report.live.tensors) live.push_back(tensor.name);
  std::vector<HtmlCell> cells;
  cells.push_back({row.name});
  cells.push_back({report.class_text(), static_cast<double>(report.analysis.most()), false});
  cells.push_back({live.empty() ? "none" : join(live, " ")});
  cells.push_back({report.live.footprint.text()});
  if (report.counts) {
    cells.push_back(bytes_cell(report.bytes(report.footprint_words())));
  } else {
    cells.push_back({"-", std::nullopt, false});
  }
  add_phase(cells, &report);
  add_phase(cells, row.decode ? &*row.decode : nullptr);
  return cells;
}

HtmlTable table_of(const Atlas& atlas) {
  HtmlTable table;
  table.title = "What each takes";
  table.note =
      "Live: tensors that must stay from one traversal to the next. Bytes: for one query of one "
      "head. Operations, compulsory traffic and their ratio: of the whole problem; the second "
      "ratio is without room for what is live. A masked cascade has no decode row of its own: its "
      "one query sees all keys.";
  table.filter = true;
  table.columns = {{"cascade", "", "", Align::left},
                   {"class", "", "", Align::left, true},
                   {"live", "", "over " + atlas.rank, Align::left},
                   {"words", "", "over " + atlas.rank, Align::left},
                   {"bytes", "", "over " + atlas.rank}};
  for (const auto* phase : {"prefill", "decode"}) {
    for (const auto* title : {"ops", "exp", "traffic", "ops/byte", "spilled"}) {
      table.columns.push_back({title, "", phase});
    }
  }
  for (const auto& row : atlas.rows) table.rows.push_back(cells_of(row));
  return table;
}

HtmlTable proofs(const Atlas& atlas) {
  HtmlTable table;
  table.title = "Why not fewer";
  table.note =
      "The chain of Einsums in which each needs the one before it. attnsim passes CASCADE --rank " +
      atlas.rank + " prints it with levels.";
  table.columns = {{"cascade", "", "", Align::left},
                   {"passes"},
                   {"chain", "", "", Align::left},
                   {"what it is", "", "", Align::left}};
  for (const auto& row : atlas.rows) {
    const auto& analysis = row.prefill.analysis;
    std::string chain;
    const auto barriers = analysis.barriers();
    for (std::size_t i = 0; i < barriers.size(); ++i) {
      chain += (chain.empty() ? "" : " > ") + analysis.proof[i] +
               (barriers[i].empty() ? "" : " (all of " + barriers[i] + ")");
    }
    table.rows.push_back({{row.name},
                          number(analysis.most(), std::to_string(analysis.most())),
                          {chain},
                          {row.about}});
  }
  return table;
}

std::string lead(const Atlas& atlas) {
  const auto classes = classes_of(atlas);
  if (classes.empty()) return "No cascade has a rank " + atlas.rank + ".";
  const auto free = std::count_if(atlas.rows.begin(), atlas.rows.end(), [](const AtlasRow& row) {
    return row.prefill.live.footprint.is_zero();
  });
  return fmt::format(
      "{} cascades take {} to {} traversals of {}; {} of them need no buffer that grows with it. "
      "No mapping can do with fewer: the counts follow from the equations alone.",
      atlas.rows.size(), classes.begin()->first, classes.rbegin()->first, atlas.rank, free);
}

std::string footnotes(const Atlas& atlas) {
  std::string text;
  if (!atlas.without.empty()) {
    text += "Without a rank " + atlas.rank + ", so not here: " + join(atlas.without) + ". ";
  }
  for (const auto& row : atlas.rows) {
    if (!row.missing.empty()) text += row.name + " has no figures: " + row.missing + ". ";
  }
  return text;
}

}  // namespace

HtmlPage atlas_document(const Atlas& atlas) {
  HtmlPage page;
  page.title = "Atlas of attention cascades: passes over " + atlas.rank;
  page.subtitle = atlas.shape_text;
  page.lead = lead(atlas);
  HtmlSection classes{"Classes", {class_figures(atlas)}};
  for (auto& chart : atlas_footprint_charts(atlas)) classes.blocks.push_back(std::move(chart));
  page.sections.push_back(std::move(classes));
  HtmlSection traffic{"Operations and traffic", atlas_intensity_charts(atlas)};
  if (!traffic.blocks.empty()) page.sections.push_back(std::move(traffic));
  HtmlSection all{"All cascades", {table_of(atlas), proofs(atlas)}};
  const auto notes = footnotes(atlas);
  if (!notes.empty()) all.blocks.emplace_back(HtmlParagraph{notes});
  page.sections.push_back(std::move(all));
  page.footer =
      "Counts are of the cascades alone, without machine or mapping. Charts: Vega, "
      "Vega-Lite and Vega-Embed.";
  return page;
}

}  // namespace attnsim::report
