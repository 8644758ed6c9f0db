#include "validation/tile_study_report.h"

#include <cmath>
#include <fmt/format.h>
#include <ostream>

#include "report/html_page.h"
#include "report/table.h"

namespace attnsim::validation {
namespace {

using report::Align;

std::string message_of(const TileStudyResult& study) {
  return fmt::format(
      "{} points, of which {} have the published digits; greatest error {:.2f}%, {} "
      "outside of {:.3g}%",
      study.rows.size(), study.exact(), 100 * study.greatest_error(), study.outside(),
      100 * study.within);
}

std::vector<std::string> cells_of(const TileRow& row) {
  return {row.name,
          row.shape,
          row.tiles_are,
          fmt::format("{} of {}", row.tiles.worst, row.tiles.key_tiles),
          fmt::format("{:.2f}x", row.tiles.speedup()),
          row.published_text,
          fmt::format("{:.4f}", row.ours),
          fmt::format("{:+.2f}%", 100 * row.error())};
}

const std::vector<std::string> titles{
    "case", "shape, window and strides", "tiles", "key tiles", "bound", "published", "ours",
    "error"};

}  // namespace

void print_tile_study(std::ostream& out, const TileStudyResult& study) {
  out << study.title << " (" << study.source << ")\n\n";
  std::vector<report::Column> columns;
  for (const auto& title : titles) {
    columns.push_back({title, columns.size() < 3 ? Align::left : Align::right});
  }
  report::Table table(columns);
  for (const auto& row : study.rows) table.add(cells_of(row));
  table.print(out);
  out << '\n' << message_of(study) << '\n';
}

std::string tile_study_csv(const TileStudyResult& study) {
  std::string text =
      "case,cascade,shape,query_tiles,key_tiles,tiles_are,share,all_key_tiles,worst_key_tiles,"
      "bound,end_to_end_speedup_published,end_to_end_speedup,error,command\n";
  for (const auto& row : study.rows) {
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},\"{}\"\n", row.name, row.cascade,
                        row.shape, row.query_tiles, row.key_tiles, row.tiles_are, row.share,
                        row.tiles.key_tiles, row.tiles.worst, row.tiles.speedup(),
                        row.published_text, row.ours, row.error(), row.command());
  }
  return text;
}

std::string tile_study_page(const TileStudyResult& study) {
  report::HtmlTable table;
  table.title = "Every point";
  table.note =
      "Bound: all key tiles over those of the query tile that reads most. Ours: what the "
      "whole model gains of it, by the published share of attention in its time.";
  for (const auto& title : titles) {
    report::HtmlColumn column{title};
    column.align = table.columns.size() < 3 ? Align::left : Align::right;
    column.choice = title == "case" || title == "tiles";
    table.columns.push_back(column);
  }
  for (const auto& row : study.rows) {
    auto& cells = table.rows.emplace_back();
    for (const auto& text : cells_of(row)) cells.push_back({text});
    cells.back().marked = !(std::abs(row.error()) <= study.within);
    cells.back().sort_by = row.error();
  }
  table.filter = true;
  report::HtmlPage page{
      study.title, study.source, message_of(study) + ".", {{"Points", {table}}}, ""};
  return report::to_html(page, report::load_web_parts(report::web_folder()));
}

}  // namespace attnsim::validation
