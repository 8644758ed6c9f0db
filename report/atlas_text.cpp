#include <fmt/format.h>
#include <ostream>

#include "base/did_you_mean.h"
#include "report/atlas.h"
#include "report/atlas_parts.h"

namespace attnsim::report {
namespace {

/// Cells of a phase's figures, with why they may be too high.
constexpr const char* no_figures = ",,,,,,";

std::string csv_cells(const PassReport& report) {
  if (!report.counts) return no_figures;
  return fmt::format("{},{},{},{},{},{},{}", report.operations(), report.counts->selections,
                     report.counts->exponentials, report.at_most().empty() ? "exact" : "at most",
                     report.bytes(report.counts->compulsory_words()), report.intensity_kept(),
                     report.intensity_spilled());
}

/// Text that may hold a comma or a quote, as a CSV cell.
std::string quoted(const std::string& text) {
  std::string cell;
  for (const auto letter : text) cell += letter == '"' ? "\"\"" : std::string(1, letter);
  return "\"" + cell + "\"";
}

std::string csv_row(const AtlasRow& row) {
  const auto& report = row.prefill;
  const auto footprint =
      report.counts ? fmt::format("{}", report.bytes(report.footprint_words())) : std::string();
  const bool exact = report.analysis.notes.empty() && report.analysis.grows_with.empty();
  return fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{}\n", row.name, row.rank(),
                     report.analysis.most(), exact, live_names(row), report.live.footprint.text(),
                     footprint, report.live.state.text(), join(report.gathered(), " "),
                     csv_cells(report), row.decode ? csv_cells(*row.decode) : no_figures,
                     quoted(report.at_most()), quoted(row.no_decode));
}

}  // namespace

void print_atlas(std::ostream& out, const Atlas& atlas) {
  using enum Align;
  out << "passes over " << atlas.over() << "; " << atlas.shape_text << '\n';
  Table table({{"cascade", left},
               {"rank", left},
               {"class", left},
               {"ops/byte"},
               {"spilled"},
               {"decode"},
               {"counts", left},
               {"words that grow", left},
               {"live", left}});
  const auto ratio = [](double value) { return fmt::format("{:.4g}", value); };
  for (const auto& row : atlas.rows) {
    const auto& report = row.prefill;
    table.add({row.name, row.rank(), row.class_text(),
               report.counts ? ratio(report.intensity_kept()) : "-",
               report.counts ? ratio(report.intensity_spilled()) : "-",
               row.decode ? ratio(row.decode->intensity_kept()) : "-",
               report.at_most().empty() ? "exact" : "at most", report.live.footprint.text(),
               live_names(row)});
  }
  table.print(out);
  for (const auto& row : atlas.rows) {
    const auto say = [&](const char* what, const std::string& why) {
      if (!why.empty()) out << what << " for " << row.name << ": " << why << '\n';
    };
    say("no figures", row.missing);
    say("at most", row.prefill.at_most());
    say("no decode", row.missing.empty() ? row.no_decode : "");
  }
  for (const auto& [name, why] : atlas.without) out << "without " << name << ": " << why << '\n';
}

std::string atlas_csv(const Atlas& atlas) {
  std::string csv = fmt::format("# passes over {}; {}\n", atlas.over(), atlas.shape_text);
  for (const auto& [name, why] : atlas.without) csv += "# without " + name + ": " + why + "\n";
  csv += "cascade,rank,passes,exact,live,footprint_words,footprint_bytes,state_words,gathered";
  for (const auto* phase : {"prefill", "decode"}) {
    csv += fmt::format(
        ",{0}_operations,{0}_selection_comparisons,{0}_exponentials,{0}_counts,"
        "{0}_compulsory_bytes,{0}_ops_per_byte,{0}_ops_per_byte_spilled",
        phase);
  }
  csv += ",at_most_because,no_decode_because\n";
  for (const auto& row : atlas.rows) csv += csv_row(row);
  return csv;
}

}  // namespace attnsim::report
