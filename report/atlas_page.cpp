#include <algorithm>
#include <fmt/format.h>
#include <map>

#include "base/did_you_mean.h"
#include "report/atlas_parts.h"
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

/// Five figures of a phase; no numbers where there are none.
void add_phase(std::vector<HtmlCell>& cells, const PassReport* report) {
  if (report == nullptr || !report->counts) {
    for (int i = 0; i < 5; ++i) cells.push_back({"-", std::nullopt, false});
    return;
  }
  const auto& counts = *report->counts;
  const auto operations = report->operations();
  const std::string most = report->at_most().empty() ? "" : "\u2264 ";
  cells.push_back(number(static_cast<double>(operations), most + scientific(operations)));
  cells.push_back(
      number(static_cast<double>(counts.exponentials), most + scientific(counts.exponentials)));
  cells.push_back(bytes_cell(report->bytes(counts.compulsory_words())));
  cells.push_back(
      number(report->intensity_kept(), fmt::format("{}{:.4g}", most, report->intensity_kept())));
  cells.push_back(number(report->intensity_spilled(),
                         fmt::format("{}{:.4g}", most, report->intensity_spilled())));
}

std::vector<HtmlCell> cells_of(const AtlasRow& row) {
  const auto& report = row.prefill;
  const auto live = live_names(row);
  std::vector<HtmlCell> cells;
  cells.push_back({row.name});
  cells.push_back({row.class_text(), static_cast<double>(report.analysis.most()), false});
  cells.push_back({row.rank()});
  if (report.counts) {
    cells.push_back(bytes_cell(report.bytes(report.footprint_words())));
  } else {
    cells.push_back({"-", std::nullopt, false});
  }
  add_phase(cells, &report);
  add_phase(cells, row.decode ? &*row.decode : nullptr);
  cells.push_back({report.at_most().empty() ? "exact" : "at most"});
  cells.push_back({live.empty() ? "none" : live});
  cells.push_back({report.live.footprint.text()});
  cells.push_back({join(report.gathered(), " ")});
  auto why = report.at_most().empty() ? "" : "at most: " + report.at_most();
  if (!row.missing.empty()) why = "no figures: " + row.missing;
  if (row.missing.empty() && !row.no_decode.empty()) {
    why += (why.empty() ? "" : "; ") + ("no decode: " + row.no_decode);
  }
  cells.push_back({why});
  return cells;
}

HtmlTable table_of(const Atlas& atlas) {
  HtmlTable table;
  table.title = "What each takes";
  table.note =
      "Over: the rank that the passes are counted along: M, that of the keys, or P where keys "
      "stand "
      "along the queries' rank. Gathered: inputs read at coordinates that data choose, beside or "
      "instead of a traversal (hence classes of 0 passes). Live: tensors that must stay from one "
      "traversal to the next; bytes: for one query of one head. Operations (without the "
      "comparisons "
      "of selections), compulsory traffic and their ratio: of the whole problem; spilled: without "
      "room for what is live. Decode: the last query against all keys; of the inputs what it "
      "reads, "
      "and the state of a recurrence in and out. The last column says why counts are upper bounds "
      "(\u2264) or absent.";
  table.filter = true;
  table.columns = {{"cascade", "", "", Align::left},
                   {"class", "", "", Align::left, true},
                   {"over", "", "", Align::left, true},
                   {"bytes", "", "live"}};
  for (const auto* phase : {"prefill", "decode"}) {
    for (const auto* title : {"ops", "exp", "traffic", "ops/byte", "spilled"}) {
      table.columns.push_back({title, "", phase});
    }
  }
  table.columns.push_back({"counts", "", "", Align::left, true});
  table.columns.push_back({"tensors", "", "live", Align::left});
  table.columns.push_back({"words", "", "live", Align::left});
  table.columns.push_back({"gathered", "", "", Align::left});
  table.columns.push_back({"because", "", "", Align::left});
  for (const auto& row : atlas.rows) table.rows.push_back(cells_of(row));
  return table;
}

HtmlTable proofs(const Atlas& atlas) {
  HtmlTable table;
  table.title = "Why not fewer";
  table.note =
      "The chain of Einsums in which each needs the one before it. attnsim passes CASCADE --rank "
      "RANK "
      "prints it with levels.";
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
  if (classes.empty()) return "No cascade has such a rank.";
  const auto free = std::count_if(atlas.rows.begin(), atlas.rows.end(), [](const AtlasRow& row) {
    return row.prefill.live.footprint.is_zero();
  });
  return fmt::format(
      "{} cascades take {} to {} traversals of {}; {} of them need no buffer that grows with it. "
      "No mapping can do with fewer: the counts follow from the equations alone.",
      atlas.rows.size(), classes.begin()->first, classes.rbegin()->first, atlas.over(), free);
}

std::string footnotes(const Atlas& atlas) {
  std::string text;
  for (const auto& [name, why] : atlas.without) text += "Without " + name + ": " + why + ". ";
  return text;
}

}  // namespace

HtmlPage atlas_document(const Atlas& atlas) {
  HtmlPage page;
  page.title = "Atlas of attention cascades: passes over " + atlas.over();
  page.subtitle = atlas.shape_text;
  page.lead = lead(atlas);
  HtmlSection classes{"Classes", {class_figures(atlas)}};
  for (auto& chart : atlas_footprint_charts(atlas)) classes.blocks.push_back(std::move(chart));
  page.sections.push_back(std::move(classes));
  HtmlSection traffic{"Operations and traffic", atlas_intensity_charts(atlas)};
  for (auto& chart : atlas_work_charts(atlas)) traffic.blocks.push_back(std::move(chart));
  if (!traffic.blocks.empty()) page.sections.push_back(std::move(traffic));
  HtmlSection all{"All cascades", {table_of(atlas), proofs(atlas)}};
  const auto notes = footnotes(atlas);
  if (!notes.empty()) all.blocks.emplace_back(HtmlParagraph{notes});
  page.sections.push_back(std::move(all));
  page.footer =
      (atlas.command.empty() ? "" : "Made by: " + atlas.command + ". ") +
      "Counts are of the cascades alone, without machine or mapping. Charts: Vega, Vega-Lite and "
      "Vega-Embed.";
  return page;
}

}  // namespace attnsim::report
